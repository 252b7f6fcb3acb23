public import LodgingDomain

/// A log of records in topics, each cut into partitions, as Kafka has it.
///
/// Guarantees that every adapter gives, and that the conformance suite checks:
/// - Offsets of a partition start at 0 and rise; there may be holes.
/// - A record that was acknowledged is durable and is read unchanged at its offset, until retention removes it from the start or the log
///   itself loses its tail.
/// - Append time is read from the log's clock between `submit` and its acknowledgement, and never falls within a partition.
/// - One `submit` lands in order, and so do the submissions of one appender to one partition; an interrupted process leaves whole
///   submissions or nothing
///   on the embedded log, any subset of records on Kafka.
///
/// Calls block; whoever must not block calls them on a thread of its own.
public protocol EventLog: Sendable {
  /// The number of partitions of a topic.
  ///
  /// Throws ``LogError/unknownTopic(_:)`` where it does not exist.
  func partitions(of topic: Topic) throws(LogError) -> Int

  /// The first offset that is still held and the one after the last.
  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds

  /// The offset after the last, as ``bounds(of:)`` has it, for where the start does not matter.
  func end(of place: TopicPartition) throws(LogError) -> Int64

  /// Calls `body` for each record from `offset` on, in order, up to the limit, and returns the offset to read from next.
  ///
  /// A read may stop before the limit, and before the end: what it returned is where to go on, ``bounds(of:)`` says where the end is.
  /// Reading at the end calls nothing and returns `offset`. Reading before the start throws
  /// ``LogError/offsetOutOfRange(_:requested:held:)``; so does reading beyond the end.
  ///
  /// The record's bytes are borrowed: they are valid only inside the call. `body` may use an appender, but must not read this log. An
  /// error of `body` stops the read and is thrown on, and the position is then the caller's own to know.
  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64

  /// Whether a record may stand at or after each of some positions of a topic, as far as the log knows without waiting for anybody; in the
  /// order of the positions.
  ///
  /// For whoever goes through many partitions again and again, most of which are quiet. True promises nothing. False may be wrong while the
  /// log has not heard of a change, and where it lost records, so each partition is to be read now and then all the same.
  func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool]

  /// Blocks until a record may stand at or after one of `positions`, or until `timeout` has passed; spurious wake-ups are allowed.
  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError)

  /// Makes an appender; it belongs to one thread.
  func makeAppender() throws(LogError) -> any LogAppender

  /// Joins the group whose members share out the partitions of a topic; the membership belongs to one thread.
  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup
}

extension EventLog {
  /// Asked together with the start.
  public func end(of place: TopicPartition) throws(LogError) -> Int64 { try bounds(of: place).end }

  /// Nothing is known before it is read.
  public func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    Array(repeating: true, count: positions.count)
  }
}

/// Appends batches and learns where they landed.
///
/// Not thread-safe.
public protocol LogAppender: AnyObject {
  /// Hands over records of one partition; they are in flight until an acknowledgement with the same tag comes.
  ///
  /// The bytes are taken over before the call returns: the batch may be emptied and filled anew at once. An empty submission is
  /// acknowledged without offsets. At most ``LogLimits/submissionsInFlightMax`` may be in flight until their acknowledgements are taken,
  /// else ``LogError/queueFull``. Whatever this throws, nothing of the submission is in flight.
  func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError)

  /// Makes progress and returns what has been acknowledged since, in the order of the submissions of each partition.
  ///
  /// Each submission that was not purged gets exactly one acknowledgement, also when it failed. Returns as soon as there is one; blocks
  /// at most `timeout`, and only while something is in flight. On the embedded log everything submitted becomes durable in one
  /// transaction, or nothing of it.
  func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement]

  /// Forgets what is in flight without waiting; any subset of it may still land. No acknowledgement comes for it any more.
  func purge()
}

extension LogAppender {
  /// Hands over records that lie apart, as ``submit(_:to:tag:)`` does a batch of them.
  public func submit(_ records: [NewRecord], to place: TopicPartition, tag: UInt64) throws(LogError) {
    try submit(RecordBatch(records), to: place, tag: tag)
  }
}

/// What became of one submission.
public struct Acknowledgement: Sendable {
  /// The tag given at `submit`.
  public var tag: UInt64
  /// Where it was submitted to.
  public var place: TopicPartition
  /// The offset of each record in order, or why not all of them are known to have landed.
  public var result: Result<[Int64], LogError>

