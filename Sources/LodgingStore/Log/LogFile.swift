import Foundation
import GRDB
import GRDBSQLite
import LodgingPipeline
import Synchronization

/// The connections to one log file: one that writes, taken in turns, and as many that read as there are readers at once.
final class LogFile: Sendable {
  /// The size of a page of a new file, in bytes; measured, larger pages read faster and smaller ones commit a few records faster.
  static let pageBytes = 8192
  /// How much the write-ahead log holds before a commit moves it into the file, in bytes.
  static let walBytes = 16 * 1024 * 1024
  /// How much it holds at most before a commit waits for readers so that it can begin again, in bytes.
  static let walBytesMax = 64 * 1024 * 1024
  /// How long a writer waits for others, in seconds.
  static let busySeconds: TimeInterval = 10
  /// How long a commit waits for readers when the write-ahead log is over its maximum, in milliseconds.
  static let checkpointMilliseconds: CInt = 200
  /// How many readers are kept for the next one.
  static let idleReadersMax = 8

  let path: String
  private let writer: DatabaseQueue?
  private let writeAheadLog: WriteAheadLog
  private let access: ReadAccess?
  /// Keeps nothing behind where the file is only read; see ``ReadAccess``.
  private let keeper: DatabaseQueue?
  private let idleReaders: Mutex<[DatabaseQueue]> = Mutex([])

  var isWritable: Bool { writer != nil }

  private init(path: String, writer: DatabaseQueue?) {
    self.path = path
    writeAheadLog = WriteAheadLog(of: path)
    self.writer = writer
    access = nil
    keeper = nil
  }

  /// A file that is only read.
  private init(reading path: String) throws {
    self.path = path
    writeAheadLog = WriteAheadLog(of: path)
    writer = nil
    let access = ReadAccess(path: path)
    self.access = access
    keeper = try access.makeKeeper(busySeconds: Self.busySeconds)
  }

  deinit {
    // Before the writer or keeper, which then is the last one to close and clears the write-ahead log away.
    idleReaders.withLock { $0 = [] }
  }

  // MARK: Opening

  static func open(directory: String, settings: LogSettings) throws(LogOpenError) -> (LogFile, LogContents) {
    let path = "\(directory)/log.sqlite"
    if let partitions = settings.partitions, !(1...LogSettings.partitionsMax).contains(partitions) {
      throw .impossiblePartitions(partitions)
    }
    do {
      if settings.isReadOnly {
        guard FileManager.default.fileExists(atPath: path) else { throw LogOpenError.missing(path: path) }
      } else {
        try OwnerOnly.makeFolder(directory)
        // SQLite gives `-wal` and `-shm` the mode of the file.
        try OwnerOnly.makeFile(path)
      }
      return try openPatiently(path: path, settings: settings)
    } catch let error as LogOpenError {
      throw error
    } catch let error as OwnerOnlyError {
      throw .unavailable(path: error.path, reason: error.reason)
    } catch let error as DatabaseError {
      switch error.resultCode {
      case .SQLITE_NOTADB: throw .notALog(path: path)
      case .SQLITE_CORRUPT: throw .damaged(path: path)
      default: throw .unavailable(path: path, reason: error.reason)
      }
    } catch {
      throw .unavailable(path: path, reason: SystemReason(error).words)
    }
  }

