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

/// Whether a node does its work.
public protocol NodeHealth: Sendable {
  /// How the node stands; answered from memory, at once.
  func report() -> HealthReport
}

/// How a node stands.
public struct HealthReport: Sendable, Hashable {
  /// Why the node should get no work now; none where it is ready.
  public var reasons: [Reason]
  /// What an operator should look at although the node works.
  public var warnings: [Reason]
  /// What the node is for.
  public var role: String
  /// How far folding is; nil where the node folds nothing.
  public var folding: Folding?
  /// How deciding goes; nil where the node decides nothing.
  public var deciding: Deciding?
  /// Whether the read model has once been up to date since the node began, so that questions may be asked.
  public var mayServe: Bool

  /// Whether work may come.
  public var isReady: Bool { reasons.isEmpty }

  /// Makes a report from its parts.
  public init(
    role: String, reasons: [Reason] = [], warnings: [Reason] = [], folding: Folding? = nil, deciding: Deciding? = nil,
    mayServe: Bool = false
  ) {
    self.role = role
    self.reasons = reasons
    self.warnings = warnings
    self.folding = folding
    self.deciding = deciding
    self.mayServe = mayServe
  }

  /// Something that is not as it should be, for a program and for people.
  public struct Reason: Sendable, Hashable {
    /// The name that stays.
    public var code: String
    /// In English.
    public var text: String
    /// In Vietnamese.
    public var textVietnamese: String

    /// Makes a reason from its parts.
    public init(_ code: String, _ text: String, _ textVietnamese: String) {
      self.code = code
      self.text = text
      self.textVietnamese = textVietnamese
    }
  }

  /// How far the read model is.
  public struct Folding: Sendable, Hashable {
    /// Entries of the ledger that are passed, over all partitions.
    public var entries: Int64
    /// Entries that the ledger held when somebody looked last.
    public var of: Int64
    /// Partitions whose end is not reached.
    public var partitionsBehind: Int
    /// The least ledger time over the partitions.
    public var asOf: Instant?

    /// Makes it from its parts.
    public init(entries: Int64, of: Int64, partitionsBehind: Int, asOf: Instant?) {
      self.entries = entries
      self.of = of
      self.partitionsBehind = partitionsBehind
      self.asOf = asOf
    }
  }

  /// How deciding goes.
  public struct Deciding: Sendable, Hashable {
    /// Partitions that this node owns; none while another validator has them.
    public var owned: Int
    /// Of those, the ones whose events are decided.
    public var deciding: Int
    /// Of those, the ones that stand still until an operator acts.
    public var stopped: Int

    /// Makes it from its parts.
    public init(owned: Int, deciding: Int, stopped: Int) {
      self.owned = owned
      self.deciding = deciding
      self.stopped = stopped
    }
  }
}
