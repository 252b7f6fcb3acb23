import LodgingPipeline
import LodgingTesting
import Synchronization

/// A log whose appends fail as an operator's command meets it, and whose retention comes in the middle of a read.
final class InterruptedLog: EventLog {
  /// What becomes of a submission.
  enum Fate: Sendable {
    /// It lands and is acknowledged.
    case lands
    /// So many of its records land, and it is answered as failed.
    case landsInPart(Int)
    /// It lands twice and is acknowledged.
    case landsTwice
  }

  let base: SimulatedLog
  /// What becomes of the next submissions; those behind them land.
  let fates = Mutex<[Fate]>([])
  /// The partition that a read removes records from first, and before which offset.
  let removal = Mutex<(place: TopicPartition, before: Int64)?>(nil)

  init(_ base: SimulatedLog) { self.base = base }

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }
  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds { try base.bounds(of: place) }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    let due = removal.withLock { removal in
      defer { if removal?.place == place, offset > 0 { removal = nil } }
      return removal?.place == place && offset > 0 ? removal : nil
    }
    if let due { base.trim(due.place, before: due.before) }
    return try base.read(place, from: offset, limit: ReadLimit(records: min(limit.records, 3)), body)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { Appender(log: self, base: try base.makeAppender()) }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }

  private final class Appender: LogAppender {
    private let log: InterruptedLog
    private let base: any LogAppender
    private var failures: [Acknowledgement] = []

    init(log: InterruptedLog, base: any LogAppender) { (self.log, self.base) = (log, base) }

    func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
      switch log.fates.withLock({ $0.isEmpty ? .lands : $0.removeFirst() }) {
      case .lands: try base.submit(batch, to: place, tag: tag)
      case .landsTwice:
        try base.submit(batch, to: place, tag: .max)
        _ = try base.acknowledgements(timeout: .zero)
        try base.submit(batch, to: place, tag: tag)
      case .landsInPart(let count):
        try base.submit(Array(batch.records.prefix(count)), to: place, tag: .max)
        _ = try base.acknowledgements(timeout: .zero)
        failures.append(Acknowledgement(tag: tag, place: place, result: .failure(.unavailable("timed out"))))
      }
    }

    func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
      defer { failures = [] }
      return try base.acknowledgements(timeout: timeout) + failures
    }

    func purge() { base.purge() }
  }
}
