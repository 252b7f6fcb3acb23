import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@testable import LodgingStore

@Suite("Copies of the register")
struct RegisterCopyTests {
  /// A validator over a log that can lose its tail, and a register that is copied when told to.
  private final class Rig {
    let folder: StoreFolder
    let clock = ManualClock()
    let log: SimulatedLog
    let ring: MemoryKeyRing
    let monitor = MemoryMonitor()
    let store: RegisterStore
    private let directory = MemoryDirectory()
    private let snapshots = MemorySnapshotStore()
    private let index = MemoryIdIndex()
    private var validator: ValidatorLoop?
    private var lastEvent: UInt64 = 0

    init() throws {
      folder = try StoreFolder()
      log = SimulatedLog(partitions: 1, clock: clock)
      ring = MemoryKeyRing(seed: 5, first: try #require(KeyMonth("2025-12")), count: 12)
      _ = try GenesisWriter.begin(log: log, ledgerID: ring.ledgerID, chain: ring.currentChainKey, now: clock.now)
      store = try Self.store(folder)
      try send(.establishmentOpened(try Example.details()))
    }

    static func store(_ folder: StoreFolder) throws -> RegisterStore {
      var settings = RegisterCopies.Settings()
      settings.entriesMin = 2
      return try RegisterStore(directory: folder.path, catalogue: try Example.catalogue(), copies: settings)
    }

    func send(_ body: StayEvent.Body) throws {
      lastEvent += 1
      let now = clock.now
      let event = StayEvent(
        id: .number(lastEvent), establishment: try Example.id(Example.inn), happened: now, captured: now, received: now, channel: .api,
        body: body)
      var value: [UInt8] = []
      let guest = GuestIdentity(
        fullName: "NGUYỄN THỊ MẪU", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .female, documentKind: .chipCard,
        documentNumber: "001190000001")
      try WireEvent.encode(event, identity: event.stayDetails == nil ? .none : .plain(guest), into: &value)
      let appender = try log.makeAppender()
      try appender.submit([NewRecord(key: Array(Example.inn.utf8), value: value)], to: TopicPartition(.events, 0), tag: 1)
      _ = try #require(try appender.acknowledgements(timeout: .zero).first).result.get()
    }

    func checkIns(_ count: Int) throws {
      for _ in 0..<count {
        try send(
          .checkIn(
            StayDetails(
              guestKind: .citizen, nationality: .vietnam, room: "1", arrival: LocalMoment(clock.now),
              departure: LocalMoment(clock.now.adding(hours: 20)))))
      }
    }

    func decide() throws {
      var settings = ValidatorSettings()
      settings.plainIsAllowed = true
      settings.tickAfterSeconds = nil
      let context = ValidatorContext(
        log: log, directory: directory, isCommune: { _ in true }, keys: ring, clock: clock, snapshots: snapshots, index: index,
        attempts: MemoryAttemptJournal(), monitor: monitor, settings: settings)
      let validator = try self.validator ?? ValidatorLoop(context: context, group: try log.join(group: "validators", topic: .events))
      self.validator = validator
      for _ in 0..<6 { _ = try validator.step(timeout: .zero) }
    }

    /// Folds all there is, and returns the loop.
    @discardableResult
    func fold(_ loop: ProjectionLoop? = nil) throws -> ProjectionLoop {
      let loop = try loop ?? ProjectionLoop(log: log, model: store, clock: clock, monitor: monitor)
      for _ in 0..<4 { _ = try loop.step(timeout: .zero) }
      return loop
    }

    /// Decides and folds more check-ins, and copies what there is then.
    func grow(_ count: Int, copying: Bool = false) throws {
      try checkIns(count)
      try decide()
      try fold()
      if copying { try store.makeCopy(at: clock.now) }
      clock.advance(milliseconds: 3_600_000)
    }

    /// Loses the last entries of the ledger; what is decided again is decided with another version of the directory, and so differs.
    func lose(_ count: Int) throws -> ProjectionLoop {
      log.loseTail(of: TopicPartition(.ledger, 0), count: count)
      directory.change()
      try decide()
      return try fold()
    }

    struct Contents: Equatable {
      var version: RegisterVersion
      var totals: RegisterTotals
      var stays: [StayRecord]
      var guests: Int
    }

    static func contents(_ store: RegisterStore) throws -> Contents {
      try store.read { view in
        Contents(
          version: try view.version(), totals: try view.totals(), stays: try view.stays(of: Example.id(Example.inn)),
          guests: try view.establishments().reduce(0) { $0 + $1.occupancy.guests })
      }
    }

    /// What a register shows that was folded from nothing.
    func contentsAnew() throws -> Contents {
      let anew = try StoreFolder()
      let store = try Self.store(anew)
      let loop = try ProjectionLoop(log: log, model: store, clock: clock, monitor: monitor)
      _ = try fold(loop)
      return try Self.contents(store)
    }
  }

