import LodgingDomain
import LodgingWire
import Synchronization

/// A snapshot that is being written beside the validator's thread.
///
/// Failures are told and change nothing: a ledger can be folded without snapshots.
final class SnapshotPublication: Sendable {
  private let name: SnapshotName
  private let isDone = Atomic(false)

  private init(_ name: SnapshotName) { self.name = name }

  /// Begins to write a state whose last entry is known to count.
  static func begin(_ snapshot: PendingSnapshot, in context: ValidatorContext) -> SnapshotPublication {
    let publication = SnapshotPublication(snapshot.name)
    context.background.begin { publication.publish(snapshot.state, to: context.snapshots, monitor: context.monitor) }
    return publication
  }

  /// Whether it is still being written.
  var isUnderWay: Bool { !isDone.load(ordering: .acquiring) }

  private func publish(_ state: PartitionState, to store: any SnapshotStore, monitor: any PipelineMonitor) {
    defer { isDone.store(true, ordering: .releasing) }
    do {
      try store.publish(SnapshotCodec.encode(state), as: name)
    } catch {
      monitor.alarm(.snapshotFailed(partition: name.partition, reason: "\(error)"))
    }
  }
}
