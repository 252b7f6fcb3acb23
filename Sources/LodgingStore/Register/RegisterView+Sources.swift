import GRDB
public import LodgingPipeline

extension RegisterView {
  /// The entry of the ledger that is folded last, by partition.
  ///
  /// Whether the ledger still holds it is for whoever relies on it to look.
  public func chainPositions() throws -> [Int: ChainPosition] {
    let statement = try StoreStatement(db, #"SELECT partition, "offset", chain, source FROM positions"#)
    var positions: [Int: ChainPosition] = [:]
    while try statement.step() {
      positions[statement.int(0, as: Int.self)] = ChainPosition(
        offset: statement.int(1), chain: try statement.digest(2), source: statement.int(3))
    }
    return positions
  }

  /// The number of the source that is folded last, by partition.
  public func sources() throws -> [Int: Int64] {
    let statement = try StoreStatement(db, "SELECT partition, source FROM positions")
    var sources: [Int: Int64] = [:]
    while try statement.step() { sources[statement.int(0, as: Int.self)] = statement.int(1) }
    return sources
  }
}
