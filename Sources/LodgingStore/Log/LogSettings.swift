public import LodgingPipeline

/// How an ``EmbeddedLog`` is opened.
public struct LogSettings: Sendable {
  /// The number of partitions of every topic of a new log when nobody says otherwise.
  public static let partitionsByDefault = 64
  /// The highest number of partitions.
  public static let partitionsMax = 4096

  /// The number of partitions; nil takes what the log has, and ``partitionsByDefault`` for a new one.
  ///
  /// It is fixed when the log is made; another number than the log's is refused.
  public var partitions: Int?
  /// Topics that must exist afterwards; others that the log has stay.
  public var topics: [Topic]
  /// Whether the log is only read; nothing is made then, and appending is refused.
  public var isReadOnly: Bool
  /// How large the file may grow, in bytes, or nil for no limit.
  ///
  /// At that size appending fails with ``LogError/unavailable(_:)``, as on a full disk.
  public var bytesMax: Int64?

  /// The defaults: the log's own number of partitions, the topics of the port, for reading and writing, without limit.
  public init(
    partitions: Int? = nil, topics: [Topic] = [.events, .ledger, .residents, .access, .notices, .disclosures], isReadOnly: Bool = false,
    bytesMax: Int64? = nil
  ) {
    self.partitions = partitions
    self.topics = topics
    self.isReadOnly = isReadOnly
    self.bytesMax = bytesMax
  }
}

/// Why a log cannot be opened; the file is left as it was.
public enum LogOpenError: Error, Sendable, Hashable, CustomStringConvertible {
  /// There is no log to read in this folder.
  case missing(path: String)
  /// The file is something else, or cut off before its first page ends.
  case notALog(path: String)
  /// The file is a log, but SQLite finds it inconsistent: restore a backup.
  case damaged(path: String)
  /// The log was made with another number of partitions, which never changes.
  case otherPartitions(held: Int, wanted: Int)
  /// The log was written by a later version of this program: use that.
  case newerFormat(held: Int, known: Int)
  /// No log can have so many partitions, or so few.
  case impossiblePartitions(Int)
  /// A topic's name cannot be a table's, or is too like another's: letters a-z, digits, `-` and `.` are allowed.
  case impossibleTopic(Topic)
  /// The folder or file cannot be used now, for the reason given: permissions, a full disk, a lock that others hold too long.
  case unavailable(path: String, reason: String)

  /// What happened and what to do.
  public var description: String {
    switch self {
    case .missing(let path): "there is no log at \(path)"
    case .notALog(let path): "\(path) is not a log of this program; restore it from a backup, or give another --data"
    case .damaged(let path): "\(path) is damaged; restore it from a backup"
    case .otherPartitions(let held, let wanted): "the log has \(held) partitions, which cannot become \(wanted)"
    case .newerFormat(let held, let known): "the log has format \(held), this program knows formats up to \(known); use a later version"
    case .impossiblePartitions(let count): "a log has 1 to \(LogSettings.partitionsMax) partitions, not \(count)"
    case .impossibleTopic(let topic): "\(topic.name) cannot be a topic of this log"
    case .unavailable(let path, let reason): "\(path) cannot be used: \(reason)"
    }
  }
}