  @Test("After a lost tail the register goes on from the newest copy that stands, and shows what one folded from nothing does")
  func newest() throws {
    let rig = try Rig()
    try rig.grow(3, copying: true)
    try rig.grow(3, copying: true)
    try rig.grow(3)
    let loop = try rig.lose(2)
    #expect(rig.monitor.alarms.contains { if case .ledgerTailLost = $0 { true } else { false } })
    #expect(loop.entries == 3, "seven entries come from the copy")
    #expect(try Rig.contents(rig.store) == (try rig.contentsAnew()))
    #expect(try Rig.contents(rig.store).stays.count == 9)
  }

  @Test("A copy that holds what the ledger lost is passed over for the one before")
  func older() throws {
    let rig = try Rig()
    try rig.grow(3, copying: true)
    try rig.grow(3, copying: true)
    #expect(try rig.lose(2).entries == 3)
    #expect(try Rig.contents(rig.store) == (try rig.contentsAnew()))
  }

  @Test("A damaged copy is passed over for the one before")
  func damaged() throws {
    let rig = try Rig()
    try rig.grow(3, copying: true)
    try rig.grow(3, copying: true)
    let newest = try #require(rig.store.copies.list().first)
    let name = "copies/" + URL(fileURLWithPath: newest.path).lastPathComponent
    for offset in stride(from: UInt64(200), to: try rig.folder.size(name) - 64, by: 4096) {
      try rig.folder.overwrite(name, at: offset, with: Array(repeating: 0xA5, count: 64))
    }
    try rig.grow(1)
    #expect(try rig.lose(1).entries == 4)
    #expect(try Rig.contents(rig.store) == (try rig.contentsAnew()))
  }

  @Test("Without a copy that can be used all is folded from nothing")
  func none() throws {
    let rig = try Rig()
    try rig.grow(3)
    try rig.store.makeCopy(at: rig.clock.now)
    #expect(try rig.lose(3).entries == 5)
    #expect(try Rig.contents(rig.store) == (try rig.contentsAnew()))
  }

  @Test("Two copies are kept, each complete, and what an interrupted one left is cleared away")
  func bounded() throws {
    let rig = try Rig()
    try rig.grow(2, copying: true)
    try rig.folder.write([1, 2, 3], to: "copies/register-5.sqlite.new")
    try rig.grow(2, copying: true)
    try rig.grow(2, copying: true)
    let copies = rig.store.copies.list()
    #expect(copies.count == 2 && copies[0].time > copies[1].time)
    #expect(try rig.folder.names("copies").count == 2)
    let readable = try StoreFolder()
    try FileManager.default.copyItem(atPath: copies[0].path, toPath: readable.path + "/register.sqlite")
    #expect(try Rig.contents(try Rig.store(readable)) == Rig.contents(rig.store))
    let draft = try RegisterStore.makeDraft(directory: rig.folder.path, catalogue: Example.catalogue())
    try RegisterStore.putInForce(draft, directory: rig.folder.path)
    #expect(rig.store.copies.list().isEmpty)
  }

  @Test("A copy is due every six hours once there is something to copy")
  func due() throws {
    let rig = try Rig()
    #expect(try !rig.store.isCopyDue(at: rig.clock.now), "nothing is folded yet")
    try rig.grow(3)
    #expect(try rig.store.isCopyDue(at: rig.clock.now))
    let made = rig.clock.now
    try rig.store.makeCopy(at: made)
    for (time, isDue) in [
      (made, false), (made.adding(hours: 6).adding(milliseconds: -1), false), (made.adding(hours: 6), true),
      (made.adding(milliseconds: -1), true),
    ] { #expect(try rig.store.isCopyDue(at: time) == isDue) }
    #expect(try !RegisterStore(directory: rig.folder.path, catalogue: Example.catalogue()).isCopyDue(at: made.adding(days: 1)))
  }

  @Test("Readers see the register before or after it went back, never between")
  func atomic() throws {
    let rig = try Rig()
    try rig.grow(3, copying: true)
    try rig.grow(2)
    let before = try Rig.contents(rig.store)
    try rig.store.read { view in
      _ = try view.totals()
      try rig.store.goBack { _, _ in true }
      #expect(try view.stays(of: Example.id(Example.inn)) == before.stays)
    }
    #expect(try Rig.contents(rig.store).stays.count == 3)
  }
}