  /// Makes an acknowledgement from its parts.
  public init(tag: UInt64, place: TopicPartition, result: Result<[Int64], LogError>) {
    self.tag = tag
    self.place = place
    self.result = result
  }
}

/// A membership in a group of processes that share out partitions.
///
/// Not thread-safe.
public protocol PartitionGroup: AnyObject {
  /// Blocks at most `timeout` and returns what changed, or nil. After `.assigned` the partitions are this member's until `.revoked` names
  /// them.
  func poll(timeout: Duration) throws(LogError) -> GroupChange?

  /// Whether this member still owns the partition under its present generation, asked of whoever shares out and not of memory.
  ///
  /// On Kafka a synchronous commit of `position` succeeds only then; on the embedded log the lock is held.
  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool

  /// Tells the position that the owner of a partition has come to, for tools that show how far a group is behind.
  ///
  /// On Kafka it is committed within about a second; elsewhere, and for partitions that are not owned, nothing happens. Nothing is decided
  /// by it: owners begin where the ledger ends.
  func publish(position: Int64, of partition: Int)

  /// The position that was published last for a partition, by whichever member; nil where none was, or nothing keeps it.
  func committedPosition(of partition: Int) throws(LogError) -> Int64?

  /// Gives everything back.
  func leave()
}

extension PartitionGroup {
  /// Nothing keeps it.
  public func committedPosition(of partition: Int) throws(LogError) -> Int64? { nil }

  /// Nobody but the log's own users can ask how far a group is.
  public func publish(position: Int64, of partition: Int) {}
}

/// A change in what a member owns.
public enum GroupChange: Sendable, Equatable {
  /// These partitions are the member's from now on.
  case assigned([Int])
  /// These are no longer; another member may own them already.
  case revoked([Int])
}

/// The name of a topic without prefix and version, such as `stay-events`.
public struct Topic: Hashable, Sendable, CustomStringConvertible {
  /// The name.
  public let name: String

  /// Names a topic.
  public init(_ name: String) { self.name = name }

  /// Check-ins and everything else that establishments tell; key = establishment.
  public static let events = Topic("stay-events")
  /// What was decided; same key, same partitions.
  public static let ledger = Topic("stay-ledger")
  /// Changes of the resident directory between builds; key = keyed fingerprint of the number.
  public static let residents = Topic("residents")
  /// Access keys, as keyed hashes with what each may do; key = id of the access key.
  public static let access = Topic("access")
  /// Documents that police units look for, sealed; key = notice.
  public static let notices = Topic("notices")
  /// Who opened which identities for what purpose.
  public static let disclosures = Topic("disclosures")
  /// How full units are; key = unit and partition of the ledger.
  public static let occupancy = Topic("occupancy")
  /// Alerts that stand or stood; key = alert.
  public static let alerts = Topic("alerts")

  /// The name.
  public var description: String { name }
}

/// One partition of one topic.
public struct TopicPartition: Hashable, Sendable, CustomStringConvertible {
  /// The topic.
  public var topic: Topic
  /// The partition, from 0.
  public var partition: Int

  /// Names a partition.
  public init(_ topic: Topic, _ partition: Int) {
    self.topic = topic
    self.partition = partition
  }

  /// `topic[partition]`.
  public var description: String { "\(topic.name)[\(partition)]" }
}

/// An offset of one partition of a topic that is named beside it.
public struct PartitionPosition: Hashable, Sendable {
  /// The partition, from 0.
  public var partition: Int
  /// The offset.
  public var offset: Int64

  /// Makes a position from its parts.
  public init(partition: Int, offset: Int64) {
    self.partition = partition
    self.offset = offset
  }
}

/// The offsets that a partition holds.
public struct LogBounds: Hashable, Sendable {
  /// The first offset that can be read.
  public var start: Int64
  /// The offset that the next record will have, or a lower bound of it.
  public var end: Int64

  /// Makes bounds from their parts.
  public init(start: Int64, end: Int64) {
    self.start = start
    self.end = end
  }
}

/// A record as it is read; the bytes are borrowed.
public struct LogRecord: ~Copyable {
  /// The record's offset.
  public let offset: Int64
  /// When it was appended, as the log says; never falls within a partition.
  public let appended: Instant
  /// The key, or nil where the record has none.
  public let key: UnsafeRawBufferPointer?
  /// The value, or nil where the record is a tombstone.
  public let value: UnsafeRawBufferPointer?
  /// Names and texts beside the value, where the read asked for them (``ReadLimit/headers``) and the log keeps any.
  public let headers: [RecordHeader]

