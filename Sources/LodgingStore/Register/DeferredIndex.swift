import GRDB

/// An index on keys that come in random order: new rows lie in a small table, `recent_NAME`, and move to the large one, NAME, many at a time
/// and in the order of their keys.
///
/// In the large table each new key lies on a page of its own, and all those pages would have to be written with every batch; so such a page
/// is written once for the many rows that it gets. A key is in one of the two tables; whoever asks asks both, and the view `all_NAME` is
/// both of them.
struct DeferredIndex {
  /// The large table.
  let name: String
  /// The columns of the key that say where a move begins and ends.
  let lead: String
  /// How many rows the small table has before some of them are moved.
  let rowsMax: Int

  /// The small table.
  var recent: String { "recent_\(name)" }
  /// Both as one.
  var all: String { "all_\(name)" }

  static let fingerprints = DeferredIndex(name: "fingerprints", lead: "month, value", rowsMax: 192 * 1024)
  static let stayPlaces = DeferredIndex(name: "stay_places", lead: "establishment, stay", rowsMax: 96 * 1024)

  /// What of the small table is moved at once.
  private static let slices = 8

  /// How far an index is moved, as the one who writes knows it.
  struct Progress: Sendable {
    /// Rows of the small table, at most; nil where nothing is known.
    var rows: Int?
    /// The key that the last move ended with; nil where the next one begins with the least key.
    var end: [DatabaseValue]?
  }

  /// Moves what is too much, once `added` rows more were written; in the transaction that wrote them.
  func move(_ db: Database, added: Int, _ progress: inout Progress) throws {
    guard progress.rows.map({ $0 + added > rowsMax }) ?? true else {
      progress.rows? += added
      return
    }
    var rows = try Int.fetchOne(db, sql: "SELECT count(*) FROM \(recent)") ?? 0
    while rows > rowsMax { rows -= try moveSlice(db, &progress.end) }
    progress.rows = rows
  }

  /// Moves the rows behind the end of the last move, and returns how many they were.
  private func moveSlice(_ db: Database, _ end: inout [DatabaseValue]?) throws -> Int {
    var condition = "true"
    var arguments = StatementArguments()
    if let end {
      condition = "(\(lead)) > (?, ?)"
      arguments += StatementArguments(end)
    }
    end = try Row.fetchOne(
      db, sql: "SELECT \(lead) FROM \(recent) WHERE \(condition) ORDER BY \(lead) LIMIT 1 OFFSET \(rowsMax / Self.slices)",
      arguments: arguments
    ).map { Array($0.databaseValues) }
    if let end {
      condition += " AND (\(lead)) <= (?, ?)"
      arguments += StatementArguments(end)
    }
    try db.execute(
      sql: "INSERT INTO \(name) SELECT * FROM \(recent) WHERE \(condition) ORDER BY \(lead)", arguments: arguments)
    try db.execute(sql: "DELETE FROM \(recent) WHERE \(condition)", arguments: arguments)
    return db.changesCount
  }
}
