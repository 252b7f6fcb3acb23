import GRDB
import GRDBSQLite
import LodgingPipeline

/// A prepared statement of a connection's cache, bound and stepped without copying what it is given or gives.
///
/// GRDB owns the statement; this only calls what GRDB has no borrowing form for. It must not outlive the database access that it was made
/// in.
struct LogStatement {
  private let statement: Statement
  private var raw: SQLiteStatement { statement.sqliteStatement }

  init(_ db: Database, _ sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
  }

  func bind(_ value: Int64, at index: CInt) {
    sqlite3_bind_int64(raw, index, value)
  }

  /// Binds bytes that must stay where they are until the next step is done; nil is NULL, and no bytes are an empty value.
  func bind(_ bytes: UnsafeRawBufferPointer?, at index: CInt) {
    switch bytes {
    case nil: sqlite3_bind_null(raw, index)
    case let bytes? where bytes.isEmpty: sqlite3_bind_zeroblob(raw, index, 0)
    case let bytes?: sqlite3_bind_blob(raw, index, bytes.baseAddress, CInt(bytes.count), nil)
    }
  }

  /// Goes on to the next row; false where there is none.
  func step() throws -> Bool {
    switch sqlite3_step(raw) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(sqlite3_db_handle(raw))))
    }
  }

  func isNull(_ column: CInt) -> Bool { sqlite3_column_type(raw, column) == SQLITE_NULL }

  func int(_ column: CInt) -> Int64 { sqlite3_column_int64(raw, column) }

  /// The bytes of a column, valid until the next step; nil for NULL.
  func bytes(_ column: CInt) -> UnsafeRawBufferPointer? {
    guard !isNull(column) else { return nil }
    // In this order, as SQLite asks; an empty value has no address.
    let start = sqlite3_column_blob(raw, column)
    return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(raw, column)))
  }

  /// Ends the statement, so that it holds no read open and no borrowed bytes.
  func reset() {
    sqlite3_reset(raw)
    sqlite3_clear_bindings(raw)
  }

  /// Makes ready for the next step without letting go of what is bound.
  func rewind() {
    sqlite3_reset(raw)
  }
}

@available(*, unavailable, message: "a statement belongs to one database access")
extension LogStatement: Sendable {}
