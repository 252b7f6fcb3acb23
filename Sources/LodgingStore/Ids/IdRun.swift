import GRDB
import LodgingDomain
import LodgingWire

/// Records that lie together in one row, in the order of their keys.
enum IdBlock {
  /// With what else is in its row, a block fills a page.
  static let bytesMax = StoreFile.pageBytes - 128

  /// The digest by which damage is found: an id that is not found any more would be registered a second time.
  ///
  /// Its key is known to everybody, and it keeps no secret.
  static func digest(of records: UnsafeRawBufferPointer) -> Int64 {
    Int64(bitPattern: KeyedHash.digest(key: .known, bytes: records).first)
  }

  /// The columns that ``records(of:)`` reads.
  static let columns = "blocks.first, blocks.digest, blocks.records"

  /// The records of a row of ``columns``, valid until the statement's next step.
  ///
  /// Throws ``StoredValueError`` where they are not what was written.
  static func records(of row: StoreStatement) throws -> UnsafeRawBufferPointer {
    let records = row.bytes(2)
    var reader = IdRecordReader(records)
    guard records.count <= bytesMax, digest(of: records) == row.int(1), try reader.next()?.key.order(to: row.bytes(0)) == 0 else {
      throw StoredValueError("a block of the id index is not what was written")
    }
    return records
  }
}

/// Writes records, which come in the order of their keys, as a run.
struct IdRunWriter {
  private let db: Database
  private let partition: Int
  private let run: Int64
  private let insert: StoreStatement
  private var block: [UInt8] = []
  private var count = 0

  init(_ db: Database, partition: Int, run: Int64) throws {
    (self.db, self.partition, self.run) = (db, partition, run)
    insert = try StoreStatement(db, "INSERT INTO blocks (partition, run, first, digest, records) VALUES (?1, ?2, ?3, ?4, ?5)")
    insert.bind(partition, at: 1)
    insert.bind(run, at: 2)
    block.reserveCapacity(IdBlock.bytesMax)
  }

  /// Appends a record that is written here.
  mutating func append(_ key: UnsafeRawBufferPointer, _ content: IdRecord.Content) throws {
    try withUnsafeTemporaryAllocation(byteCount: IdRecord.bytesMax, alignment: 1) { memory in
      try append(IdRecord(key: key, content, in: memory))
    }
  }

  /// Appends a record as it is.
  mutating func append(_ record: IdRecord) throws {
    if block.count + record.bytes.count > IdBlock.bytesMax { try flush() }
    block.append(contentsOf: record.bytes)
    count += 1
  }

  /// Writes the last block and the run; returns how many records it has.
  mutating func finish() throws -> Int {
    try flush()
    let statement = try StoreStatement(db, "INSERT INTO runs (partition, run, records) VALUES (?1, ?2, ?3)")
    statement.bind(partition, at: 1)
    statement.bind(run, at: 2)
    statement.bind(count, at: 3)
    try statement.run()
    return count
  }

  private mutating func flush() throws {
    try block.withUnsafeBytes { bytes in
      var reader = IdRecordReader(bytes)
      guard let first = try reader.next() else { return }
      insert.bind(blob: first.key, at: 3)
      insert.bind(IdBlock.digest(of: bytes), at: 4)
      insert.bind(blob: bytes, at: 5)
      try insert.run()
    }
    block.removeAll(keepingCapacity: true)
  }
}

/// Goes over the records of a run in their order, with one block in memory.
final class IdRunCursor {
  private let partition: Int
  private let run: Int64
  private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: IdBlock.bytesMax, alignment: 1)
  private var reader = IdRecordReader(UnsafeRawBufferPointer(start: nil, count: 0))
  /// The key of the first record of the block in memory, which is none at the beginning.
  private var first: [UInt8] = []
  /// Where it stands, in the cursor's memory until the cursor goes on; nil behind the last one.
  private(set) var record: IdRecord?
  /// The number of records up to there.
  private(set) var count = 0

  /// Begins at the first record.
  init(_ db: Database, partition: Int, run: Int64) throws {
    (self.partition, self.run) = (partition, run)
    try advance(db)
  }

  deinit { memory.deallocate() }

  /// Goes on to the next record.
  func advance(_ db: Database) throws {
    record = try reader.next()
    if record == nil, try readBlock(db) { record = try reader.next() }
    if record != nil { count += 1 }
  }

  /// Reads the next block; false where there is none.
  private func readBlock(_ db: Database) throws -> Bool {
    let select = try StoreStatement(
      db,
      "SELECT \(IdBlock.columns) FROM blocks WHERE partition = ?1 AND run = ?2 AND first > ?3 ORDER BY first LIMIT 1")
    select.bind(partition, at: 1)
    select.bind(run, at: 2)
    first.withUnsafeBytes { select.bind(blob: $0, at: 3) }
    defer { select.stop() }
    guard try select.step() else { return false }
    let records = try IdBlock.records(of: select)
    memory.copyMemory(from: records)
    reader = IdRecordReader(UnsafeRawBufferPointer(rebasing: memory[..<records.count]))
    first = Array(select.bytes(0))
    return true
  }
}
