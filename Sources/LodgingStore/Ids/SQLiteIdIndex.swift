import GRDB
public import LodgingDomain
public import LodgingPipeline

/// The id index in one SQLite file of the data folder, `snapshots/ids.sqlite`.
///
/// It stays on its machine also where snapshots lie elsewhere: a database with a write-ahead log must not be shared over a network.
///
/// A write waits for no disk (`synchronous = NORMAL`): position and registrations move in one transaction, and what a power cut takes
/// away at the end is read from the ledger again.
public final class SQLiteIdIndex: IdIndex {
  let file: StoreFile

  /// The path of the file in its folder.
  public static let fileName = "snapshots/ids.sqlite"

  /// Opens the index of a folder, or makes an empty one.
  ///
  /// - Parameter directory: The folder; it is made where it is missing.
  /// - Throws: ``StoreError``; the file is left as it was.
  public init(directory: String) throws(StoreError) {
    let settings = StoreFile.Settings(writerCacheBytes: 16 * 1024 * 1024, readerCacheBytes: 8 * 1024 * 1024, walBytes: 16 * 1024 * 1024)
    file = try StoreFile(path: "\(directory)/\(Self.fileName)", settings: settings, migrator: Self.migrator, remedy: .ids)
  }

  /// The position up to which the index of a partition is complete, or nil where it is empty.
  public func position(partition: Int) throws -> ChainPosition? {
    try file.read { try Self.position(partition: partition, in: $0) }
  }

  private static func position(partition: Int, in db: Database) throws -> ChainPosition? {
    let statement = try StoreStatement(db, #"SELECT "offset", chain, source FROM positions WHERE partition = ?1"#)
    statement.bind(partition, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.stop() }
    return ChainPosition(offset: statement.int(0), chain: try statement.digest(1), source: statement.int(2))
  }

  /// Adds news and moves the position in one transaction; false where the index stands elsewhere by now.
  ///
  /// Runs are merged afterwards. Where there is no room for that, or another process keeps the file for too long, they stay as they are until
  /// another of their size is added: what was added is there, and found.
  public func add(
    _ news: [IdIndexNews], partition: Int, after before: ChainPosition?, position: ChainPosition
  ) throws -> Bool {
    let isMergeDue = try file.write { db -> Bool? in
      guard try Self.position(partition: partition, in: db) == before else { return nil }
      let isMergeDue = try IdRuns(db, partition: partition).add(news)
      try Self.move(to: position, partition: partition, in: db)
      return isMergeDue
    }
    guard let isMergeDue else { return false }
    if isMergeDue { try merge(partition) }
    return true
  }

  private func merge(_ partition: Int) throws {
    do {
      while try file.write({ try IdRuns($0, partition: partition).merge() }) {}
    } catch let error as StoreError where error.isRetryable {
      // Nothing of it is there, and nothing is missing.
    }
  }

  private static func move(to position: ChainPosition, partition: Int, in db: Database) throws {
    let move = try StoreStatement(
      db, #"INSERT OR REPLACE INTO positions (partition, "offset", chain, source) VALUES (?1, ?2, ?3, ?4)"#)
    move.bind(partition, at: 1)
    move.bind(position.offset, at: 2)
    move.bind(position.chain, at: 3)
    move.bind(position.source, at: 4)
    try move.run()
  }

  /// The registration of an event, or nil.
  public func find(_ event: EventID, at establishment: EstablishmentID, partition: Int) throws -> RegisteredEvent? {
    try find([event], at: establishment, partition: partition)[0]
  }

  /// The registrations of some events; each is there as it is when it is asked for, and an id that is there stays until the index is emptied.
  public func find(_ events: [EventID?], at establishment: EstablishmentID, partition: Int) throws -> [RegisteredEvent?] {
    try file.look { db in
      let runs = IdRuns(db, partition: partition)
      return try events.map { try $0.flatMap { try runs.find($0, at: establishment) } }
    }
  }

  /// Empties a partition's index where it stands at `position`.
  public func clear(partition: Int, standingAt position: ChainPosition) throws {
    try file.write { db in
      guard try Self.position(partition: partition, in: db) == position else { return }
      try db.execute(sql: "DELETE FROM positions WHERE partition = ?", arguments: [partition])
      try IdRuns(db, partition: partition).removeAll()
    }
  }

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("ids 1") { db in
      try db.execute(
        sql: """
          CREATE TABLE positions (
            partition INTEGER PRIMARY KEY CHECK (partition >= 0),
            "offset" INTEGER NOT NULL CHECK ("offset" >= 0),
            chain BLOB NOT NULL CHECK (length(chain) = 16),
            source INTEGER NOT NULL CHECK (source >= -1)
          );
          CREATE TABLE ids (
            partition INTEGER NOT NULL,
            establishment TEXT NOT NULL,
            event BLOB NOT NULL CHECK (length(event) = 16),
            source INTEGER NOT NULL CHECK (source >= 0),
            digest BLOB NOT NULL CHECK (length(digest) = 16),
            month INTEGER NOT NULL,
            outcome INTEGER NOT NULL CHECK (outcome IN (1, 2)),
            codes INTEGER NOT NULL,
            check_in INTEGER NOT NULL CHECK (check_in IN (0, 1)),
            registered INTEGER NOT NULL,
            PRIMARY KEY (partition, establishment, event)
          ) WITHOUT ROWID;
          """)
    }
    // One table in the order of ids: each new row lay on a page of its own. It is folded anew.
    migrator.registerMigration("ids 2") { db in
      try db.execute(sql: "DROP TABLE ids; DELETE FROM positions; \(IdRuns.tables)")
    }
    return migrator
  }
}
