package import LodgingDomain
public import LodgingWire

/// The acceptance rule: an entry counts if and only if its `previous` equals the reader's own running chain value.
///
/// Every reader of the ledger goes through this one piece of code. Readers compare the values that entries carry; the audit recomputes
/// them.
public struct ChainCursor: Sendable {
  /// The partition.
  public let partition: Int
  /// The last entry that counts, or nil before genesis.
  public private(set) var position: ChainPosition?
  /// The offset to read next.
  public private(set) var next: Int64
  /// Entries read that do not count.
  public private(set) var ignored: Int64 = 0
  /// The newest version that the reader knows.
  private let version: LedgerVersion

  /// A cursor before the first entry of a partition.
  public init(partition: Int, version: LedgerVersion = .newest) {
    self.partition = partition
    self.version = version
    next = 0
  }

  /// A cursor right behind an entry that counts.
  public init(partition: Int, after position: ChainPosition, version: LedgerVersion = .newest) {
    self.partition = partition
    self.position = position
    self.version = version
    next = position.offset + 1
  }

  /// What a reader does with an entry.
  public enum Verdict: Sendable, Hashable {
    /// It counts, and the cursor stands behind it.
    case counts(EntrySummary)
    /// It is not part of the history: a repeated, late or deposed append.
    case ignored
    /// It would count, but this software cannot read it or does not handle its kind: the reader must stop here, and the cursor has not
    /// moved.
    case unknown
    /// It would count, and it or what follows it is of a version that this software does not know: the reader must stop here, and the
    /// cursor has not moved.
    case later(LedgerVersion)
    /// There is no genesis where one must stand, and the cursor has not moved.
    case noGenesis
  }

  /// Takes the record at `offset`, which must be the next one that the log holds.
  public mutating func take(_ value: UnsafeRawBufferPointer?, at offset: Int64) -> Verdict {
    guard let value, let fields = try? ChainFields(of: value), fields.previous == position?.chain ?? .zero else {
      return position == nil ? .noGenesis : ignore(offset)
    }
    guard let summary = try? LedgerReader.summary(value) else { return .unknown }
    if let needed = laterVersion(summary, value) { return .later(needed) }
    guard let kind = summary.kind else { return .unknown }
    // A chain value of zero would let a second genesis count.
    guard (kind == .genesis) == (position == nil), fields.chain != .zero else { return position == nil ? .noGenesis : .unknown }
    guard let source = source(behind: summary, value) else { return .unknown }
    position = ChainPosition(offset: offset, chain: fields.chain, source: source)
    next = offset + 1
    return .counts(summary)
  }

  /// The version that an entry or those behind it have, where the reader does not know it.
  private func laterVersion(_ summary: EntrySummary, _ value: UnsafeRawBufferPointer) -> LedgerVersion? {
    var needed = LedgerVersion(format: summary.header.format, rules: summary.header.rules)
    if summary.kind == .upgrade, version.covers(needed), case .upgrade(let format, let rules)? = try? LedgerReader.entry(value).body {
      needed = LedgerVersion(format: format, rules: rules)
    }
    return version.covers(needed) ? nil : needed
  }

  /// The number of the source that is decided last behind an entry; nil for a reset that does not follow from what was before.
  private func source(behind summary: EntrySummary, _ value: UnsafeRawBufferPointer) -> Int64? {
    guard summary.kind == .sourceReset else { return summary.header.source }
    guard case .sourceReset(let incarnation, let next, _)? = try? LedgerReader.entry(value).body else { return nil }
    let resets = SourceNumber(summary.header.source).resets
    guard incarnation == resets + 2, next >= 0 else { return nil }
    return SourceNumber(offset: next - 1, resets: resets + 1)?.value
  }

  /// Passes over offsets that the log does not hold; never goes back.
  public mutating func skip(to offset: Int64) { next = max(next, offset) }

  private mutating func ignore(_ offset: Int64) -> Verdict {
    ignored += 1
    next = offset + 1
    return .ignored
  }
}

extension LogRecord {
  /// The chain value that a ledger record carries; nil where it is no entry.
  package var chainValue: Digest128? { value.flatMap { try? ChainFields(of: $0) }?.chain }
}
