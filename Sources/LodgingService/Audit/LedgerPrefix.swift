import LodgingPipeline

/// The ledger as it was when its partitions ended at some offsets, and the notices as they were; for reading only.
struct LedgerPrefix: EventLog {
  private let log: any EventLog
  private let ends: [TopicPartition: Int64]

  /// A view of a log's ledger, and of its notices where `notices` says their end; partitions that are not named are empty.
  init(of log: any EventLog, through last: [Int: Int64], notices: Int64? = nil) {
    self.log = log
    var ends = Dictionary(uniqueKeysWithValues: last.map { (TopicPartition(.ledger, $0.key), $0.value + 1) })
    ends[NoticeBook.place] = notices
    self.ends = ends
  }

  func partitions(of topic: Topic) throws(LogError) -> Int { try log.partitions(of: topic) }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    guard let end = ends[place] else { return LogBounds(start: 0, end: 0) }
    let held = try log.bounds(of: place)
    return LogBounds(start: held.start, end: min(held.end, end))
  }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    let end = try bounds(of: place).end
    guard offset < end else { return offset }
    return min(
      end,
      try log.read(place, from: offset, limit: limit) { (record: borrowing LogRecord) throws(LogError) in
        if record.offset < end { try body(record) }
      })
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { throw .fatal("a part of the ledger can only be read") }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { throw .fatal("a part of the ledger can only be read") }
}
