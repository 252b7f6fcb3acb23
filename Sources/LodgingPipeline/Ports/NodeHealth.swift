public import LodgingDomain

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
  /// How publishing goes; nil where the node publishes nothing.
  public var publishing: Publishing?
  /// Whether the read model has once been up to date since the node began, so that questions may be asked.
  public var mayServe: Bool

  /// Whether work may come.
  public var isReady: Bool { reasons.isEmpty }

  /// Makes a report from its parts.
  public init(
    role: String, reasons: [Reason] = [], warnings: [Reason] = [], folding: Folding? = nil, deciding: Deciding? = nil,
    publishing: Publishing? = nil, mayServe: Bool = false
  ) {
    self.role = role
    self.reasons = reasons
    self.warnings = warnings
    self.folding = folding
    self.deciding = deciding
    self.publishing = publishing
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

  /// How publishing goes.
  public struct Publishing: Sendable, Hashable {
    /// Keys that are still to be compared with what is published, or written.
    public var pending: Int
    /// Keys under which stands what is not folded here yet.
    public var waiting: Int
    /// Whether everything was once compared with what is published.
    public var hasCompared: Bool

    /// Makes it from its parts.
    public init(pending: Int, waiting: Int, hasCompared: Bool) {
      self.pending = pending
      self.waiting = waiting
      self.hasCompared = hasCompared
    }
  }
}
