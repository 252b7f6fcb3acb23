import GRDB
import LodgingDomain
import LodgingPipeline

/// The table of one topic, and every statement on it.
///
/// The rows lie in the order of appending, with an index on (partition, offset) beside them. Measured with SQLite 3.40 and 500-byte
/// records in batches of a thousand over 64 partitions, that appends 1.6 times as many records a CPU second as a table that is itself
/// ordered by partition and offset (`WITHOUT ROWID`), which also spills every record above a quarter of a page; reading is a fifth to two
/// fifths slower, at about a million records a second. `log-bench` measures the present form.
final class LogTable: Sendable {
  /// How many records one transaction of a trim removes at most.
  static let trimStep: Int64 = 10_000

  let name: String
  private let insertion: String
  private let selection: String
  private let lastRecord: String
  private let arrival: String
  private let ends: String
  /// Where partitions begin that hold nothing: only in a copy of a log from which all had left.
  private let beginnings: [Int: Int64]

  init(name: String, beginnings: [Int: Int64] = [:]) {
    self.name = name
    self.beginnings = beginnings
    insertion = #"INSERT INTO "\#(name)" ("partition", "offset", appended_ms, "key", "value") VALUES (?1, ?2, ?3, ?4, ?5)"#
    selection = """
      SELECT "offset", appended_ms, "key", "value" FROM "\(name)" WHERE "partition" = ?1 AND "offset" >= ?2 ORDER BY "offset" LIMIT ?3
      """
    lastRecord = #"SELECT "offset", appended_ms FROM "\#(name)" WHERE "partition" = ?1 ORDER BY "offset" DESC LIMIT 1"#
    // Answered from the index alone.
    arrival = #"SELECT 1 FROM "\#(name)" WHERE "partition" = ?1 AND "offset" >= ?2 LIMIT 1"#
    ends = """
      SELECT (SELECT "offset" FROM "\(name)" WHERE "partition" = ?1 ORDER BY "offset" LIMIT 1), \
      (SELECT "offset" FROM "\(name)" WHERE "partition" = ?1 ORDER BY "offset" DESC LIMIT 1)
      """
  }

  /// The statement that makes the table.
  var creation: String {
    """
    CREATE TABLE "\(name)" (
      "partition" INTEGER NOT NULL, "offset" INTEGER NOT NULL, appended_ms INTEGER NOT NULL, "key" BLOB, "value" BLOB,
      PRIMARY KEY ("partition", "offset"))
    """
  }

  // MARK: Reading

  func bounds(_ db: Database, _ partition: Int) throws -> LogBounds {
    let statement = try LogStatement(db, ends)
    defer { statement.reset() }
    statement.bind(Int64(partition), at: 1)
    guard try statement.step(), !statement.isNull(0) else {
      return LogBounds(start: emptyEnd(partition), end: emptyEnd(partition))
    }
    return LogBounds(start: statement.int(0), end: statement.int(1) + 1)
  }

  func read(
    _ db: Database, _ place: TopicPartition, from offset: Int64, limit: ReadLimit,
    _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws -> Int64 {
    let statement = try LogStatement(db, selection)
    defer { statement.reset() }
    statement.bind(Int64(place.partition), at: 1)
    statement.bind(offset, at: 2)
    statement.bind(Int64(max(1, limit.records)), at: 3)
    var next = offset
    var bytes = 0
    while try statement.step() {
      let record = LogRecord(
        offset: statement.int(0), appended: Instant(milliseconds: statement.int(1)), key: statement.bytes(2), value: statement.bytes(3))
      if next > offset {
        if bytes + record.byteCount > limit.bytes { return next }
      } else if record.offset > offset {
        // Retention removed what was asked for, or somebody else left a hole there.
        try expectHeld(db, place, offset)
      }
      bytes += record.byteCount
      try body(record)
      next = record.offset + 1
    }
    if next == offset { try expectHeld(db, place, offset) }
    return next
  }

  private func expectHeld(_ db: Database, _ place: TopicPartition, _ offset: Int64) throws {
    let held = try bounds(db, place.partition)
    guard offset >= held.start, offset <= held.end else { throw LogError.offsetOutOfRange(place, requested: offset, held: held) }
  }

  /// The offset that the first record of a partition gets.
  func emptyEnd(_ partition: Int) -> Int64 { beginnings[partition] ?? 0 }

  /// What the file's numbers say of where the empty partitions of a table begin.
  static func beginnings(of table: String, in numbers: [Row]) -> [Int: Int64] {
    numbers.reduce(into: [:]) { beginnings, row in
      let words = (row["name"] as String).split(separator: "/")
      guard words.count == 3, words[0] == "start", words[1] == table, let partition = Int(words[2]) else { return }
      beginnings[partition] = row["value"]
    }
  }

  /// Whether a record stands at or after an offset of each partition.
  func reaches(_ db: Database, _ positions: [PartitionPosition]) throws -> [Bool] {
    let statement = try LogStatement(db, arrival)
    defer { statement.reset() }
    return try positions.map { position in
      defer { statement.rewind() }
      statement.bind(Int64(position.partition), at: 1)
      statement.bind(position.offset, at: 2)
      return try statement.step()
    }
  }

  /// The last record of a partition.
  func last(_ db: Database, _ partition: Int) throws -> (offset: Int64, appended: Int64)? {
    let statement = try LogStatement(db, lastRecord)
    defer { statement.reset() }
    statement.bind(Int64(partition), at: 1)
    return try statement.step() ? (statement.int(0), statement.int(1)) : nil
  }

  // MARK: Writing

  /// Prepares to append to a partition, inside a transaction.
  func insert(_ db: Database) throws -> LogStatement { try LogStatement(db, insertion) }

  /// Removes all records of a partition, and notes where it begins then.
  func empty(_ db: Database, _ partition: Int, to offset: Int64) throws {
    try db.execute(sql: #"DELETE FROM "\#(name)" WHERE "partition" = ?"#, arguments: [partition])
    try db.execute(
      sql: "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      arguments: ["start/\(name)/\(partition)", offset])
  }

  /// Removes the records before an offset, but never the last one.
  func trim(_ db: Database, _ partition: Int, before offset: Int64) throws {
    guard let last = try last(db, partition) else { return }
    try db.execute(
      sql: #"DELETE FROM "\#(name)" WHERE "partition" = ? AND "offset" < ?"#, arguments: [partition, min(offset, last.offset)])
  }
}

extension LogRecord {
  /// The bytes of key and value together.
  fileprivate var byteCount: Int { (key?.count ?? 0) + (value?.count ?? 0) }
}
