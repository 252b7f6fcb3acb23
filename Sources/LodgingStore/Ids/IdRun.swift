import GRDB

/// Writes records, which come in the order of their keys, as a run.
struct IdRunWriter {
  /// With its key in the table, a block fills a page.
  static let blockBytesMax = StoreFile.pageBytes - 128

  private let db: Database
  private let partition: Int
  private let run: Int64
  private let insert: StoreStatement
  private var block: [UInt8] = []
  private var count = 0

  init(_ db: Database, partition: Int, run: Int64) throws {
    (self.db, self.partition, self.run) = (db, partition, run)
    insert = try StoreStatement(db, "INSERT INTO blocks (partition, run, first, records) VALUES (?1, ?2, ?3, ?4)")
    insert.bind(partition, at: 1)
    insert.bind(run, at: 2)
    block.reserveCapacity(Self.blockBytesMax)
  }

  mutating func append(_ record: IdRecord) throws {
    if block.count + record.bytes.count > Self.blockBytesMax { try flush() }
    block.append(contentsOf: record.bytes)
    count += 1
  }

  /// Writes the last block and the run; returns how many records it has.
  mutating func finish() throws -> Int {
    try flush()
    let statement = try StoreStatement(db, "INSERT INTO runs (partition, number, records) VALUES (?1, ?2, ?3)")
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
      insert.bind(blob: bytes, at: 4)
      try insert.run()
    }
    block.removeAll(keepingCapacity: true)
  }
}

/// Goes over the records of a run in their order, with one block in memory.
final class IdRunCursor {
  private let partition: Int
  private let run: Int64
  private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: IdRunWriter.blockBytesMax, alignment: 1)
  private var reader = IdRecordReader(UnsafeRawBufferPointer(start: nil, count: 0))
  /// Where it stands: nil before the first record and behind the last one.
  ///
  /// It lies in the cursor's memory until the cursor goes on.
  private(set) var record: IdRecord?

  init(partition: Int, run: Int64) { (self.partition, self.run) = (partition, run) }

  deinit { memory.deallocate() }

  func advance(_ db: Database) throws {
    if let next = try reader.next() {
      record = next
    } else {
      record = try readBlock(db) ? try reader.next() : nil
    }
  }

  /// Reads the block behind the present record; false where there is none.
  private func readBlock(_ db: Database) throws -> Bool {
    let select = try StoreStatement(
      db, "SELECT records FROM blocks WHERE partition = ?1 AND run = ?2 AND first > ?3 ORDER BY first LIMIT 1")
    select.bind(partition, at: 1)
    select.bind(run, at: 2)
    select.bind(blob: record?.key ?? UnsafeRawBufferPointer(start: nil, count: 0), at: 3)
    defer { select.stop() }
    guard try select.step() else { return false }
    let block = select.bytes(0)
    guard block.count <= memory.count else { throw StoredValueError("a block of the id index is too large") }
    memory.copyMemory(from: block)
    reader = IdRecordReader(UnsafeRawBufferPointer(rebasing: memory[..<block.count]))
    return true
  }
}
