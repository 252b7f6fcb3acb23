public import LodgingPipeline
import Synchronization

/// What keeps a simulated process alive: once it is cut, everything that the process asks of the world fails, and nothing of it takes effect.
///
/// A process that is cut off in the middle of a step and then dropped has crashed between two of its calls.
public final class SimulatedPower: Sendable {
  private let callsLeft = Mutex(Int.max)

  /// Power that lasts until it is cut.
  public init() {}

  /// Lets so many more calls through, then none.
  public func cut(after calls: Int) { callsLeft.withLock { $0 = calls } }

  /// Whether a call was refused or the next one will be.
  public var isCut: Bool { callsLeft.withLock { $0 <= 0 } }

  /// Takes one call; throws ``LodgingPipeline/LogError/fatal(_:)`` once the power is cut.
  public func spend() throws(LogError) {
    try callsLeft.withLock { left throws(LogError) in
      guard left > 0 else { throw .fatal("the process ended") }
      if left < .max { left -= 1 }
    }
  }
}

/// A log as one process sees it.
public struct PoweredLog: EventLog {
  private let log: SimulatedLog
  private let power: SimulatedPower

  /// Puts a process between the log and whoever asks it.
  public init(_ log: SimulatedLog, power: SimulatedPower) {
    self.log = log
    self.power = power
  }

  /// The number of partitions of a topic.
  public func partitions(of topic: Topic) throws(LogError) -> Int {
    try power.spend()
    return try log.partitions(of: topic)
  }

  /// The first offset that is still held and the one after the last.
  public func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    try power.spend()
    return try log.bounds(of: place)
  }

  /// Calls `body` for the records from `offset` on.
  public func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    try power.spend()
    return try log.read(place, from: offset, limit: limit, body)
  }

  /// Whether a record stands at or after each of some positions.
  public func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    try power.spend()
    return try log.mayHaveRecords(in: topic, at: positions)
  }

  /// Returns at once.
  public func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    try power.spend()
    try log.waitForRecords(after: positions, timeout: timeout)
  }

  /// Makes an appender that stops with the process.
  public func makeAppender() throws(LogError) -> any LogAppender {
    try power.spend()
    return PoweredAppender(log.makeSimulatedAppender(), power: power)
  }

  /// Joins a group.
  public func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup {
    try power.spend()
    return PoweredMember(try log.joinSimulated(group: group, topic: topic), power: power)
  }
}

/// An appender of one process.
final class PoweredAppender: LogAppender {
  private let appender: SimulatedAppender
  private let power: SimulatedPower

  init(_ appender: SimulatedAppender, power: SimulatedPower) {
    self.appender = appender
    self.power = power
  }

  func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
    try power.spend()
    try appender.submit(batch, to: place, tag: tag)
  }

  func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
    try power.spend()
    return try appender.acknowledgements(timeout: timeout)
  }

  func purge() { appender.purge() }
}

@available(*, unavailable, message: "an appender belongs to one thread")
extension PoweredAppender: Sendable {}

/// A membership of one process, which can be made deaf: it then hears of no change and goes on as if it owned what it was told last.
public final class PoweredMember: PartitionGroup {
  /// Whether changes are kept from it.
  public var isDeaf = false
  /// Its number within the group.
  public var number: Int { member.number }
  private let member: SimulatedMember
  private let power: SimulatedPower

  /// Puts a process between a member and its group.
  public init(_ member: SimulatedMember, power: SimulatedPower) {
    self.member = member
    self.power = power
  }

  /// Returns what changed, or nil at once.
  public func poll(timeout: Duration) throws(LogError) -> GroupChange? {
    try power.spend()
    return isDeaf ? nil : try member.poll(timeout: timeout)
  }

  /// Whether the partition is this member's in truth.
  public func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool {
    try power.spend()
    return try member.confirmOwnership(of: partition, position: position)
  }

  /// Gives everything back.
  public func leave() { member.leave() }
}

@available(*, unavailable, message: "a membership belongs to one thread")
extension PoweredMember: Sendable {}
