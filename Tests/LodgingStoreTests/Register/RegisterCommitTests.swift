import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@testable import LodgingStore

@Suite("A read model moves its tables and its position together")
struct RegisterCommitTests {
  /// The read models that the suite holds to the same promises.
  enum Subject: CaseIterable, CustomTestStringConvertible {
    case sqlite
    case memory

    var testDescription: String { self == .sqlite ? "in SQLite" : "in memory" }

    func make() throws -> any ReadModel {
      switch self {
      case .sqlite: try RegisterStore(directory: try StoreFolder.kept().path, catalogue: try Example.catalogue())
      case .memory: MemoryReadModel()
      }
    }
  }

  @Test("An empty one stands nowhere", arguments: Subject.allCases)
  func startsEmpty(_ subject: Subject) throws {
    #expect(try subject.make().positions().isEmpty)
  }

  @Test("The state that it gives back is the state of the fold, to the byte", arguments: Subject.allCases, [1, 2, 3] as [UInt64])
  func givesBackState(_ subject: Subject, seed: UInt64) throws {
    let model = try subject.make()
    var world = try RandomWorld(seed: seed)
    for _ in 0..<8 { try model.commit(world.nextBatch(events: 60)) }
    let positions = try model.positions()
    #expect(positions.keys.sorted() == world.partitions.indices.sorted())
    for driver in world.partitions {
      let position = try #require(positions[driver.partition])
      #expect(position.position == driver.position)
      #expect(SnapshotCodec.encode(position.state) == SnapshotCodec.encode(try driver.state.withoutIDs()))
    }
  }

  @Test("A fold that goes on from what it gives back ends where an unbroken one does", arguments: Subject.allCases)
  func resumes(_ subject: Subject) throws {
    let model = try subject.make()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2))
    driver.send(try Example.checkIn(3, nationality: .germany, room: "102"))
    try model.commit(driver.take())
    var resumed = PartitionDriver(partition: 0, resuming: try #require(try model.positions()[0]))
    for step in ["2026-11-21T12:00:00+07:00", "2026-11-22T12:00:00+07:00"] {
      driver.tick(try Example.at(step))
      resumed.tick(try Example.at(step))
    }
    try model.commit(resumed.take())
    let state = try #require(try model.positions()[0]).state
    #expect(SnapshotCodec.encode(state) == SnapshotCodec.encode(try driver.state.withoutIDs()))
    #expect(state.openStays == 2)
  }

  @Test("Emptied, it stands nowhere and takes everything again", arguments: Subject.allCases)
  func resets(_ subject: Subject) throws {
    let model = try subject.make()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5)
    let batch = driver.take()
    try model.commit(batch)
    try model.reset()
    #expect(try model.positions().isEmpty)
    try model.commit(batch)
    #expect(try model.positions()[0]?.position == driver.position)
  }

  @Test("A batch that fails leaves nothing of itself")
  func failsWhole() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    try register.commit(&driver)
    let before = driver.position
    driver.send(try Example.checkIn(2))
    let batch = driver.take()
    var broken = batch
    broken.establishments = [:]
    let error = #expect(throws: StoreError.self) { try register.store.commit(broken) }
    #expect(error?.code == .defect)
    #expect(try register.store.positions()[0]?.position == before)
    #expect(try register.stay(2) == nil)
    #expect(try register.store.read { try $0.totals().events } == 0)
    try register.store.commit(batch)
    #expect(try register.stay(2) != nil)
  }

  @Test("Of two folds into one file, the later to commit is told and can go on from there")
  func isOvertaken() throws {
    let first = try TestRegister()
    let second = try TestRegister(folder: first.folder)
    var driver = try Example.partition()
    driver.send(try Example.opening())
    _ = try second.store.positions()
    let batch = driver.take()
    try first.store.commit(batch)
    let error = #expect(throws: StoreError.self) { try second.store.commit(batch) }
    #expect(error?.code == .overtaken)
    var resumed = PartitionDriver(partition: 0, resuming: try #require(try second.store.positions()[0]))
    resumed.send(try Example.checkIn(2))
    try second.commit(&resumed)
    #expect(try first.occupancy("VN")?.total.occupancy.guests == 1)
  }

  @Test("A change of a stay that is missing is damage, not a new stay")
  func refusesUnknownStay() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2))
    _ = driver.take()
    driver.send(try Example.event(3, at: "2026-11-20T20:00:00+07:00", .roomChange(stay: .number(2), room: "7")))
    let batch = driver.take()
    let error = #expect(throws: StoreError.self) { try register.store.commit(batch) }
    #expect(error?.code == .damaged)
    #expect(try register.store.positions().isEmpty)
  }
}

extension StoreFolder {
  /// A folder that outlives the call; the system's folder of temporary files is its owner.
  static func kept() throws -> StoreFolder {
    let folder = try StoreFolder()
    _ = Unmanaged.passRetained(folder)
    return folder
  }
}

extension PartitionState {
  /// The state as a projection has it.
  func withoutIDs() throws -> PartitionState {
    try #require(PartitionState(now: now, forgottenThrough: -1, establishments: establishments, registrations: []))
  }
}
