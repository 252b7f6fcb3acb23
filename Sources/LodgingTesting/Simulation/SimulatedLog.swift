import LodgingDomain
public import LodgingPipeline
import Synchronization

/// A log in memory that behaves as the port says until it is told not to; the simulation's stand-in for Kafka and for the disk.
///
/// Left alone it passes ``EventLogConformance``: `acknowledgements` lands everything that its appender submitted. With
/// ``Delivery/byHand`` nothing lands by itself, and the simulation decides which submission lands when, in whole, in part, twice, or
/// after its appender was given up (`SimulatedLog+Delivery.swift`). Lost tails, append times, retention and injected errors are in
/// `SimulatedLog+Faults.swift`, zombies of a group in `SimulatedLog+Groups.swift`.
///
/// It takes no random number and no time of its own, so that one sequence of calls always gives the same log. Calls never block:
/// `waitForRecords` and the group's `poll` return at once. A lock makes it safe to share between threads, but only one thread makes it
/// deterministic.
public final class SimulatedLog: EventLog {
  /// When submissions land.
  public enum Delivery: Sendable {
    /// When their appender asks for acknowledgements, as the embedded log does.
    case atAcknowledgement
    /// When the simulation says so.
    case byHand
  }

  let state: Mutex<SimulatedLogState>
  let clock: any PipelineClock

  /// Makes an empty log.
  ///
  /// - Parameters:
  ///   - topics: The topics there are.
  ///   - partitions: How many partitions each topic has.
  ///   - clock: Where append times come from.
  ///   - delivery: When submissions land.
  public init(topics: [Topic] = [.events, .ledger], partitions: Int, clock: any PipelineClock, delivery: Delivery = .atAcknowledgement) {
    self.clock = clock
    state = Mutex(SimulatedLogState(topics: topics, partitions: partitions, delivery: delivery))
  }

  /// The number of partitions of a topic.
  public func partitions(of topic: Topic) throws(LogError) -> Int {
    try state.withLock { state throws(LogError) in
      guard let partitions = state.topics[topic] else { throw .unknownTopic(topic) }
      return partitions.count
    }
  }

  /// The first offset that is still held and the one after the last.
  public func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    try state.withLock { state throws(LogError) in
      try state.throwInjected(.bounds, place)
      return try state.partition(place).bounds
    }
  }

  /// Calls `body` for the records from `offset` on; see the port.
  public func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    let records = try state.withLock { state throws(LogError) in
      try state.throwInjected(.read, place)
      let allowed = state.shortened(limit, place, from: offset)
      return try state.partition(place).slice(from: offset, limit: allowed, place: place)
    }
    for record in records { try record.lend(headers: limit.headers, to: body) }
    return records.last.map { $0.offset + 1 } ?? offset
  }

  /// Whether a record stands at or after each of some positions; of a lost tail it tells nothing.
  public func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    try state.withLock { state throws(LogError) in
      var answers: [Bool] = []
      for position in positions {
        answers.append(try state.partition(TopicPartition(topic, position.partition)).bounds.end > position.offset)
      }
      return answers
    }
  }

  /// Returns at once, whether there are records or not.
  public func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    try state.withLock { state throws(LogError) in
      for place in positions.keys { _ = try state.partition(place) }
      try state.throwInjected(.wait, nil)
    }
  }

  /// Makes an appender.
  public func makeAppender() throws(LogError) -> any LogAppender {
    makeSimulatedAppender()
  }

  /// Makes an appender whose number is known.
  public func makeSimulatedAppender() -> SimulatedAppender {
    SimulatedAppender(log: self, number: state.withLock { $0.addAppender() })
  }

  /// Joins a group; the first member owns all partitions until the simulation moves them.
  public func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup {
    try joinSimulated(group: group, topic: topic)
  }
}

/// What an appender of a ``SimulatedLog`` can do.
public final class SimulatedAppender: LogAppender {
  /// Its number, from 0 in the order of making.
  public let number: Int
  private let log: SimulatedLog

  init(log: SimulatedLog, number: Int) {
    self.log = log
    self.number = number
  }

  deinit { purge() }

  /// Hands over records; see the port.
  public func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
    try log.state.withLock { state throws(LogError) in
      try state.submit(batch.records, to: place, tag: tag, appender: number)
    }
  }

  /// Returns what has been acknowledged since; never blocks.
  public func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
    let now = log.clock.now
    return try log.state.withLock { state throws(LogError) in
      try state.throwInjected(.acknowledgements, nil)
      if state.delivery == .atAcknowledgement { state.landAll(of: number, now: now) }
      return state.takeAcknowledgements(of: number)
    }
  }

  /// Forgets what is in flight; what is delivered by hand may still land.
  public func purge() {
    log.state.withLock { $0.abandon(appender: number) }
  }
}

@available(*, unavailable, message: "an appender belongs to one thread")
extension SimulatedAppender: Sendable {}
