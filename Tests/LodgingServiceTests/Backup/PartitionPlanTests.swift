import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@testable import LodgingService

@Suite("How a partition goes on from a backup")
struct PartitionPlanTests {
  private static let ledger = TopicPartition(.ledger, 0)
  private static let events = TopicPartition(.events, 0)
  private let clock = ManualClock()
  private let log: SimulatedLog
  private let ring: MemoryKeyRing

  init() throws {
    log = SimulatedLog(partitions: 1, clock: clock)
    ring = MemoryKeyRing(seed: 7, first: try #require(KeyMonth("2025-12")), count: 12)
    _ = try GenesisWriter.begin(log: log, ledgerID: ring.ledgerID, chain: ring.currentChainKey, now: clock.now)
  }

  private func append(_ count: Int) throws {
    let appender = try log.makeAppender()
    try appender.submit(Array(repeating: NewRecord(key: [], value: [1]), count: count), to: Self.events, tag: 0)
    for answer in try appender.settle(1) { _ = try answer.result.get() }
  }

  /// Lets the ledger stand behind an offset of the events log, as if what comes before had been decided.
  private func stand(behind offset: Int64) throws {
    var writer = try OperatorWriter(log: log, keys: ring)
    _ = try writer.append(to: 0) { .sourceReset(incarnation: $0.source.incarnation + 1, nextSource: offset, reason: "") }
  }

  private func plan() throws -> PartitionPlan { try PartitionPlan(of: log, keys: ring, partition: 0) }

  /// The resets that stand in the ledger: the incarnation, and where it begins.
  private func resets() throws -> [[Int64]] {
    var cursor = ChainCursor(partition: 0)
    return try log.contents(of: Self.ledger).compactMap { record in
      try record.value?.withUnsafeBytes { bytes -> [Int64]? in
        guard case .counts = cursor.take(bytes, at: record.offset) else { return nil }
        guard case .sourceReset(let incarnation, let next, _) = try LedgerReader.entry(bytes).body else { return nil }
        return [Int64(incarnation), next]
      }
    }
  }

  private func isWhole(_ plan: PartitionPlan) throws -> Bool { if case .nothing = try plan.rest(on: log) { true } else { false } }

  private func isTooLate(_ plan: PartitionPlan) throws -> Bool { if case .tooLate = try plan.rest(on: log) { true } else { false } }

  @Test("Where nothing was decided and nothing expired, it is whole as it is")
  func nothing() throws {
    try append(3)
    let plan = try plan()
    #expect(plan.undecided == 0 && plan.expired == 0 && !plan.needsReset)
    #expect(try isWhole(plan) && plan.goOn(on: log, keys: ring))
    #expect(try resets().isEmpty)
    try stand(behind: 0)
    #expect(try isTooLate(plan) && !plan.goOn(on: log, keys: ring))
  }

  @Test("Where something was decided, events are numbered from 0 again, once")
  func decided() throws {
    try append(3)
    try stand(behind: 2)
    let plan = try plan()
    #expect(plan.needsReset)
    #expect(try !isWhole(plan))
    for _ in 0..<2 { #expect(try plan.goOn(on: log, keys: ring) && isWhole(plan)) }
    #expect(try resets().dropFirst() == [[3, 0]])
  }

  @Test("What expired undecided is passed over first, also where nothing was decided, and a half-done restore goes on", arguments: [0, 2])
  func expired(decided: Int64) throws {
    try append(8)
    if decided > 0 { try stand(behind: decided) }
    log.trim(Self.events, before: 5)
    let plan = try plan()
    #expect(plan.undecided == 5 && plan.expired == 5 - decided && plan.needsReset)
    let first: Int64 = decided > 0 ? 3 : 2
    guard case .entry(.sourceReset(let incarnation, 5, let reason)) = try plan.rest(on: log) else {
      Issue.record("the first entry passes nothing over")
      return
    }
    #expect(Int64(incarnation) == first && reason.contains("\(5 - decided) offsets"))
    // Killed behind the first of both.
    try stand(behind: 5)
    #expect(try !isWhole(plan) && !isTooLate(plan))
    for _ in 0..<2 { #expect(try plan.goOn(on: log, keys: ring) && isWhole(plan)) }
    #expect(try resets().suffix(2) == [[first, 5], [first + 1, 0]])
    try stand(behind: 0)
    #expect(try isTooLate(plan) && !plan.goOn(on: log, keys: ring))
  }
}
