import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("A register whose topics were given partitions after its ledger was begun")
struct SurplusPartitionTests {
  /// The establishment's partition among those of the ledger, which is another one among all.
  private static let count = 4

  private func surplusAlarms(_ rig: Rig) -> Int {
    rig.monitor.alarms.count { if case .genesisRefused(Self.count, let reason) = $0 { reason.contains("surplus") } else { false } }
  }

  @Test("Events are decided where the partitions of genesis put them, and the surplus one is left alone with one alarm")
  func decides() throws {
    let rig = try Rig(partitions: Self.count)
    let own = try Example.inn().withUTF8 { Partitioner.partition(of: $0, among: Self.count) }
    try #require(try Example.inn().withUTF8 { Partitioner.partition(of: $0, among: Self.count + 1) } != own)
    _ = try rig.append([rig.record(Example.opening(at: rig.clock.now))], to: TopicPartition(.events, own))
    let log = GrownLog(base: rig.log, surplus: 1)
    let validator = try ValidatorLoop(context: rig.context(over: log), group: AllOf(partitions: Self.count + 1))
    try rig.settle(validator)
    rig.clock.advance(milliseconds: 61_000)
    try rig.settle(validator)
    let kinds = try rig.entries(partition: own).map(\.body.kind)
    #expect(kinds == [.genesis, .decided])
    #expect(validator.partitions.map(\.partition) == Array(0..<Self.count))
    #expect(surplusAlarms(rig) == 1)
  }

  @Test("A trial decides by the partitions of genesis too")
  func rehearses() throws {
    let rig = try Rig(partitions: Self.count)
    let own = try Example.inn().withUTF8 { Partitioner.partition(of: $0, among: Self.count) }
    let rehearsal = try Rehearsal(context: rig.context(over: GrownLog(base: rig.log, surplus: 1)), partition: own)
    let opening = try rig.record(Example.opening(at: rig.clock.now))
    #expect(try rehearsal.decide(opening, at: rig.clock.now).decision.outcome.isRegistered)
  }

  @Test("Neither the fold nor the beginning of a ledger looks at the surplus")
  func folds() throws {
    let rig = try Rig(partitions: Self.count)
    let log = GrownLog(base: rig.log, surplus: 2)
    #expect(try GenesisWriter.begin(log: log, ledgerID: rig.ring.ledgerID, chain: rig.ring.currentChainKey, now: rig.clock.now) == 0)
    let loop = try ProjectionLoop(log: log, model: MemoryReadModel(), clock: rig.clock, monitor: rig.monitor)
    #expect(try loop.step(timeout: .zero) == Self.count)
    #expect(loop.stoppedPartitions.isEmpty && rig.monitor.alarms.isEmpty)
  }
}

/// A log whose topics say that they have more partitions than it holds.
private struct GrownLog: EventLog {
  let base: SimulatedLog
  let surplus: Int

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) + surplus }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    place.partition < (try base.partitions(of: place.topic)) ? try base.bounds(of: place) : LogBounds(start: 0, end: 0)
  }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    guard place.partition < (try base.partitions(of: place.topic)) else { return offset }
    return try base.read(place, from: offset, limit: limit, body)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { try base.makeAppender() }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}

/// Owns all partitions from the first look on.
private final class AllOf: PartitionGroup {
  private var news: GroupChange?

  init(partitions: Int) { news = .assigned(Array(0..<partitions)) }

  func poll(timeout: Duration) throws(LogError) -> GroupChange? {
    defer { news = nil }
    return news
  }

  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool { true }

  func leave() {}
}

@available(*, unavailable)
extension AllOf: Sendable {}
