import Foundation
import GRDB
import LodgingDomain
public import LodgingPipeline
import Synchronization

/// The event log of one machine: all topics in one SQLite file, `log.sqlite`, that several processes may have open at once.
///
/// What was acknowledged is on the disk: the file is in WAL mode, and every commit is synchronised (`synchronous=FULL`). One call of
/// `acknowledgements` is one transaction, so that a process that dies, or a machine that loses power, leaves the whole of it or nothing.
/// Readers never block the writer, nor the writer readers; writers of several threads and processes take turns.
///
/// Offsets of a partition follow each other without holes. The append time of a record is the injected clock's at its `submit`, or the
/// last one's where that is later. Each topic is a table with the columns `partition`, `offset`, `appended_ms`, `key` and `value`.
///
/// ```swift
/// let log = try EmbeddedLog(directory: "/var/lib/lodging", clock: clock)
/// let appender = try log.makeAppender()
/// try appender.submit([record], to: TopicPartition(.events, 7), tag: 1)
/// let durable = try appender.acknowledgements(timeout: .seconds(1))
/// ```
public final class EmbeddedLog: EventLog {
  /// The folder that holds the log.
  public let directory: String
  /// The number of partitions of every topic, fixed when the log was made.
  public let partitionCount: Int

  let file: LogFile
  let commits = CommitWatch()
  private let clock: any PipelineClock
  private let tables: Mutex<[Topic: LogTable]>

  /// Opens the log in a folder, and makes folder and log where there is none.
  ///
  /// Several processes may do so at the same moment.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - clock: Where append times come from.
  ///   - settings: What differs from the defaults.
  /// - Throws: ``LogOpenError``; an existing file is left as it was.
  public init(directory: String, clock: any PipelineClock, settings: LogSettings = LogSettings()) throws(LogOpenError) {
    let (file, contents) = try LogFile.open(directory: directory, settings: settings)
    self.directory = directory
    self.file = file
    self.clock = clock
    partitionCount = contents.partitions
    tables = Mutex(contents.tables)
  }

  /// The number of partitions of a topic.
  public func partitions(of topic: Topic) throws(LogError) -> Int {
    _ = try table(of: topic)
    return partitionCount
  }

  /// The first offset that is held and the one after the last.
  public func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    let table = try table(of: place)
    return try file.withReader { try table.bounds($0, place.partition) }
  }

  /// Calls `body` for each record from `offset` on; see the port.
  ///
  /// All records come from one moment of the log, which this call keeps in being until it returns. `body` may use this log in any way.
  public func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    let table = try table(of: place)
    return try file.withReader { try table.read($0, place, from: offset, limit: limit, body) }
  }

  /// Whether a record stands at or after each of some positions.
  public func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    let table = try table(of: topic)
    return try file.withReader { db in
      var answers: [Bool] = []
      // One look at the file for all of them.
      try db.inTransaction(.deferred) {
        answers = try table.reaches(db, positions)
        return .commit
      }
      return answers
    }
  }

  /// Blocks until a record stands at or after one of `positions`, or until `timeout` has passed.
  ///
  /// Commits through this object end the wait at once; those of others, and of other processes, are seen within
  /// ``CommitWatch/pollInterval``.
  public func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    var awaited: [Topic: CommitProbe.Awaited] = [:]
    for (place, offset) in positions {
      let table = try table(of: place)
      awaited[place.topic, default: CommitProbe.Awaited(table: table)].positions
        .append(PartitionPosition(partition: place.partition, offset: offset))
    }
    try file.withReader { db in
      var probe = CommitProbe(awaited: Array(awaited.values))
      try commits.wait(timeout: timeout) { try probe.isReached(db) }
    }
  }

  /// Makes an appender.
  ///
  /// Throws ``LogError/fatal(_:)`` where the log was opened for reading only.
  public func makeAppender() throws(LogError) -> any LogAppender {
    guard file.isWritable else { throw .fatal("the log was opened for reading only") }
    return EmbeddedAppender(log: self, clock: clock)
  }

  /// Joins a group: whoever holds its lock file, `GROUP.lock` in the log's folder, owns all partitions.
  public func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup {
    let partitions = try partitions(of: topic)
    guard !group.isEmpty, group.utf8.allSatisfy({ $0.isLogNameByte }) else {
      throw .fatal("a group's name may hold a-z, 0-9, - and _ only")
    }
    return FolderGroup.join(group, in: directory, partitions: partitions)
  }

  /// Whether some process is a member of a group and owns its partitions now.
  public func isHeld(group: String) throws(LogError) -> Bool { try FileLock.isHeld(path: "\(directory)/\(group).lock") }

  /// Removes decided events before an offset, oldest first; the last record of a partition always stays, so that offsets are never given
  /// again.
  ///
  /// Works in small transactions, between which appenders get their turn; when it throws, some may be gone. The file does not shrink: the
  /// room is used again.
  ///
  /// - Returns: The first offset that is still held.
  @discardableResult
  public func trimEvents(of partition: Int, before offset: Int64) throws(LogError) -> Int64 {
    let place = TopicPartition(.events, partition)
    let table = try table(of: place)
    var start = try bounds(of: place).start
    while start < offset {
      let step = min(offset, start + LogTable.trimStep)
      let next = try file.withWriter { db in
        try db.inTransaction(.immediate) {
          try table.trim(db, partition, before: step)
          return .commit
        }
        return try table.bounds(db, partition).start
      }
      if next == start { break }
      start = next
    }
    return start
  }

  /// The table of a place that exists.
  func table(of place: TopicPartition) throws(LogError) -> LogTable {
    let table = try table(of: place.topic)
    guard place.partition >= 0, place.partition < partitionCount else { throw .unknownPartition(place) }
    return table
  }

  /// Reads anew what topics there are and where their empty partitions begin.
  func lookAgain() throws(LogError) {
    let found = try file.withReader { try LogContents.tables($0) }
    tables.withLock { $0 = found }
  }

  private func table(of topic: Topic) throws(LogError) -> LogTable {
    if let table = tables.withLock({ $0[topic] }) { return table }
    // Another process may have added it since.
    try lookAgain()
    guard let table = tables.withLock({ $0[topic] }) else { throw .unknownTopic(topic) }
    return table
  }
}

extension UInt8 {
  /// Whether the byte may stand in the name of a group.
  fileprivate var isLogNameByte: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
