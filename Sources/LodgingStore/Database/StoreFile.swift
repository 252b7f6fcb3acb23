import Foundation
import GRDB
import GRDBSQLite

/// One SQLite file in WAL mode: one connection that writes, others that read one moment each.
struct StoreFile: Sendable {
  /// How a file is opened.
  struct Settings: Sendable {
    /// What a commit waits for.
    var synchronous = Synchronous.normal
    /// Pages that the writing connection keeps, in bytes.
    var writerCacheBytes = 2 * 1024 * 1024
    /// Pages that each reading connection keeps, in bytes.
    var readerCacheBytes = 8 * 1024 * 1024
    /// How much the write-ahead log takes up before it is moved into the file, in bytes.
    var walBytes = 4 * 1024 * 1024
    /// How large the file may grow, in bytes; nil for no limit.
    var bytesMax: Int64?
  }

  /// What a commit waits for before it returns.
  enum Synchronous: String, Sendable {
    /// Whole after a crash of the machine, but the last transactions may be gone: enough for what is a fold of something durable.
    case normal = "NORMAL"
    /// Durable when the commit returns.
    case full = "FULL"
  }

  /// How long an access waits for other processes, in seconds.
  static let busySeconds: TimeInterval = 10
  /// The size of a page of a new file, in bytes.
  static let pageBytes = 8192

  let path: String
  private let remedy: StoreRemedy
  private let connections: Connections
  private let writeAheadLog: WriteAheadLog

  private var pool: any DatabaseWriter { connections.pool }

  /// Closes the keeper last; see ``ReadAccess``.
  private final class Connections: Sendable {
    let pool: any DatabaseWriter
    private let keeper: DatabaseQueue?

    init(_ pool: any DatabaseWriter, keeper: DatabaseQueue? = nil) {
      self.pool = pool
      self.keeper = keeper
    }

    deinit {
      // What cannot be closed in order is closed with its last reference.
      if keeper != nil { try? pool.close() }
    }
  }

  /// Opens a file, makes it where it is missing, and brings its tables to the newest form.
  init(path: String, settings: Settings, migrator: DatabaseMigrator, remedy: StoreRemedy) throws(StoreError) {
    self.path = path
    self.remedy = remedy
    writeAheadLog = WriteAheadLog(of: path)
    do {
      try OwnerOnly.makeFolder((path as NSString).deletingLastPathComponent)
      // SQLite gives `-wal` and `-shm` the mode of the file.
      try OwnerOnly.makeFile(path)
    } catch {
      throw StoreError(code: .unusable, path: path, detail: SystemReason(error).words, remedy: StoreError.Code.unusable.advice)
    }
    do {
      let pool = try DatabasePool(path: path, configuration: Self.configuration(settings))
      connections = Connections(pool)
      try pool.writeWithoutTransaction { try Self.prepareWriter($0, settings) }
      try Self.migrate(pool, migrator, path: path)
    } catch {
      throw Self.told(error, path: path, remedy: remedy)
    }
  }

  /// Opens a file to read it, and changes nothing in its folder; where there is none, it is read as one that is empty.
  ///
  /// `access` says how, where that is known already.
  init(
    reading path: String, access: ReadAccess? = nil, settings: Settings, migrator: DatabaseMigrator, remedy: StoreRemedy
  ) throws(StoreError) {
    self.path = path
    self.remedy = remedy
    writeAheadLog = WriteAheadLog(of: path)
    do {
      guard FileStamp.of(path: path) != nil else {
        let empty = try DatabaseQueue()
        try migrator.migrate(empty)
        connections = Connections(empty)
        return
      }
      let access = access ?? ReadAccess(path: path)
      let keeper = try access.makeKeeper(busySeconds: Self.busySeconds)
      var configuration = Self.configuration(settings, reading: access)
      configuration.readonly = true
      let pool = try DatabasePool(path: access.name, configuration: configuration)
      connections = Connections(pool, keeper: keeper)
      guard try Self.isUpToDate(pool, migrator, path: path) else {
        throw StoreError(
          code: .unusable, path: path, detail: "an earlier version of this software wrote it",
          remedy: "Any command that writes brings it up to date.")
      }
    } catch {
      throw Self.told(error, path: path, remedy: remedy)
    }
  }

  private static func told(_ error: any Error, path: String, remedy: StoreRemedy) -> StoreError {
    if let error = error as? OwnerOnlyError {
      return StoreError(code: .unusable, path: error.path, detail: error.reason, remedy: StoreError.Code.unusable.advice)
    }
    return (error as? StoreError) ?? StoreError(error, path: path, remedy: remedy) ?? .unexpected(error, path: path)
  }

