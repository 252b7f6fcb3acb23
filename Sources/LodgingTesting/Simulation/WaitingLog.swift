public import LodgingPipeline

/// A log as a process sees it that waits for answers: where none comes, time has passed.
public struct WaitingLog: EventLog {
  private let base: any EventLog
  private let clock: ManualClock

  /// How long is waited for an answer, in milliseconds; a node waits as long.
  public static let patienceMilliseconds: Int64 = 3000

  /// Puts the waiting between a log and whoever asks it; `clock` goes on with each question in vain.
  public init(_ base: any EventLog, clock: ManualClock) {
    self.base = base
    self.clock = clock
  }

  private func wait<Answer>(_ question: () throws(LogError) -> Answer) throws(LogError) -> Answer {
    do throws(LogError) {
      return try question()
    } catch {
      if case .unavailable = error { clock.advance(milliseconds: Self.patienceMilliseconds) }
      throw error
    }
  }

  /// The number of partitions of a topic.
  public func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }

  /// The first offset that is still held and the one after the last.
  public func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    try wait { () throws(LogError) in try base.bounds(of: place) }
  }

  /// Calls `body` for the records from `offset` on.
  public func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    try wait { () throws(LogError) in try base.read(place, from: offset, limit: limit, body) }
  }

  /// Tells what the log under it does, which waits for nobody.
  public func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    try base.mayHaveRecords(in: topic, at: positions)
  }

  /// Waits as the log under it does.
  public func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    try base.waitForRecords(after: positions, timeout: timeout)
  }

  /// Makes an appender, whose answers are not waited for here.
  public func makeAppender() throws(LogError) -> any LogAppender { try base.makeAppender() }

  /// Joins a group.
  public func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}
