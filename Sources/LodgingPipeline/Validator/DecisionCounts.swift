import LodgingDomain

/// How many records were decided, by what came of them.
public struct DecisionCounts: Sendable, Hashable {
  /// Events that are registered without a flag.
  public var accepted: Int64 = 0
  /// Events that are registered with flags.
  public var flagged: Int64 = 0
  /// Events that are not registered.
  public var rejected: Int64 = 0
  /// Events that were registered before.
  public var duplicate: Int64 = 0
  /// Records that are no events.
  public var undecodable: Int64 = 0
  /// Records that tell nothing but the time.
  public var ticks: Int64 = 0

  /// Nothing was decided.
  public init() {}

  /// Counts one decision on an event or a record that is none.
  mutating func add(_ outcome: Outcome) {
    switch outcome {
    case .accepted: accepted += 1
    case .flagged: flagged += 1
    case .rejected: rejected += 1
    case .duplicate: duplicate += 1
    case .undecodable: undecodable += 1
    }
  }

  /// Adds figure by figure.
  static func += (left: inout DecisionCounts, right: DecisionCounts) {
    left.accepted += right.accepted
    left.flagged += right.flagged
    left.rejected += right.rejected
    left.duplicate += right.duplicate
    left.undecodable += right.undecodable
    left.ticks += right.ticks
  }
}
