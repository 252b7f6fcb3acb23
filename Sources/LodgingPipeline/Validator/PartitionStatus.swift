public import LodgingDomain

/// How a partition stands with its owner.
public struct PartitionStatus: Sendable, Hashable {
  /// The partition.
  public var partition: Int
  /// The last entry known to count.
  public var position: ChainPosition
  /// Ledger time.
  public var now: Instant
  /// What the owner does with it.
  public var standing: Standing
  /// Submissions whose acknowledgements are awaited; at most ``ValidatorSettings/submissionsInFlightMax``.
  public var inFlight: Int

  /// Makes it from its parts.
  package init(partition: Int, position: ChainPosition, now: Instant, standing: Standing, inFlight: Int, waitingFor: Instant? = nil) {
    self.partition = partition
    self.position = position
    self.now = now
    self.standing = standing
    self.inFlight = inFlight
    self.waitingFor = waitingFor
  }

  /// What an owner does with a partition.
  public enum Standing: String, Sendable, CaseIterable {
    /// Its state is restored.
    case restoring
    /// Its events are decided.
    case deciding
    /// Somebody else wrote; nothing is done until the partition is confirmed to be the owner's.
    case steppedBack = "stepped-back"
    /// It stands still until an operator acts.
    case stopped
  }

  /// Whether events are decided.
  public var isDeciding: Bool { standing == .deciding }
  /// Whether an operator must act before anything is decided.
  public var isStopped: Bool { standing == .stopped }
  /// When the next event was appended, where that is too far ahead of the validator's clock for it to be decided; nil where it is not.
  public var waitingFor: Instant?
}

extension PartitionOwner {
  var status: PartitionStatus {
    let standing: PartitionStatus.Standing =
      switch phase {
      case .mustRestore: .restoring
      case .deciding: .deciding
      case .steppedBack: .steppedBack
      case .stopped: .stopped
      }
    return PartitionStatus(
      partition: partition, position: acknowledged, now: state.now, standing: standing, inFlight: inFlight.count, waitingFor: waitingFor)
  }
}
