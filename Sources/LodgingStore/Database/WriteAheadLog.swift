import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// What the write-ahead log of a file takes up on its disk.
///
/// The log grows until it is moved into the file, and a transaction that finds no room leaves the part that it wrote behind the log's end.
/// So on a disk that is small or nearly full the log is moved into the file sooner than its size says, and after a write that found the disk
/// full before anything else is written: room that comes goes to the file first, else attempt after attempt would use it up at the log's
/// end and fail.
final class WriteAheadLog: Sendable {
  private let path: String
  /// Whether the last write found the disk full.
  private let isFull = Atomic(false)

  /// How large it may be whatever the disk, in bytes, so that a nearly full disk does not cost a checkpoint with every commit.
  private static let bytesMin: Int64 = 1 << 20
  /// How long moving it waits for readers, in milliseconds.
  private static let patience: CInt = 200

  /// That of the file at `path`.
  init(of path: String) { self.path = "\(path)-wal" }

  /// Calls `body`, which writes in a transaction, and sees to it that the log leaves room on the disk.
  ///
  /// Where the last `body` found the disk full, the log is moved first; an error of that is thrown, and `body` is not called.
  /// `access` calls what it is given with the writing connection outside of a transaction.
  func makingRoom<Answer>(_ access: ((Database) throws -> Void) throws -> Void, _ body: () throws -> Answer) throws -> Answer {
    if isFull.load(ordering: .relaxed) { try access(Self.move) }
    do {
      let answer = try body()
      isFull.store(false, ordering: .relaxed)
      // What was written is there in either case.
      if isLargeForDisk { try? access(Self.move) }
      return answer
    } catch let error as DatabaseError where error.saysDiskIsFull {
      isFull.store(true, ordering: .relaxed)
      try? access(Self.move)
      throw error
    }
  }

  /// Whether it takes up more than half of what is free beside it.
  private var isLargeForDisk: Bool {
    var log = stat()
    var disk = statvfs()
    guard stat(path, &log) == 0, log.st_size > Self.bytesMin, statvfs(path, &disk) == 0 else { return false }
    return UInt64(log.st_size) > UInt64(disk.f_bavail) * UInt64(disk.f_frsize) / 2
  }

  /// Moves it into the file and gives its room back, unless a reader needs it for longer than a moment.
  private static func move(_ db: Database) throws {
    sqlite3_busy_timeout(db.sqliteConnection, patience)
    defer { sqlite3_busy_timeout(db.sqliteConnection, CInt(StoreFile.busySeconds * 1000)) }
    do { _ = try db.checkpoint(.truncate) } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {}
  }
}

extension DatabaseError {
  /// Whether a write did not find room; the index of the write-ahead log says so in words of its own.
  var saysDiskIsFull: Bool { resultCode == .SQLITE_FULL || extendedResultCode == .SQLITE_IOERR_SHMSIZE }
}
