import GRDB
import GRDBSQLite
import Glibc

/// A prepared statement of a connection's cache, bound and stepped value by value.
///
/// GRDB owns the statement and the transaction around it. Binding through arrays of arguments costs more than SQLite's own work on small
/// rows, so this calls SQLite directly. It must not outlive the database access that it was made in.
struct StoreStatement {
  private let statement: Statement
  private var raw: SQLiteStatement { statement.sqliteStatement }

  /// SQLite copies what it is given.
  private static var transient: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  init(_ db: Database, _ sql: String) throws {
    statement = try db.cachedStatement(sql: sql)
    sqlite3_reset(statement.sqliteStatement)
  }

  // MARK: Binding, with places from 1

  func bind(_ value: Int64, at place: CInt) { sqlite3_bind_int64(raw, place, value) }

  func bindNull(at place: CInt) { sqlite3_bind_null(raw, place) }

  func bind(text bytes: UnsafeRawBufferPointer, at place: CInt) {
    // Without an address SQLite would take an empty text for NULL.
    guard let base = bytes.baseAddress, !bytes.isEmpty else {
      sqlite3_bind_text(raw, place, "", 0, Self.transient)
      return
    }
    sqlite3_bind_text(raw, place, base.assumingMemoryBound(to: CChar.self), CInt(bytes.count), Self.transient)
  }

  func bind(blob bytes: UnsafeRawBufferPointer, at place: CInt) {
    guard !bytes.isEmpty else {
      sqlite3_bind_zeroblob(raw, place, 0)
      return
    }
    sqlite3_bind_blob(raw, place, bytes.baseAddress, CInt(bytes.count), Self.transient)
  }

  // MARK: Stepping

  /// Goes on to the next row; false where there is none, and then the statement can be bound again.
  func step() throws -> Bool {
    switch sqlite3_step(raw) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(raw)
      return false
    case let code:
      let error = DatabaseError(
        resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(sqlite3_db_handle(raw))))
      sqlite3_reset(raw)
      throw error
    }
  }

  /// Runs to the end and returns how many rows of tables it changed.
  @discardableResult
  func run() throws -> Int {
    while try step() {}
    return Int(sqlite3_changes(sqlite3_db_handle(raw)))
  }

  /// Ends a statement whose further rows nobody wants.
  func stop() { sqlite3_reset(raw) }

  // MARK: Reading, with columns from 0

  func isNull(_ column: CInt) -> Bool { sqlite3_column_type(raw, column) == SQLITE_NULL }

  func int(_ column: CInt) -> Int64 { sqlite3_column_int64(raw, column) }

  /// The bytes of a column, valid until the next step; none for NULL.
  func bytes(_ column: CInt) -> UnsafeRawBufferPointer {
    // In this order, as SQLite asks; an empty value has no address.
    let start = sqlite3_column_blob(raw, column)
    return UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(raw, column)))
  }
}

extension StoreStatement {
  /// How a column of this row and of another one's are to each other in SQLite's own order: below 0, 0 for equal values, above 0.
  ///
  /// Numbers come before texts, texts before bytes, and nothing comes before all.
  func compare(_ column: CInt, with other: StoreStatement) -> Int {
    let (rank, otherRank) = (rank(column), other.rank(column))
    guard rank == otherRank else { return rank - otherRank }
    switch rank {
    case 0: return 0
    case 1:
      guard sqlite3_column_type(raw, column) == SQLITE_FLOAT || sqlite3_column_type(other.raw, column) == SQLITE_FLOAT else {
        return Self.order(int(column), other.int(column))
      }
      return Self.order(sqlite3_column_double(raw, column), sqlite3_column_double(other.raw, column))
    default: return bytes(column).order(to: other.bytes(column))
    }
  }

  /// A value for people: a number, a text, or bytes in hexadecimal.
  func words(_ column: CInt) -> String {
    switch sqlite3_column_type(raw, column) {
    case SQLITE_NULL: "nothing"
    case SQLITE_BLOB:
      bytes(column).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    // What somebody wrote into a file must not steer a terminal.
    default: String(text(column).unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : Character($0) })
    }
  }

  private func rank(_ column: CInt) -> Int {
    switch sqlite3_column_type(raw, column) {
    case SQLITE_NULL: 0
    case SQLITE_INTEGER, SQLITE_FLOAT: 1
    case SQLITE_TEXT: 2
    default: 3
    }
  }

  private static func order<Number: Comparable>(_ left: Number, _ right: Number) -> Int { left < right ? -1 : left > right ? 1 : 0 }
}

@available(*, unavailable, message: "a statement belongs to one database access")
extension StoreStatement: Sendable {}
