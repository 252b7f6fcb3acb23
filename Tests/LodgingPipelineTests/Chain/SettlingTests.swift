import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("Waiting for all of several appends")
struct SettlingTests {
  @Test("Where the log acknowledges one append at a time, beginning the ledger ends when all partitions have begun")
  func genesis() throws {
    let clock = ManualClock()
    let log = SimulatedLog(partitions: 5, clock: clock, delivery: .byHand)
    let ring = MemoryKeyRing(seed: 7, first: try #require(KeyMonth("2025-12")), count: 1)
    let begun = try GenesisWriter.begin(
      log: HesitantLog(base: log), ledgerID: ring.ledgerID, chain: ring.currentChainKey, now: clock.now)
    #expect(begun == 5)
    for partition in 0..<5 { #expect(try Genesis.first(of: partition, in: log)?.partitions == 5) }
  }

  @Test("What is not acknowledged in time is told and not taken for done")
  func late() throws {
    let log = SimulatedLog(partitions: 1, clock: ManualClock(), delivery: .byHand)
    let appender = try log.makeAppender()
    try appender.submit([ValidatorLoop.tick], to: TopicPartition(.events, 0), tag: 1)
    #expect(throws: LogError.self) { try appender.settle(1, within: .milliseconds(1)) }
  }
}

/// A log on which one submission lands whenever somebody asks for acknowledgements.
private struct HesitantLog: EventLog {
  let base: SimulatedLog

  final class Appender: LogAppender {
    let base: any LogAppender
    let log: SimulatedLog

    init(_ base: any LogAppender, _ log: SimulatedLog) { (self.base, self.log) = (base, log) }

    func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
      try base.submit(batch, to: place, tag: tag)
    }

    func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
      log.land(next: 1)
      return try base.acknowledgements(timeout: timeout)
    }

    func purge() { base.purge() }
  }

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }
  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds { try base.bounds(of: place) }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    try base.read(place, from: offset, limit: limit, body)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    try base.waitForRecords(after: positions, timeout: timeout)
  }

  func makeAppender() throws(LogError) -> any LogAppender { Appender(try base.makeAppender(), base) }
  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}
