public import LodgingDomain

/// The point of a ledger partition up to which a reader has taken entries.
public struct ChainPosition: Hashable, Sendable {
  /// The offset of the last entry that counts.
  public var offset: Int64
  /// Its chain value.
  public var chain: Digest128
  /// The offset on the events topic that is decided last; -1 after genesis.
  public var source: Int64

  /// Makes a position from its parts.
  public init(offset: Int64, chain: Digest128, source: Int64) {
    self.offset = offset
    self.chain = chain
    self.source = source
  }
}
