import GRDB

extension RegisterView {
  /// The offset on the events topic that is folded last, by partition.
  public func sources() throws -> [Int: Int64] {
    let statement = try StoreStatement(db, "SELECT partition, source FROM positions")
    var sources: [Int: Int64] = [:]
    while try statement.step() { sources[statement.int(0, as: Int.self)] = statement.int(1) }
    return sources
  }
}
