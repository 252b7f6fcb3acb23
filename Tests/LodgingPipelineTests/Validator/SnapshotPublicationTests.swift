import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@Suite("Snapshots are written beside the thread that decides")
struct SnapshotPublicationTests {
  @Test("While one is written events are decided and no other is begun; the next one follows it")
  func whileOneIsWritten() throws {
    let bench = try Bench()
    let validator = try bench.validator()
    try bench.decide(2, with: validator)
    #expect(bench.work.begun == 1 && bench.published == [])
    try bench.decide(3, with: validator)
    try bench.decide(4, with: validator)
    #expect(validator.decidedEvents == 4 && bench.work.begun == 1)
    bench.work.finish()
    #expect(bench.published == [0])
    try bench.rig.settle(validator)
    bench.work.finish()
    #expect(bench.published == [0, 2])
  }

  @Test("A validator that leaves waits until what it handed over is written, and another one begins with it")
  func leaving() throws {
    let bench = try Bench()
    let validator = try bench.validator()
    try bench.decide(2, with: validator)
    validator.leave()
    #expect(bench.published == [0])
    let next = try bench.validator()
    try bench.rig.settle(next)
    #expect(next.restored.fromSnapshot.states == 1)
  }

  @Test("What waits behind a snapshot that is being written is written before a validator leaves")
  func leavingWithOneBehind() throws {
    let bench = try Bench()
    let validator = try bench.validator()
    try bench.decide(2, with: validator)
    try bench.decide(3, with: validator)
    validator.leave()
    #expect(bench.published == [0, 2])
  }

  @Test("One that cannot be written is told, and the next one is written all the same")
  func failure() throws {
    let bench = try Bench(snapshots: FullDisk())
    let validator = try bench.validator()
    try bench.decide(2, with: validator)
    bench.work.finish()
    try bench.decide(3, with: validator)
    #expect(bench.work.begun == 2 && validator.decidedEvents == 3)
    #expect(bench.rig.monitor.alarms == [.snapshotFailed(partition: 0, reason: "no space is left")])
  }

  @Test("A state that remembers much is written each time a quarter of it is new")
  func interval() throws {
    let bench = try Bench(background: ImmediateWork())
    let validator = try bench.validator()
    for id in 2..<40 as Range<UInt64> { try bench.decide(id, with: validator) }
    // Genesis stands at 0 and registration n at n; the first snapshot is taken before anything is decided.
    #expect(bench.published == [0] + Array(2...7) + [9, 11, 14, 18, 23, 30, 39])
  }

  @Test("The id index is fed more with each snapshot than comes until the next one, however few records a step reads of it")
  func feedsIndex() throws {
    let bench = try Bench(background: ImmediateWork(), indexRecordsMax: 1)
    let validator = try bench.validator()
    for id in 2..<40 as Range<UInt64> { try bench.decide(id, with: validator) }
    // All that came before the last snapshot, which is that of the 39th registration.
    #expect(bench.rig.index.count(partition: 0) == 39)
  }
}

/// A validator whose partition takes a snapshot after each entry, and the work that it begins.
private struct Bench {
  let rig: Rig
  let work = HeldWork()
  private let written: WrittenSnapshots
  private let context: ValidatorContext

  init(
    snapshots: (any SnapshotStore)? = nil, background: (any BackgroundWork)? = nil, indexRecordsMax: Int = 32_768
  ) throws {
    var rig = try Rig()
    rig.settings.indexRecordsMax = indexRecordsMax
    rig.settings.snapshotEntries = 1
    var context = rig.context
    context.background = background ?? work
    written = WrittenSnapshots(store: snapshots ?? rig.snapshots)
    context.snapshots = written
    (self.rig, self.context) = (rig, context)
    try rig.append(Example.opening(at: rig.clock.now))
  }

  /// The ledger offsets of what was published, in order.
  var published: [Int64] { written.offsets }

  func validator() throws -> ValidatorLoop {
    try ValidatorLoop(context: context, group: try rig.log.join(group: "validators", topic: .events))
  }

  /// Decides one check-in, and steps on when a snapshot of it may be published.
  func decide(_ id: UInt64, with validator: ValidatorLoop) throws {
    try rig.append(Example.checkIn(id, at: rig.clock.now))
    try rig.settle(validator)
    rig.clock.advance(milliseconds: 61_000)
    try rig.settle(validator)
  }
}

/// Notes what is published.
private final class WrittenSnapshots: SnapshotStore {
  private let store: any SnapshotStore
  private let published = Mutex<[Int64]>([])

  init(store: any SnapshotStore) { self.store = store }

  var offsets: [Int64] { published.withLock { $0 } }

  func list(partition: Int) throws -> [SnapshotName] { try store.list(partition: partition) }
  func load(_ name: SnapshotName) throws -> [UInt8]? { try store.load(name) }

  func publish(_ bytes: [UInt8], as name: SnapshotName) throws {
    try store.publish(bytes, as: name)
    published.withLock { $0.append(name.position.offset) }
  }
}

/// Takes no snapshot.
private struct FullDisk: SnapshotStore {
  struct NoSpace: Error, CustomStringConvertible { let description = "no space is left" }

  func list(partition: Int) throws -> [SnapshotName] { [] }
  func load(_ name: SnapshotName) throws -> [UInt8]? { nil }
  func publish(_ bytes: [UInt8], as name: SnapshotName) throws { throw NoSpace() }
}
