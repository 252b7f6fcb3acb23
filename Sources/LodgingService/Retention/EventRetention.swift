import LodgingDomain
import LodgingPipeline
import LodgingStore

/// Removes decided events from the events log some days after their decision.
///
/// An event that is not decided is never removed, however old, and of each partition the last event that is old enough stays, so that
/// whoever restarts can still hold what was decided last against the ledger. The ledger keeps the bytes of every decided event for good;
/// what ends here is the second copy, and the bytes of records in quarantine.
package struct EventRetention {
  private let register: Register
  private let file: RetentionFile

  /// What the events log holds of a partition.
  package struct Row: Encodable, Sendable, Hashable {
    package var partition: Int
    /// The first offset that is held, and the one after the last.
    package var from: Int64
    package var to: Int64
    /// Events that this pass removed.
    package var removed: Int64
    /// When the first event that is held was appended.
    package var oldest: String?
  }

  /// The days that may be set.
  package static let daysAllowed = RetentionFile.daysAllowed

  /// Opens what is known of a register's retention.
  ///
  /// Throws ``ServiceError/badInput(_:)`` on a cluster, whose topics keep events by themselves, with what to do there.
  package init(_ register: Register) throws {
    if let topic = register.log.eventsTopic {
      throw ServiceError.badInput(
        "on Kafka the topic says how long events are kept, decided or not: set retention.ms of \(topic) (kafka-configs --alter "
          + "--entity-type topics --entity-name \(topic) --add-config retention.ms=MILLISECONDS), and kafka.events-retention-hours of the "
          + "nodes to the same, for their alarm")
    }
    self.register = register
    let path = register.folder.path
    file = try register.isReadOnly ? RetentionFile(reading: path) : RetentionFile(directory: path)
  }

  /// Days that a decided event is kept; nil is for ever.
  package func days() throws -> Int? { try file.days() }

  /// Sets the days; nil is for ever.
  ///
  /// Throws ``ServiceError/badInput(_:)`` for a number that makes no sense.
  package func set(days: Int?) throws {
    if let days, !RetentionFile.daysAllowed.contains(days) {
      throw ServiceError.badInput("decided events are kept 1 to \(RetentionFile.daysAllowed.upperBound) days, or for ever")
    }
    try file.set(days: days)
  }

  /// What the events log holds, partition by partition; nothing is removed.
  package func show() throws -> [Row] { try (0..<register.log.partitionCount).map { try row($0, removed: 0) } }

  /// Removes what is old enough in all partitions.
  package func apply() throws -> [Row] {
    guard let limit = try limit() else { return try show() }
    let rows = try (0..<register.log.partitionCount).map { try row($0, removed: try trim($0, before: limit)) }
    try file.putPass(register.clock.now)
    return rows
  }

  private static let passSeconds: Int64 = 3600

  /// The same for a worker that has other things to do: once an hour, and not for much longer than `budget`; what is left is for the next
  /// call.
  func applyIfDue(budget: Duration) throws {
    let now = register.clock.now
    if let last = try file.lastPass(), last <= now, last.adding(seconds: Self.passSeconds) > now { return }
    guard let limit = try limit() else { return }
    let start = ContinuousClock.now
    for partition in 0..<register.log.partitionCount {
      guard ContinuousClock.now - start < budget else { return }
      _ = try trim(partition, before: limit)
    }
    try file.putPass(now)
  }

  /// Decisions that were appended before it are old enough; nil where everything is kept.
  private func limit() throws -> Instant? {
    try file.days().map { register.clock.now.adding(days: -Int64($0)) }
  }

  /// Removes what is old enough in one partition and returns how many events that were.
  private func trim(_ partition: Int, before limit: Instant) throws -> Int64 {
    let mark = try file.mark(partition: partition)
    let history = DecidedHistory(log: register.log, partition: partition)
    guard let last = try history.lastEntry(before: limit, after: mark), last != mark else { return 0 }
    let start = try register.log.bounds(of: TopicPartition(.events, partition)).start
    // First the events: a process that dies in between finds them gone and notes so the next time.
    let kept = try history.keptOffset(of: last, upTo: try register.sources(of: partition))
    let from = try register.log.trimEvents(of: partition, before: kept)
    try file.put(last, partition: partition)
    return from - start
  }

  private func row(_ partition: Int, removed: Int64) throws -> Row {
    let place = TopicPartition(.events, partition)
    let held = try register.log.bounds(of: place)
    let oldest = try register.log.fetch(place, at: held.start) { $0.appended }
    return Row(partition: partition, from: held.start, to: held.end, removed: removed, oldest: oldest?.rfc3339())
  }
}
