import GRDB
public import LodgingDomain

extension RegisterView {
  /// How many open stays are sealed to the key of each month.
  public func openStaysByMonth() throws -> [KeyMonth: Int] {
    let statement = try StoreStatement(db, "SELECT month, count(*) FROM stays WHERE presence <= 3 GROUP BY month")
    var counts: [KeyMonth: Int] = [:]
    while try statement.step() { counts[try statement.month(0)] = statement.int(1, as: Int.self) }
    return counts
  }

  /// Ledger time of each partition, as far as it is folded.
  public func ledgerTimes() throws -> [Int: Instant] {
    let statement = try StoreStatement(db, "SELECT partition, now FROM positions")
    var times: [Int: Instant] = [:]
    while try statement.step() { times[statement.int(0, as: Int.self)] = statement.instant(1) }
    return times
  }
}
