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
      run INTEGER NOT NULL CHECK (run > 0),
      records INTEGER NOT NULL CHECK (records > 0),
      PRIMARY KEY (partition, run)
    ) WITHOUT ROWID;
    CREATE TABLE blocks (
      id INTEGER PRIMARY KEY,
      partition INTEGER NOT NULL,
      run INTEGER NOT NULL,
      first BLOB NOT NULL,
      digest INTEGER NOT NULL,
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
      SELECT \(IdBlock.columns) FROM runs JOIN blocks ON blocks.id = (
        SELECT id FROM blocks WHERE partition = ?1 AND run = runs.run AND first <= ?2 ORDER BY first DESC LIMIT 1)
      WHERE runs.partition = ?1 ORDER BY runs.run DESC
      """)
    return try IdRecord.withKey(of: event, at: establishment) { key in
      statement.bind(partition, at: 1)
      statement.bind(blob: key, at: 2)
      defer { statement.stop() }
      var later: IdRecord.Content?
      while try statement.step() {
        guard let found = try Self.content(under: key, in: try IdBlock.records(of: statement)) else { continue }
        let both = later.map { found.followed(by: $0) } ?? found
        if case .registered(let record) = both { return record }
        later = both
      }
      return nil
    }
  }

  private static func content(under key: UnsafeRawBufferPointer, in block: UnsafeRawBufferPointer) throws -> IdRecord.Content? {
    var reader = IdRecordReader(block)
    while let record = try reader.next() {
      let order = record.key.order(to: key)
      if order == 0 { return try record.content() }
      if order > 0 { break }
    }
    return nil
  }

  private func newestFirst() throws -> [Run] {
    let statement = try StoreStatement(db, "SELECT run, records FROM runs WHERE partition = ?1 ORDER BY run DESC")
    statement.bind(partition, at: 1)
    var runs: [Run] = []
    while try statement.step() { runs.append(Run(number: statement.int(0), records: statement.int(1, as: Int.self))) }
    return runs
  }

  // MARK: Changing

  /// Adds news as a new run; returns whether runs are to be merged now.
  func add(_ news: [IdIndexNews]) throws -> Bool {
    guard !news.isEmpty else { return false }
    let runs = try newestFirst()
    var writer = try IdRunWriter(db, partition: partition, run: (runs.first?.number ?? 0) + 1)
    let order = Self.order(of: news)
    var next = 0
    while next < order.count {
      let (subject, first) = (news[order[next]].subject, news[order[next]].content)
      let end = order[next...].firstIndex { news[$0].subject != subject } ?? order.count
      let content = order[next + 1..<end].reduce(first) { $0.followed(by: news[$1].content) }
      try IdRecord.withKey(of: subject.event, at: subject.establishment) { try writer.append($0, content) }
      next = end
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
    let cursors = try due.map { try IdRunCursor(db, partition: partition, run: $0.number) }
    while let least = Self.least(cursors), let record = least.record {
      let earlier = cursors.filter { $0 !== least && $0.record?.key.order(to: record.key) == 0 }
      if record.isChange, !earlier.isEmpty {
        let content = try earlier.reduce(record.content()) { try $1.record?.content().followed(by: $0) ?? $0 }
        try writer.append(record.key, content)
      } else {
        try writer.append(record)
      }
      for cursor in earlier { try cursor.advance(db) }
      try least.advance(db)
    }
    for (cursor, run) in zip(cursors, due) where cursor.count != run.records {
      throw StoredValueError("a run of the id index has \(cursor.count) records and not \(run.records)")
    }
    _ = try writer.finish()
    try remove(oldest.number...newest.number)
    return true
  }

  /// Removes all registrations.
  func removeAll() throws { try remove(0...Int64.max) }

  private func remove(_ numbers: ClosedRange<Int64>) throws {
    for table in ["blocks", "runs"] {
      let statement = try StoreStatement(db, "DELETE FROM \(table) WHERE partition = ?1 AND run BETWEEN ?2 AND ?3")
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

  /// The places of news in the order of their keys, and of those with one key in the order in which they were told.
  private static func order(of news: [IdIndexNews]) -> [Int] {
    let subjects = news.map(\.subject)
    return news.indices.sorted { left, right in
      let (one, other) = (subjects[left], subjects[right])
      if one.event != other.event { return one.event < other.event }
      let order = one.establishment.withUTF8 { one in other.establishment.withUTF8 { one.order(to: $0) } }
      return order == 0 ? left < right : order < 0
    }
  }
}
