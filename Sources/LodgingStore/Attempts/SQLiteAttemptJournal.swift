import GRDB
public import LodgingPipeline

/// The attempt journal in one SQLite file, `attempts.sqlite`.
///
/// Every write is durable when it returns (`synchronous = FULL`): an attempt that is forgotten with the process that died of it would not
/// count.
public final class SQLiteAttemptJournal: AttemptJournal {
  private let file: StoreFile

  /// The name of the file in its folder.
  public static let fileName = "attempts.sqlite"

  /// Opens the journal of a folder, or makes an empty one.
  ///
  /// - Parameter directory: The folder; it is made where it is missing.
  /// - Throws: ``StoreError``; the file is left as it was.
  public init(directory: String) throws(StoreError) {
    let settings = StoreFile.Settings(synchronous: .full, writerCacheBytes: 256 * 1024, readerCacheBytes: 256 * 1024)
    file = try StoreFile(path: "\(directory)/\(Self.fileName)", settings: settings, migrator: Self.migrator, remedy: .attempts)
  }

  /// Notes a claim and returns how often in a row the partition was claimed at this event, this time included.
  public func claim(partition: Int, next source: Int64) throws -> Int {
    try count(
      """
      INSERT INTO attempts (partition, claimed, claims, begins) VALUES (?1, ?2, 1, 0)
      ON CONFLICT (partition) DO UPDATE SET claims = iif(claimed IS ?2, claims + 1, 1), claimed = ?2
      RETURNING claims
      """, partition, source)
  }

  /// Notes durably that an event is about to be decided alone, and returns how often that was begun before and not ended.
  public func begin(partition: Int, source: Int64) throws -> Int {
    try count(
      """
      INSERT INTO attempts (partition, begun, claims, begins) VALUES (?1, ?2, 0, 1)
      ON CONFLICT (partition) DO UPDATE SET begins = iif(begun IS ?2, begins + 1, 1), begun = ?2
      RETURNING begins - 1
      """, partition, source)
  }

  /// Forgets what was tried on a partition.
  public func clear(partition: Int) throws {
    try file.write { try $0.execute(sql: "DELETE FROM attempts WHERE partition = ?", arguments: [partition]) }
  }

  /// What the writing connection waits for: 2 is `FULL`.
  func synchronous() throws -> Int? { try file.maintain { try Int.fetchOne($0, sql: "PRAGMA synchronous") } }

  private func count(_ sql: String, _ partition: Int, _ source: Int64) throws -> Int {
    try file.write { db in
      let statement = try StoreStatement(db, sql)
      statement.bind(partition, at: 1)
      statement.bind(source, at: 2)
      guard try statement.step() else { throw StoredValueError("an attempt was not written") }
      let count = statement.int(0, as: Int.self)
      try statement.run()
      return count
    }
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("attempts 1") { db in
      try db.execute(
        sql: """
          CREATE TABLE attempts (
            partition INTEGER PRIMARY KEY CHECK (partition >= 0),
            claimed INTEGER,
            claims INTEGER NOT NULL CHECK (claims >= 0),
            begun INTEGER,
            begins INTEGER NOT NULL CHECK (begins >= 0)
          );
          """)
    }
    return migrator
  }
}
