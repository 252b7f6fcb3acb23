public import LodgingDomain

/// The point of a ledger partition up to which a reader has taken entries.
public struct ChainPosition: Hashable, Sendable {
  /// The offset of the last entry that counts.
  public var offset: Int64
  /// Its chain value.
  public var chain: Digest128
  /// The number of the source that is decided last, see `SourceNumber`; -1 after genesis, the one before the next after a reset.
  public var source: Int64

  /// Makes a position from its parts.
  public init(offset: Int64, chain: Digest128, source: Int64) {
    self.offset = offset
    self.chain = chain
    self.source = source
  }
}

extension EventLog {
  /// Whether the ledger still holds the entry at a position, by its chain value: a ledger that was put back, or lost its tail and grew
  /// again, holds another one there or none.
  package func holds(_ position: ChainPosition, of partition: Int) throws(LogError) -> Bool {
    try fetch(TopicPartition(.ledger, partition), at: position.offset) { $0.chainValue == position.chain } ?? false
  }
}
