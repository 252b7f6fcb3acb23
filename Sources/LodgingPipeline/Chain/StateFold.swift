public import LodgingDomain
public import LodgingWire

/// Folds the entries of a ledger partition that count into the partition's state.
///
/// The validator restores with it and projections go on with it; both see the same state at the same chain value.
public struct StateFold: Sendable {
  /// Where the fold stands.
  public private(set) var cursor: ChainCursor
  /// The state at the cursor; meaningless before genesis.
  public private(set) var state: PartitionState
  /// What genesis says, once it was read.
  public private(set) var genesis: LedgerEntry.Genesis?

  /// A fold from the start of a partition.
  public init(partition: Int) {
    cursor = ChainCursor(partition: partition)
    state = PartitionState(now: Instant(milliseconds: 0))
  }

  /// A fold that goes on from a state that was verified to stand at `position`.
  public init(partition: Int, state: PartitionState, at position: ChainPosition) {
    cursor = ChainCursor(partition: partition, after: position)
    self.state = state
  }

  /// What came of one record.
  public enum Step: Sendable {
    /// It counts; here it is, applied.
    case applied(LedgerEntry)
    /// It does not count.
    case ignored
    /// The fold stands still before it; nothing changed.
    case stopped(FoldStop)
  }

  /// Takes the next record of the ledger and tells `observer` what it changed.
  public mutating func take(_ record: borrowing LogRecord, observer: inout some StateObserver) -> Step {
    var cursor = cursor
    switch cursor.take(record.value, at: record.offset) {
    case .ignored:
      self.cursor = cursor
      return .ignored
    case .noGenesis:
      return .stopped(.noGenesis)
    case .unknown:
      return .stopped(.unknownEntry)
    case .counts:
      guard let value = record.value, let entry = try? LedgerEntry(decoding: value) else { return .stopped(.unknownEntry) }
      guard apply(entry, observer: &observer) else { return .stopped(.unknownEntry) }
      self.cursor = cursor
      return .applied(entry)
    }
  }

  /// Passes over offsets that the log does not hold.
  public mutating func skip(to offset: Int64) { cursor.skip(to: offset) }

  /// Applies an entry that counts; false where its event cannot be read by this version, and then nothing changed.
  private mutating func apply(_ entry: LedgerEntry, observer: inout some StateObserver) -> Bool {
    switch entry.body {
    case .genesis(let genesis):
      self.genesis = genesis
      state = PartitionState(now: entry.now)
    case .decided(let decided):
      guard let event = try? decided.decodedEvent() else { return false }
      state.apply(event, facts: decided.facts, decision: decided.decision, source: entry.source, now: entry.now, observer: &observer)
    case .reseal(let reseal):
      state.advance(to: entry.now, observer: &observer)
      state.reseal(reseal.stay, of: reseal.establishment, to: reseal.month, digest: reseal.digest)
    case .ticked, .undecodable, .missing:
      state.advance(to: entry.now, observer: &observer)
    case .sourceReset, .upgrade, .rekey:
      return false
    }
    return true
  }
}

/// Why a fold stands still.
public enum FoldStop: Error, Hashable, Sendable {
  /// The first entry is not a genesis.
  case noGenesis
  /// An entry counts that this version does not understand.
  case unknownEntry
}