  /// Makes a record over bytes that outlive the call it is handed to.
  public init(
    offset: Int64, appended: Instant, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [RecordHeader] = []
  ) {
    self.headers = headers
    self.offset = offset
    self.appended = appended
    self.key = key
    self.value = value
  }
}

@available(*, unavailable, message: "the bytes are valid only inside the call that hands them over")
extension LogRecord: Sendable {}

/// A record to append.
public struct NewRecord: Sendable, Hashable {
  /// The key, or nil.
  public var key: [UInt8]?
  /// The value, or nil for a tombstone.
  public var value: [UInt8]?
  /// What other people's tools find beside the value, such as the attributes of CloudEvents.
  ///
  /// Nothing is decided by them, so a log that only this software reads leaves them out. They are read only where a chain's events are moved
  /// over, to go with them.
  public var headers: [RecordHeader]

  /// Makes a record from its parts.
  public init(key: [UInt8]?, value: [UInt8]?, headers: [RecordHeader] = []) {
    self.key = key
    self.value = value
    self.headers = headers
  }

  /// The bytes of key and value together, which ``LogLimits/appendBytesMax`` and ``ReadLimit`` count.
  public var byteCount: Int { (key?.count ?? 0) + (value?.count ?? 0) }
}

/// A name and a text beside a record's value.
public struct RecordHeader: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The text.
  public var value: String

  /// The name under which a trace goes along with a record (W3C Trace Context).
  public static let traceparent = "traceparent"

  /// Makes a header from its parts.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// How much one read takes at most; at least one record is read where there is one.
public struct ReadLimit: Sendable {
  /// The number of records.
  public var records: Int
  /// The sum of key and value bytes.
  public var bytes: Int
  /// Whether the records' headers are wanted; left unread they cost nothing, and read more than the rest of the record.
  public var headers: Bool

  /// Makes a limit from its parts.
  public init(records: Int, bytes: Int = LogLimits.readBytesMax, headers: Bool = false) {
    self.records = records
    self.bytes = bytes
    self.headers = headers
  }
}

/// Why a log did not do what it was asked; each case says whether to retry, to rebuild or to stop.
public enum LogError: Error, Sendable, Equatable {
  /// The topic does not exist: an operator's error.
  case unknownTopic(Topic)
  /// The partition does not exist.
  case unknownPartition(TopicPartition)
  /// The offset is before the start or beyond the end.
  case offsetOutOfRange(TopicPartition, requested: Int64, held: LogBounds)
  /// Too much is in flight: take acknowledgements first.
  case queueFull
  /// A record's key and value together are over ``LogLimits/appendBytesMax``; nothing of its submission was appended.
  case recordTooLarge(bytes: Int)
  /// A failure that may pass: retry. The submission may have landed, in whole or in part.
  case unavailable(String)
  /// The log cannot be used any more by this object: rebuild it. What was in flight may have landed.
  case fatal(String)
  /// Another process goes under this one's name in a group: stop, and join no more before an operator has ended one of them, since each
  /// would displace the other without end.
  case displaced(String)
  /// The reader's own code asked to stop.
  case stopped
}

extension LogError: CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    switch self {
    case .unknownTopic(let topic): "the log has no topic \(topic); create it, or give another log"
    case .unknownPartition(let place): "the log has no partition \(place); compare its partitions with those of the genesis entry"
    case .offsetOutOfRange(let place, let requested, let held):
      "\(place) holds offsets \(held.start) up to \(held.end), not \(requested)"
    case .queueFull: "too much is on its way to the log; try again in a moment"
    case .recordTooLarge(let bytes): "a record of \(bytes) bytes is larger than the \(LogLimits.appendBytesMax) that the log takes"
    case .unavailable(let reason): "the log does not answer: \(reason); it may pass, try again"
    case .fatal(let reason): "the log cannot be used any more: \(reason)"
    case .displaced(let what):
      "another process runs under the same name (\(what)); give each its own kafka.instance-id, end one of the two and start this one again"
    case .stopped: "the reading was stopped"
    }
  }
}

/// Sizes that the log holds itself to.
public enum LogLimits: Sendable {
  /// The largest value of an event record, in bytes (64 KiB).
  public static let eventBytesMax = 64 * 1024
  /// The largest record that an append takes, key and value together, in bytes: an entry holds an event and what was decided.
  public static let appendBytesMax = 1024 * 1024
  /// Submissions in flight of one appender.
  public static let submissionsInFlightMax = 256
  /// Bytes of one read by default.
  public static let readBytesMax = 4 * 1024 * 1024
}
