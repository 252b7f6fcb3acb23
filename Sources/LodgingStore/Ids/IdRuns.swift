import GRDB
import LodgingDomain
import LodgingPipeline

/// The registrations of one partition in the id index, in one transaction: runs of blocks of records.
///
/// A run is written once, in the order of its records' keys, and never changed. Of records with the same key in several runs, the one in the
/// newest run counts.
struct IdRuns {
  private struct Run {
    var number: Int64
    var records: Int
  }

  private let db: Database
  private let partition: Int

  init(_ db: Database, partition: Int) { (self.db, self.partition) = (db, partition) }

  static let tables = """
    CREATE TABLE runs (
      partition INTEGER NOT NULL,
      number INTEGER NOT NULL CHECK (number > 0),
      records INTEGER NOT NULL CHECK (records > 0),
      PRIMARY KEY (partition, number)
    ) WITHOUT ROWID;
    CREATE TABLE blocks (
      id INTEGER PRIMARY KEY,
      partition INTEGER NOT NULL,
      run INTEGER NOT NULL,
      first BLOB NOT NULL,
      records BLOB NOT NULL
    );
    CREATE UNIQUE INDEX blocks_in_order ON blocks (partition, run, first);
    """

  // MARK: Looking

  /// What is remembered of an event, or nil.
  func find(_ event: EventID, at establishment: EstablishmentID) throws -> RegisteredEvent? {
    // In one statement, so that it sees one moment of the file without a transaction.
    let statement = try StoreStatement(
      db,
      """
      SELECT blocks.records FROM runs JOIN blocks ON blocks.id = (
        SELECT id FROM blocks WHERE partition = ?1 AND run = runs.number AND first <= ?2 ORDER BY first DESC LIMIT 1)
      WHERE runs.partition = ?1 ORDER BY runs.number DESC
      """)
    let key = IdRecord.key(of: event, at: establishment)
    return try key.withUnsafeBytes { key in
      statement.bind(partition, at: 1)
      statement.bind(blob: key, at: 2)
      defer { statement.stop() }
      while try statement.step() {
        var reader = IdRecordReader(statement.bytes(0))
        while let record = try reader.next() {
          let order = record.key.order(to: key)
          if order == 0 { return try record.registered() }
          if order > 0 { break }
        }
      }
      return nil
    }
  }

  private func newestFirst() throws -> [Run] {
    let statement = try StoreStatement(db, "SELECT number, records FROM runs WHERE partition = ?1 ORDER BY number DESC")
    statement.bind(partition, at: 1)
    var runs: [Run] = []
    while try statement.step() { runs.append(Run(number: statement.int(0), records: statement.int(1, as: Int.self))) }
    return runs
  }

  // MARK: Changing

  /// Adds registrations as a new run; returns whether runs are to be merged now.
  func add(_ registrations: [IndexedRegistration]) throws -> Bool {
    guard !registrations.isEmpty else { return false }
    let runs = try newestFirst()
    var writer = try IdRunWriter(db, partition: partition, run: (runs.first?.number ?? 0) + 1)
    let order = registrations.indices.sorted { Self.isBefore(registrations[$0], registrations[$1]) }
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: IdRecord.bytesMax, alignment: 1)
    defer { memory.deallocate() }
    for (place, index) in order.enumerated() {
      // Of several registrations of one event, the last one counts.
      if place + 1 < order.count, Self.isSameEvent(registrations[index], registrations[order[place + 1]]) { continue }
      try writer.append(IdRecord(registrations[index], in: memory))
    }
    let written = try writer.finish()
    return IdRunTiers.due([written] + runs.map(\.records)) > 0
  }

  /// Merges the newest runs where that is due; returns whether it did.
  func merge() throws -> Bool {
    let runs = try newestFirst()
    let due = runs.prefix(IdRunTiers.due(runs.map(\.records)))
    guard let newest = due.first, let oldest = due.last else { return false }
    var writer = try IdRunWriter(db, partition: partition, run: newest.number + 1)
    let cursors = due.map { IdRunCursor(partition: partition, run: $0.number) }
    for cursor in cursors { try cursor.advance(db) }
    while let least = Self.least(cursors), let record = least.record {
      try writer.append(record)
      for cursor in cursors where cursor !== least && cursor.record?.key.order(to: record.key) == 0 { try cursor.advance(db) }
      try least.advance(db)
    }
    _ = try writer.finish()
    try remove(oldest.number...newest.number)
    return true
  }

  /// Removes all registrations.
  func removeAll() throws { try remove(0...Int64.max) }

  private func remove(_ numbers: ClosedRange<Int64>) throws {
    for (table, column) in [("blocks", "run"), ("runs", "number")] {
      let sql = "DELETE FROM \(table) WHERE partition = ?1 AND \(column) BETWEEN ?2 AND ?3"
      let statement = try StoreStatement(db, sql)
      statement.bind(partition, at: 1)
      statement.bind(numbers.lowerBound, at: 2)
      statement.bind(numbers.upperBound, at: 3)
      try statement.run()
    }
  }

  /// The one that stands at the least key, and of those the first.
  private static func least(_ cursors: [IdRunCursor]) -> IdRunCursor? {
    var least: IdRunCursor?
    for cursor in cursors {
      guard let record = cursor.record else { continue }
      if let key = least?.record?.key, record.key.order(to: key) >= 0 { continue }
      least = cursor
    }
    return least
  }

  /// The order of keys, and of registrations of one event that of their sources.
  private static func isBefore(_ left: IndexedRegistration, _ right: IndexedRegistration) -> Bool {
    if left.event != right.event { return left.event < right.event }
    if left.establishment != right.establishment {
      return left.establishment.withUTF8 { left in right.establishment.withUTF8 { left.order(to: $0) < 0 } }
    }
    return left.record.source < right.record.source
  }

  private static func isSameEvent(_ left: IndexedRegistration, _ right: IndexedRegistration) -> Bool {
    left.event == right.event && left.establishment == right.establishment
  }
}
