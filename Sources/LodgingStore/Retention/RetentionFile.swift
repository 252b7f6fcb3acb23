import GRDB
package import LodgingDomain
package import LodgingPipeline

/// How long decided events are kept, and up to where they were removed, in one SQLite file, `retention.sqlite`.
///
/// The marks save reading the ledger from its beginning at each pass; without the file everything is found again, and the default holds.
package final class RetentionFile: Sendable {
  private let file: StoreFile

  /// The name of the file in its folder.
  package static let fileName = "retention.sqlite"
  /// Days that a decided event is kept, unless said otherwise.
  package static let daysByDefault = 14
  /// The days that may be set.
  package static let daysAllowed = 1...36_500

  /// Opens the file of a folder, or makes an empty one.
  ///
  /// - Parameter directory: The folder; it is made where it is missing.
  /// - Throws: ``StoreError``; the file is left as it was.
  package init(directory: String) throws(StoreError) {
    file = try StoreFile(path: "\(directory)/\(Self.fileName)", settings: Self.settings, migrator: Self.migrator, remedy: .retention)
  }

  /// Opens the file of a folder to read it, and changes nothing there; without one the defaults hold.
  package init(reading directory: String) throws(StoreError) {
    file = try StoreFile(
      reading: "\(directory)/\(Self.fileName)", settings: Self.settings, migrator: Self.migrator, remedy: .retention)
  }

  private static let settings = StoreFile.Settings(writerCacheBytes: 256 * 1024, readerCacheBytes: 256 * 1024)

  /// Days that a decided event is kept; nil is for ever.
  package func days() throws -> Int? {
    try file.read { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT days FROM settings") else { return Self.daysByDefault }
      return row["days"]
    }
  }

  /// Sets how many days decided events are kept; nil is for ever.
  package func set(days: Int?) throws {
    try file.write { db in
      try db.execute(
        sql: "INSERT INTO settings (id, days) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET days = excluded.days", arguments: [days])
    }
  }

  /// The last entry whose event was removed, or nil.
  package func mark(partition: Int) throws -> ChainPosition? {
    try file.read { db in
      let statement = try StoreStatement(db, #"SELECT "offset", chain, source FROM marks WHERE partition = ?1"#)
      statement.bind(partition, at: 1)
      guard try statement.step() else { return nil }
      defer { statement.stop() }
      return ChainPosition(offset: statement.int(0), chain: try statement.digest(1), source: statement.int(2))
    }
  }

  /// Notes up to where events were removed.
  package func put(_ mark: ChainPosition, partition: Int) throws {
    try file.write { db in
      let statement = try StoreStatement(
        db,
        """
        INSERT INTO marks (partition, "offset", chain, source) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (partition) DO UPDATE SET "offset" = excluded."offset", chain = excluded.chain, source = excluded.source
        """)
      statement.bind(partition, at: 1)
      statement.bind(mark.offset, at: 2)
      statement.bind(mark.chain, at: 3)
      statement.bind(mark.source, at: 4)
      try statement.run()
    }
  }

  /// When all partitions were last looked through, or nil.
  package func lastPass() throws -> Instant? {
    try file.read { try Int64.fetchOne($0, sql: "SELECT ended FROM passes") }.map { Instant(milliseconds: $0) }
  }

  /// Notes that all partitions were looked through.
  package func putPass(_ time: Instant) throws {
    try file.write { db in
      try db.execute(
        sql: "INSERT INTO passes (id, ended) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET ended = excluded.ended",
        arguments: [time.milliseconds])
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("retention 1") { db in
      try db.execute(
        sql: """
          CREATE TABLE settings (id INTEGER PRIMARY KEY CHECK (id = 1), days INTEGER CHECK (days BETWEEN 1 AND 36500));
          CREATE TABLE passes (id INTEGER PRIMARY KEY CHECK (id = 1), ended INTEGER NOT NULL);
          CREATE TABLE marks (
            partition INTEGER PRIMARY KEY CHECK (partition >= 0),
            "offset" INTEGER NOT NULL CHECK ("offset" >= 0),
            chain BLOB NOT NULL CHECK (length(chain) = 16),
            source INTEGER NOT NULL CHECK (source >= -1)
          );
          """)
    }
    return migrator
  }
}
