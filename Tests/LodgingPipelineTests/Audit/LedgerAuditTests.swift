import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@Suite("The audit of logs that lost something")
struct LedgerAuditTests {
  @Test("Decided records that the events log lost are differences, also where nothing grew after them")
  func lostRecords() throws {
    let rig = try decidedRig()
    rig.log.loseTail(of: Rig.events, count: 2)
    let report = try audit(rig)
    #expect(report.differenceCount == 2)
    #expect(!report.isOK)
  }

  @Test("Decided records that retention removed are none")
  func retention() throws {
    let rig = try decidedRig()
    rig.log.trim(Rig.events, before: 2)
    #expect(try audit(rig).isOK)
  }

  @Test("Records that wait to be decided are counted apart from lost ones, and are no fault")
  func undecided() throws {
    let rig = try decidedRig()
    try rig.append([rig.record(Example.checkIn(3, at: rig.clock.now)), ValidatorLoop.tick])
    let report = try audit(rig)
    #expect(report.isOK && report.undecided == 2 && report.lost == 0)
    #expect(report.events == 2 && report.decided == 1, "a tick is no event")
    try rig.settle(rig.validator(group: "others"))
    #expect(try audit(rig).undecided == 0)
  }

  @Test("What is appended and decided while it works is of no concern")
  func busy() throws {
    let rig = try decidedRig()
    let log = BusyLog(rig.log) {
      do {
        try rig.append([rig.record(Example.checkIn(3, at: rig.clock.now))])
        try rig.settle(rig.validator(group: "others"))
        try rig.append([rig.record(Example.checkIn(4, at: rig.clock.now))])
      } catch {
        Issue.record(error)
      }
    }
    let report = try LedgerAudit(log: log, keys: rig.ring).run()
    #expect(report.isOK && report.undecided == 0 && report.events == 1, "\(report.differences)")
    let later = try audit(rig)
    #expect(later.isOK && later.undecided == 1 && later.events == 3)
  }

  @Test("Figures are counted up to the entry at which a read model stands")
  func marks() throws {
    let rig = try decidedRig()
    let audit = try LedgerAudit(log: rig.log, keys: rig.ring)
    let inn = try Example.inn()
    #expect(try audit.run(upTo: [0: 1]).standing.occupancy == [inn: AuditedOccupancy()])
    #expect(try audit.run(upTo: [0: 1]).standing.outcomes == [:], "an opening is no event of a stay")
    #expect(try audit.run(upTo: [0: 2]).standing.outcomes.values.reduce(0, +) == 1)
    #expect(try audit.run(upTo: [0: 2]).standing.occupancy[inn]?.present == 1)
    #expect(try audit.run(upTo: [:]).standing.occupancy == [:])
    #expect(try audit.run(upTo: [0: 3]).occupancy == audit.run().occupancy)
  }

  @Test("Records that an entry passes over are lost")
  func passedOver() throws {
    let rig = try Rig()
    try rig.append([rig.record(Example.opening(at: rig.clock.now))])
    rig.log.skipOffsets(of: Rig.events, count: 2)
    try rig.append([ValidatorLoop.tick])
    try rig.settle(rig.validator())
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([ValidatorLoop.tick, rig.record(Example.checkIn(2, at: rig.clock.now)), ValidatorLoop.tick])
    let report = try audit(rig)
    #expect(report.lost == 2 && !report.isOK)
  }

  @Test("Records at offsets that the ledger says are missing are a difference")
  func missingRecords() throws {
    let rig = try Rig()
    try rig.append([rig.record(Example.opening(at: rig.clock.now))])
    rig.log.skipOffsets(of: Rig.events, count: 2)
    try rig.append([ValidatorLoop.tick])
    try rig.settle(rig.validator())
    #expect(try audit(rig).isOK)
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([ValidatorLoop.tick, ValidatorLoop.tick, ValidatorLoop.tick])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 2: the events topic holds records that are said to be missing"])
  }

  @Test("An event at the place of a decided tick is a difference")
  func eventForTick() throws {
    let rig = try Rig()
    try rig.append([ValidatorLoop.tick])
    try rig.settle(rig.validator())
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([rig.record(Example.opening(at: rig.clock.now))])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 1: the record is no tick"])
  }

  @Test("A tick that was changed is a difference, its key included")
  func changedTick() throws {
    let rig = try decidedRig()
    rig.log.loseTail(of: Rig.events, count: 1)
    // The same tick with a field that no version knows.
    try rig.append([NewRecord(key: [], value: try #require(ValidatorLoop.tick.value) + [0xC2, 0x0C, 1, 7])])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 3: the tick is not the one on the events topic"])
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([NewRecord(key: nil, value: ValidatorLoop.tick.value)])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 3: the tick is not the one on the events topic"])
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([ValidatorLoop.tick])
    #expect(try audit(rig).isOK)
  }

  @Test("A record under another key is a difference, on either log")
  func changedKeys() throws {
    let rig = try decidedRig()
    rig.log.loseTail(of: Rig.events, count: 2)
    try rig.append([NewRecord(key: Array("HN-0002".utf8), value: try rig.record(Example.checkIn(2, at: rig.clock.now)).value)])
    try rig.append([ValidatorLoop.tick])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 2: the event is not the one on the events topic"])
    let whole = try decidedRig()
    let last = try #require(whole.log.contents(of: Rig.ledger).last)
    whole.log.loseTail(of: Rig.ledger, count: 1)
    try whole.append([NewRecord(key: [0x41], value: last.value)], to: Rig.ledger)
    #expect(try audit(whole).differences == ["partition 0, ledger offset 3: the record's key is not that of the entry"])
  }

  /// An inn with a guest and a tick, all decided.
  private func decidedRig() throws -> Rig {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append([rig.record(Example.opening(at: now)), rig.record(Example.checkIn(2, at: now)), ValidatorLoop.tick])
    try rig.settle(rig.validator())
    return rig
  }

  private func audit(_ rig: Rig) throws -> AuditReport {
    try LedgerAudit(log: rig.log, keys: rig.ring).run()
  }
}

/// A log on which somebody else appends and decides right after an audit began to read.
private final class BusyLog: EventLog {
  private let base: SimulatedLog
  private let meanwhile: @Sendable () -> Void
  private let hasBegun = Atomic(false)

  init(_ base: SimulatedLog, meanwhile: @escaping @Sendable () -> Void) {
    self.base = base
    self.meanwhile = meanwhile
  }

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds { try base.bounds(of: place) }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    if !hasBegun.exchange(true, ordering: .relaxed) { meanwhile() }
    return try base.read(place, from: offset, limit: limit, body)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    try base.waitForRecords(after: positions, timeout: timeout)
  }

  func makeAppender() throws(LogError) -> any LogAppender { try base.makeAppender() }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}
