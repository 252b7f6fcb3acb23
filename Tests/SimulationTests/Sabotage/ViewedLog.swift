import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// A log of which one topic is not what it is: a process reads what `view` makes of it.
final class ViewedLog: EventLog {
  private let base: any EventLog
  private let topic: Topic
  private let view: @Sendable (TopicPartition) -> [SimulatedRecord]
  private let disguise: @Sendable (any LogAppender) -> any LogAppender

  init(
    _ base: any EventLog, _ topic: Topic, view: @escaping @Sendable (TopicPartition) -> [SimulatedRecord],
    appender: @escaping @Sendable (any LogAppender) -> any LogAppender = { $0 }
  ) {
    self.base = base
    self.topic = topic
    self.view = view
    disguise = appender
  }

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    let bounds = try base.bounds(of: place)
    guard place.topic == topic else { return bounds }
    return LogBounds(start: bounds.start, end: view(place).last.map { $0.offset + 1 } ?? bounds.start)
  }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    guard place.topic == topic else { return try base.read(place, from: offset, limit: limit, body) }
    _ = try base.bounds(of: place)
    var next = offset
    for record in view(place).filter({ $0.offset >= offset }).prefix(limit.records) {
      try record.lend(to: body)
      next = record.offset + 1
    }
    return next
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    try base.waitForRecords(after: positions, timeout: timeout)
  }

  func makeAppender() throws(LogError) -> any LogAppender { disguise(try base.makeAppender()) }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}

/// An appender whose submissions and acknowledgements pass through somebody's hands.
final class HandledAppender: LogAppender {
  private let base: any LogAppender
  private let outgoing: @Sendable ([NewRecord], TopicPartition, UInt64) -> [NewRecord]
  private let incoming: @Sendable (Acknowledgement) -> Acknowledgement

  init(
    _ base: any LogAppender, outgoing: @escaping @Sendable ([NewRecord], TopicPartition, UInt64) -> [NewRecord],
    incoming: @escaping @Sendable (Acknowledgement) -> Acknowledgement
  ) {
    self.base = base
    self.outgoing = outgoing
    self.incoming = incoming
  }

  func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
    try base.submit(outgoing(batch.records, place, tag), to: place, tag: tag)
  }

  func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
    try base.acknowledgements(timeout: timeout).map { incoming($0) }
  }

  func purge() { base.purge() }
}

@available(*, unavailable, message: "an appender belongs to one thread")
extension HandledAppender: Sendable {}
