import GRDB
package import LodgingDomain
public import LodgingPipeline

extension RegisterStore {
  /// Whether the register should be copied now.
  package func isCopyDue(at now: Instant) throws -> Bool {
    let entries = try file.read { try Int64.fetchOne($0, sql: #"SELECT sum("offset" + 1) FROM positions"#) }
    return copies.isDue(at: now, entries: entries ?? 0)
  }

  /// Copies the register as it is now; readers and the writer go on meanwhile.
  ///
  /// Throws ``StoreError``; the copies before stay.
  package func makeCopy(at now: Instant) throws { try copies.make(at: now) }

  /// Goes back to the newest copy that is whole and stands on what the ledger still holds, else to nothing, in one transaction.
  ///
  /// A copy that cannot be used for any reason is passed over; without one all is folded again.
  public func goBack(isHeld: (_ partition: Int, _ position: ChainPosition) throws -> Bool) throws {
    for copy in copies.list() {
      guard let positions = try? Self.positions(of: copy.path) else { continue }
      guard try positions.allSatisfy({ try isHeld($0.key, $0.value) }) else { continue }
      do {
        return try replace(by: copy.path)
      } catch let error as StoreError where error.code == .damaged || error.code == .unusable {
        continue
      }
    }
    try reset()
  }

  /// The positions of a copy that is whole and of the present form; nil where it is neither.
  private static func positions(of path: String) throws -> [Int: ChainPosition]? {
    var configuration = Configuration()
    configuration.readonly = true
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    return try queue.inDatabase { db in
      guard try String.fetchOne(db, sql: "PRAGMA quick_check(1)") == "ok",
        try RegisterSchema.migrator.hasCompletedMigrations(db), try !RegisterSchema.migrator.hasBeenSuperseded(db)
      else { return nil }
      var positions: [Int: ChainPosition] = [:]
      let statement = try StoreStatement(db, #"SELECT partition, "offset", chain, source FROM positions"#)
      while try statement.step() {
        positions[statement.int(0, as: Int.self)] = ChainPosition(
          offset: statement.int(1), chain: try statement.digest(2), source: statement.int(3))
      }
      return positions
    }
  }

  /// Takes over all rows of another register of the present form, in one transaction.
  func replace(by path: String) throws {
    try file.maintain { db in
      try db.execute(sql: "ATTACH DATABASE ? AS copy", arguments: [path])
      defer { try? db.execute(sql: "DETACH DATABASE copy") }
      try db.inTransaction(.immediate) {
        for table in RegisterSchema.tables {
          try db.execute(sql: "DELETE FROM main.\(table); INSERT INTO main.\(table) SELECT * FROM copy.\(table)")
        }
        return .commit
      }
    }
    forgetPositions()
  }
}
