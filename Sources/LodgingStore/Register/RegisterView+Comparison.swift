import GRDB

extension RegisterView {
  /// Compares every table with that of another register, row by row in the order of their keys, so that little of them is in memory.
  ///
  /// Rows of figures that are all zero are taken for rows that are not there: whether one is left behind depends on how many entries were
  /// written at a time.
  ///
  /// - Parameters:
  ///   - other: What the tables should be.
  ///   - differs: Told of each row that is missing, too much, or another, in words and by its key.
  /// - Throws: ``StoreError``.
  public func compare(with other: RegisterView, _ differs: (String) -> Void) throws {
    for table in RegisterSchema.compared { try TableComparison(table, db).run(db, other.db, differs) }
  }
}

/// One table of two registers, read side by side.
private struct TableComparison {
  private let table: String
  /// All columns, those of the key first.
  private let columns: [String]
  private let keyCount: Int

  /// Tables whose columns behind the key are sums.
  private static let sums: Set = ["communes", "flows"]

  init(_ compared: RegisterSchema.Compared, _ db: Database) throws {
    table = compared.name
    let info = try db.columns(in: table)
    let key = try db.primaryKey(compared.keyed).columns
    columns = key + info.map(\.name).filter { !key.contains($0) }
    keyCount = key.count
  }

  private var selection: String {
    let key = list(columns[..<keyCount])
    let isAnything = columns[keyCount...].map { #""\#($0)" <> 0"# }.joined(separator: " OR ")
    let condition = Self.sums.contains(table) ? " WHERE \(isAnything)" : ""
    return #"SELECT \#(list(columns[...])) FROM "\#(table)"\#(condition) ORDER BY \#(key)"#
  }

  private func list(_ names: ArraySlice<String>) -> String { names.map { #""\#($0)""# }.joined(separator: ", ") }

  func run(_ mine: Database, _ other: Database, _ differs: (String) -> Void) throws {
    let (held, expected) = (try StoreStatement(mine, selection), try StoreStatement(other, selection))
    defer {
      held.stop()
      expected.stop()
    }
    var (hasHeld, hasExpected) = (try held.step(), try expected.step())
    while hasHeld || hasExpected {
      let order = hasHeld && hasExpected ? compareKeys(held, expected) : hasHeld ? -1 : 1
      if order < 0 {
        differs("\(table): \(name(of: held)) does not follow from the ledger")
      } else if order > 0 {
        differs("\(table): \(name(of: expected)) is missing")
      } else if let column = firstDifference(held, expected) {
        differs("\(table): \(name(of: held)): \(columns[column]) differs")
      }
      if order <= 0 { hasHeld = try held.step() }
      if order >= 0 { hasExpected = try expected.step() }
    }
  }

  private func compareKeys(_ held: StoreStatement, _ expected: StoreStatement) -> Int {
    for column in 0..<keyCount {
      let order = held.compare(CInt(column), with: expected)
      if order != 0 { return order }
    }
    return 0
  }

  private func firstDifference(_ held: StoreStatement, _ expected: StoreStatement) -> Int? {
    (keyCount..<columns.count).first { held.compare(CInt($0), with: expected) != 0 }
  }

  /// The row by its key: numbers, an establishment's id, or bytes in hexadecimal; none of them says who somebody is.
  private func name(of statement: StoreStatement) -> String {
    (0..<keyCount).map { "\(columns[$0]) \(statement.words(CInt($0)))" }.joined(separator: ", ")
  }
}
