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

  /// A fold from the start of a partition, by a reader that knows `version`.
  public init(partition: Int, version: LedgerVersion = .newest) {
    cursor = ChainCursor(partition: partition, version: version)
    state = PartitionState(now: Instant(milliseconds: 0))
  }

  /// A fold that goes on from a state that was verified to stand at `position`.
  public init(partition: Int, state: PartitionState, at position: ChainPosition, version: LedgerVersion = .newest) {
    cursor = ChainCursor(partition: partition, after: position, version: version)
    self.state = state
  }

  /// What came of one record.
  public enum Step: Sendable {
    /// It counts and is applied; `event` is what it decides, where it decides an event.
    case applied(LedgerEntry, event: StayEvent?)
    /// It does not count.
    case ignored
    /// The fold stands still before it; nothing changed.
    case stopped(FoldStop)
  }

  /// Takes the next record of the ledger and tells `observer` what it changed.
  public mutating func take(_ record: borrowing LogRecord, observer: inout some StateObserver) -> Step {
    var moved = cursor
    switch moved.take(record.value, at: record.offset) {
    case .ignored:
      cursor = moved
      return .ignored
    case .noGenesis: return .stopped(.noGenesis)
    case .unknown: return .stopped(.unknownEntry)
    case .later(let needed): return .stopped(.laterVersion(needed))
    case .counts: break
    }
    guard let value = record.value, let entry = try? LedgerReader.entry(value) else { return .stopped(.unknownEntry) }
    var event: StayEvent?
    if case .decided = entry.body {
      guard let decided = entry.decidedEvent(in: value) else { return .stopped(.unknownEntry) }
      event = decided
    }
    apply(entry, event, observer: &observer)
    cursor = moved
    return .applied(entry, event: event)
  }

  /// Passes over offsets that the log does not hold.
  public mutating func skip(to offset: Int64) { cursor.skip(to: offset) }

  private mutating func apply(_ entry: LedgerEntry, _ event: StayEvent?, observer: inout some StateObserver) {
    let now = entry.header.now
    switch entry.body {
    case .genesis: state = PartitionState(now: now)
    case .decided(let decision, let facts):
      guard let event else { return }
      state.apply(event, facts: facts, decision: decision, source: entry.header.source, now: now, observer: &observer)
    case .reseal(let reseal):
      state.advance(to: now, observer: &observer)
      state.reseal(reseal.stay, of: reseal.establishment, to: reseal.sealed.month, digest: reseal.digest)
    case .ticked, .undecodable, .missing: state.advance(to: now, observer: &observer)
    // What was decided keeps counting, so nothing of the state changes.
    case .sourceReset, .upgrade, .rekey: state.advance(to: now, observer: &observer)
    }
  }
}

/// Why a fold stands still.
public enum FoldStop: Error, Hashable, Sendable {
  /// The first entry is not a genesis.
  case noGenesis
  /// An entry counts that this version does not understand.
  case unknownEntry
  /// An entry counts that is, or leads to, a later version than is known here.
  case laterVersion(LedgerVersion)
}

extension LedgerEntry {
  /// The event that a `decided` entry decides; `bytes` are the entry's.
  ///
  /// Nil where it holds none that can be read.
  package func decidedEvent(in bytes: UnsafeRawBufferPointer) -> StayEvent? {
    guard let decoded = try? WireEvent.decode(UnsafeRawBufferPointer(rebasing: bytes[event])), case .event(let event) = decoded.content
    else {
      return nil
    }
    return event
  }
}