  /// Opens the file again while another process holds it in a way that SQLite does not wait for, as when both make it at once.
  private static func openPatiently(path: String, settings: LogSettings) throws -> (LogFile, LogContents) {
    let clock = ContinuousClock()
    let deadline = clock.now + .seconds(busySeconds)
    while true {
      do {
        guard !settings.isReadOnly else {
          let file = try LogFile(reading: path)
          let reader = try file.reader()
          defer { file.giveBack(reader) }
          return (file, try reader.inDatabase { try LogContents.open($0, path: path, settings: settings) })
        }
        let writer = try DatabaseQueue(path: path, configuration: writing(path: path, settings: settings))
        return (LogFile(path: path, writer: writer), try writer.inDatabase { try LogContents.open($0, path: path, settings: settings) })
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY || error.resultCode == .SQLITE_LOCKED {
        guard clock.now < deadline else { throw error }
        usleep(2000)
      }
    }
  }

  private static func writing(path: String, settings: LogSettings) -> Configuration {
    var configuration = Configuration()
    configuration.label = "log"
    configuration.busyMode = .timeout(busySeconds)
    configuration.prepareDatabase { db in
      // Before anything is changed in a file that may be another program's.
      _ = try LogContents.check(db, path: path, settings: settings)
      try db.execute(sql: "PRAGMA page_size = \(pageBytes)")
      guard try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL") == "wal" else {
        throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "no write-ahead log is possible here")
      }
      try db.execute(sql: "PRAGMA synchronous = FULL")
      let page = try Int.fetchOne(db, sql: "PRAGMA page_size") ?? pageBytes
      try db.execute(
        sql: """
          PRAGMA wal_autocheckpoint = \(walBytes / page);
          PRAGMA journal_size_limit = \(walBytes);
          PRAGMA cache_size = -\(walBytes / 1024);
          """)
      if let bytesMax = settings.bytesMax { try db.execute(sql: "PRAGMA max_page_count = \(max(1, bytesMax / Int64(page)))") }
    }
    return configuration
  }

  private var reading: Configuration {
    var configuration = Configuration()
    configuration.label = "log.reader"
    configuration.readonly = true
    configuration.busyMode = .timeout(Self.busySeconds)
    if let access { configuration.prepareDatabase { try access.prepare($0) } }
    return configuration
  }

  // MARK: Using

  /// Calls `body` with a connection of its own that only reads; a statement sees one moment of the log.
  func withReader<Answer>(_ body: (Database) throws -> Answer) throws(LogError) -> Answer {
    do {
      let reader = try reader()
      defer { giveBack(reader) }
      return try reader.inDatabase(body)
    } catch {
      throw LogError(storage: error)
    }
  }

  /// Calls `body`, which writes in transactions of its own, with the connection that writes, when it is this caller's turn.
  ///
  /// After a write that found the disk full the next one succeeds as soon as there is room; see ``WriteAheadLog``.
  func withWriter<Answer>(_ body: (Database) throws -> Answer) throws(LogError) -> Answer {
    guard let writer else { throw .fatal("the log was opened for reading only") }
    do {
      return try writer.inDatabase { db in try writeAheadLog.makingRoom({ try $0(db) }) { try body(db) } }
    } catch {
      throw LogError(storage: error)
    }
  }

  private func reader() throws -> DatabaseQueue {
    if let idle = idleReaders.withLock({ $0.popLast() }) { return idle }
    return try DatabaseQueue(path: access?.name ?? path, configuration: reading)
  }

  private func giveBack(_ reader: DatabaseQueue) {
    idleReaders.withLock { idle in
      if idle.count < Self.idleReadersMax { idle.append(reader) }
    }
  }

  /// Moves the write-ahead log into the file where readers have kept it from beginning again for too long; to be called outside of a
  /// transaction.
  ///
  /// The commit before is durable in either case, so a failure is not one of the caller's.
  func limitWriteAheadLog(_ db: Database) {
    var status = stat()
    guard stat("\(path)-wal", &status) == 0, status.st_size > Self.walBytesMax else { return }
    sqlite3_busy_timeout(db.sqliteConnection, Self.checkpointMilliseconds)
    defer { sqlite3_busy_timeout(db.sqliteConnection, CInt(Self.busySeconds * 1000)) }
    _ = try? db.checkpoint(.truncate)
  }
}

extension LogError {
  /// Says what a failure of SQLite means to a user of the log; errors of the log itself pass unchanged.
  init(storage error: any Error) {
    if let error = error as? LogError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self = .fatal("\(type(of: error))")
      return
    }
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_FULL, .SQLITE_IOERR, .SQLITE_NOMEM, .SQLITE_CANTOPEN, .SQLITE_PROTOCOL, .SQLITE_INTERRUPT:
      self = .unavailable(error.reason)
    default:
      self = .fatal(error.reason)
    }
  }
}

extension DatabaseError {
  /// The code and what SQLite says to it, without statement and arguments.
  var reason: String {
    let words = "\(extendedResultCode): \(message ?? "no message")"
    return saysDiskIsFull ? "the disk is full, make room and try again (\(words))" : words
  }
}
