public import LodgingDomain

/// A version of the ledger: how entries are written, and by which rules they decide.
public struct LedgerVersion: Hashable, Sendable, CustomStringConvertible {
  /// The version of the entries' format.
  public var format: UInt32
  /// The version of the rules.
  public var rules: RulesVersion

  /// Makes a version from its parts.
  public init(format: UInt32, rules: RulesVersion) {
    self.format = format
    self.rules = rules
  }

  /// The newest that this code knows.
  public static let newest = LedgerVersion(format: Genesis.newestFormat, rules: .newest)

  /// Whether who knows this version knows another one too.
  public func covers(_ other: LedgerVersion) -> Bool { other.format <= format && other.rules <= rules }

  /// `format 1, rules 1`.
  public var description: String { "format \(format), rules \(rules.number)" }
}

/// What the entry behind another one must be like: each entry says it for itself, and upgrade and rekey entries change it.
public struct LedgerTerms: Hashable, Sendable {
  /// Format and rules.
  public var version: LedgerVersion
  /// The id of the chain key; 0 is that of genesis.
  public var keyID: UInt32

  /// The terms of a ledger of this version under its first key.
  public init(version: LedgerVersion) {
    self.version = version
    keyID = 0
  }

  /// The terms behind an entry.
  public init(after entry: LedgerEntry) {
    version = LedgerVersion(format: entry.header.format, rules: entry.header.rules)
    keyID = entry.header.keyID
    switch entry.body {
    case .genesis(let genesis): version.format = max(1, genesis.format)
    case .upgrade(let format, let rules): version = LedgerVersion(format: format, rules: rules)
    case .rekey(let id): keyID = id
    case .decided, .ticked, .undecodable, .missing, .reseal, .sourceReset: break
    }
  }

  /// A header under these terms.
  public func header(previous: Digest128, source: Int64, now: Instant) -> EntryHeader {
    EntryHeader(previous: previous, source: source, now: now, rules: version.rules, format: version.format, keyID: keyID)
  }
}
