public import LodgingDomain

/// Questions that a serving node answers from its read model, as the JSON that every interface shows.
///
/// Calls block; whoever must not block calls them on a thread of its own. Nothing in an answer names a guest.
public protocol RegisterQueries: Sendable {
  /// What answers depend on beside the ledger, in letters, digits, points and hyphens, such as which months' keys are destroyed.
  var edition: String { get }

  /// What answers stand on now.
  func version() throws -> RegisterVersion

  /// How full a unit is now, or as the register knows it for an earlier moment; nil for a unit that nobody knows.
  func occupancy(of unit: UnitCode, at moment: Instant?) throws -> RegisterAnswer?

  /// The alerts that stand in a unit, the gravest first, one page of them; nil for a unit that nobody knows.
  ///
  /// Throws ``RegisterQueryError/unknownPage`` where the page before cannot be.
  func alerts(in unit: UnitCode, page: AlertPage) throws -> RegisterAnswer?

  /// A receipt, signed; nil where there is none of this name.
  func receipt(_ id: ReceiptID) throws -> RegisterAnswer?

  /// Every code with its texts.
  func catalogue() throws -> [UInt8]

  /// The public keys that receipts are verified with, as a JSON Web Key Set (RFC 7517).
  func keySet() throws -> [UInt8]

  /// The offset after the last entry of each of these partitions of the ledger; none for a partition that does not exist.
  func ledgerEnds(of partitions: [Int]) throws -> [Int: Int64]
}

/// Why a question cannot be answered.
public enum RegisterQueryError: Error, Hashable, Sendable {
  /// What was named as the end of the page before is no such thing.
  case unknownPage
}

/// An answer and what it stands on.
public struct RegisterAnswer: Sendable, Hashable {
  /// Which entries of the ledger it is made of.
  public var version: RegisterVersion
  /// The answer.
  public var json: [UInt8]

  /// Makes an answer from its parts.
  public init(version: RegisterVersion, json: [UInt8]) {
    self.version = version
    self.json = json
  }
}

/// Which part of a list of alerts is asked for.
public struct AlertPage: Sendable, Hashable {
  /// How many alerts at most.
  public var limit: Int
  /// The alert that the page before ended with, as that page said; nil for the first page.
  public var after: String?

  /// How many alerts a page has where nobody says.
  public static let limitDefault = 100
  /// How many alerts a page has at most.
  public static let limitMax = 1000

  /// Makes a page from its parts.
  public init(limit: Int = limitDefault, after: String? = nil) {
    self.limit = limit
    self.after = after
  }
}

/// How far this node's read model is, for those who wait for it.
public protocol FoldWatch: Sendable {
  /// Returns true as soon as the read model holds everything up to these offsets, false where it does not within `timeout` or the node
  /// ends. Blocks no thread.
  func wait(for offsets: LedgerOffsets, timeout: Duration) async -> Bool
}
