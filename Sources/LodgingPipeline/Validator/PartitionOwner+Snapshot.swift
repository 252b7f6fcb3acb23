import LodgingDomain
import LodgingWire

/// A state that will be published once its last entry was read back and is old enough.
///
/// It shares with the owner's state whatever has not changed since: the bytes of all partitions, which come due together after a rush, would
/// take up as much memory again.
struct PendingSnapshot {
  var name: SnapshotName
  var state: PartitionState
  var taken: Instant
}

extension PartitionOwner {
  /// Whether a snapshot is to be taken or published.
  var hasSnapshotToTend: Bool { phase == .deciding && (isPendingDue || isSnapshotDue) }

  private var isPendingDue: Bool {
    pendingSnapshot.map { context.clock.hasPassed(seconds: context.settings.snapshotAgeMinSeconds, since: $0.taken) } ?? false
  }

  private var isSnapshotDue: Bool {
    pendingSnapshot == nil && inFlight.isEmpty && !isStateAhead && phase == .deciding
      && entriesSinceSnapshot >= context.settings.snapshotEntries
  }

  /// Takes a snapshot where one is due and nothing is in flight, and publishes one that was taken before.
  ///
  /// Failures are told and change nothing: a ledger can be folded without snapshots.
  func tendSnapshots() {
    publishPending()
    guard isSnapshotDue, !isDoubtful else { return }
    // A state that does not count must not be kept.
    if readBackTo != acknowledged { readBack() }
    guard !isDoubtful, phase == .deciding else { return }
    pendingSnapshot = PendingSnapshot(
      name: SnapshotName(partition: partition, position: acknowledged), state: state, taken: context.clock.now)
    entriesSinceSnapshot = 0
  }

  private func publishPending() {
    guard isPendingDue, let pending = pendingSnapshot else { return }
    pendingSnapshot = nil
    do {
      let position = pending.name.position
      guard try context.log.holds(position, of: partition) else {
        return context.monitor.alarm(.ledgerTailLost(partition: partition, offset: position.offset))
      }
      _ = try IdIndexFeeder(partition: partition, context: context).catchUp(recordsMax: context.settings.indexRecordsMax)
      try context.snapshots.publish(SnapshotCodec.encode(pending.state), as: pending.name)
    } catch let error as LogError {
      pendingSnapshot = pending
      doubt(error)
    } catch {
      context.monitor.alarm(.snapshotFailed(partition: partition, reason: "\(error)"))
    }
  }
}
