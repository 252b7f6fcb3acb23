import LodgingPipeline
import Synchronization

/// Looks, now and then, whether something began or ended that an operator should be told of, and tells it.
///
/// Any number of loops may look.
struct NodeWatch: Sendable {
  let monitor: OperatorMonitor
  let teller: ConditionTeller
  /// The connections to a cluster; none on the embedded log.
  let connections: ConnectionMeters
  /// The chains, where the node moves their events.
  let book: ChainBook?

  /// For how long the same alarm of many partitions is gathered into one line.
  private static let alarmsGathered = Duration.seconds(1)

  /// Looks once.
  func look() {
    monitor.tell(after: Self.alarmsGathered)
    teller.tell(.brokersUnreachable, connections.isCut())
    let fault = book?.fault
    teller.tell(.chainsUnreadable, fault != nil, why: fault)
  }
}

/// Partitions of a node that stand still until an operator acts, over all its validators.
final class StoppedPartitions: Sendable {
  private let stopped = Mutex<Set<Int>>([])

  /// Takes what a validator owns, and returns the partitions that stood still and are decided now.
  func note(_ statuses: [PartitionStatus]) -> Set<Int> {
    stopped.withLock { stopped in
      guard !stopped.isEmpty || statuses.contains(where: \.isStopped) else { return [] }
      stopped.formUnion(statuses.filter(\.isStopped).map(\.partition))
      let recovered = stopped.intersection(statuses.filter(\.isDeciding).map(\.partition))
      stopped.subtract(recovered)
      return recovered
    }
  }
}