  /// Calls `body` in one transaction; after an error nothing of it is there.
  ///
  /// Errors of SQLite and of stored values become ``StoreError``, others pass. After a write that found the disk full the next one
  /// succeeds as soon as there is room; see ``WriteAheadLog``.
  func write<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
    try translating {
      try writeAheadLog.makingRoom({ try pool.writeWithoutTransaction($0) }) {
        try pool.write { db in try Self.stopping(db) { try body(db) } }
      }
    }
  }

  /// Calls `body` with a connection that sees one moment of the file; errors are those of ``write(_:)``.
  func read<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
    try translating { try pool.read { db in try Self.stopping(db) { try body(db) } } }
  }

  /// Calls `body` with a reading connection outside of a transaction: each statement sees the file as it is when it begins.
  ///
  /// Beginning and ending a transaction costs many times what a single question costs. Errors are those of ``write(_:)``.
  func look<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
    try translating { try pool.unsafeRead { db in try Self.stopping(db) { try body(db) } } }
  }

  /// Calls `body` with the writing connection outside of a transaction; errors are those of ``write(_:)``.
  func maintain<Answer>(_ body: (Database) throws -> Answer) throws -> Answer {
    try translating { try pool.writeWithoutTransaction { db in try Self.stopping(db) { try body(db) } } }
  }

  /// Moves everything into the file itself and closes it; nothing can be read or written through this afterwards.
  ///
  /// Nobody else may have the file open. Errors are those of ``write(_:)``.
  func close() throws {
    try maintain { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    try translating { try pool.close() }
  }

  private func translating<Answer>(_ body: () throws -> Answer) throws -> Answer {
    do { return try body() } catch { throw StoreError(error, path: path, remedy: remedy) ?? error }
  }

  /// Ends all statements of a connection after an error: one that stands in the middle of its rows would hold an old moment of the file
  /// open.
  private static func stopping<Answer>(_ db: Database, _ body: () throws -> Answer) throws -> Answer {
    do {
      return try body()
    } catch {
      var statement = sqlite3_next_stmt(db.sqliteConnection, nil)
      while let current = statement {
        sqlite3_reset(current)
        statement = sqlite3_next_stmt(db.sqliteConnection, current)
      }
      throw error
    }
  }

  private static func configuration(_ settings: Settings, reading access: ReadAccess? = nil) -> Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(busySeconds)
    configuration.prepareDatabase { db in
      try access?.prepare(db)
      // The first takes effect in an empty file only.
      try db.execute(sql: "PRAGMA page_size = \(pageBytes); PRAGMA cache_size = -\(settings.readerCacheBytes / 1024)")
    }
    return configuration
  }

  /// GRDB opens WAL with `synchronous = NORMAL`, so what differs is set after it.
  private static func prepareWriter(_ db: Database, _ settings: Settings) throws {
    let page = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? pageBytes
    try db.execute(
      sql: """
        PRAGMA synchronous = \(settings.synchronous.rawValue);
        PRAGMA cache_size = -\(settings.writerCacheBytes / 1024);
        PRAGMA wal_autocheckpoint = \(settings.walBytes / page);
        PRAGMA journal_size_limit = \(settings.walBytes);
        """)
    if let bytesMax = settings.bytesMax { try db.execute(sql: "PRAGMA max_page_count = \(max(1, bytesMax / Int64(page)))") }
  }

  /// Looks first, so that opening a file that is up to date does not write and waits for nobody.
  private static func migrate(_ pool: DatabasePool, _ migrator: DatabaseMigrator, path: String) throws {
    while try !isUpToDate(pool, migrator, path: path) {
      let applied = try pool.read(migrator.appliedIdentifiers)
      do {
        try migrator.migrate(pool)
      } catch {
        // Another process may have begun at the same moment: then there is more than before, and the rest follows on that.
        guard try pool.read(migrator.appliedIdentifiers) != applied else { throw error }
      }
    }
  }

  private static func isUpToDate(_ pool: DatabasePool, _ migrator: DatabaseMigrator, path: String) throws -> Bool {
    let (isNewer, isDone) = try pool.read { db in
      (try migrator.hasBeenSuperseded(db), try migrator.hasCompletedMigrations(db))
    }
    guard !isNewer else {
      throw StoreError(
        code: .newerFormat, path: path, detail: "unknown migrations were applied", remedy: StoreError.Code.newerFormat.advice)
    }
    return isDone
  }
}
