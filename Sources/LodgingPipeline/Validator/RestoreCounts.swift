/// How often states were restored, and how much of the ledger was folded for it.
public struct RestoreCounts: Sendable, Hashable {
  /// Those that began with a snapshot.
  public var fromSnapshot = Kind()
  /// Those that began with genesis.
  public var fromGenesis = Kind()

  /// Nothing was restored.
  public init() {}

  /// The figures of one beginning.
  public struct Kind: Sendable, Hashable {
    /// States.
    public var states: Int64 = 0
    /// Records of the ledger that were read behind the beginning.
    public var entries: Int64 = 0

    /// Nothing was restored.
    public init() {}

    static func += (left: inout Kind, right: Kind) {
      left.states += right.states
      left.entries += right.entries
    }
  }

  static func += (left: inout RestoreCounts, right: RestoreCounts) {
    left.fromSnapshot += right.fromSnapshot
    left.fromGenesis += right.fromGenesis
  }
}
