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

  /// Whether one may be handed over: the one before it is written.
  private var isPendingDue: Bool {
    guard let pendingSnapshot, publication?.isUnderWay != true else { return false }
    return context.clock.hasPassed(seconds: context.settings.snapshotAgeMinSeconds, since: pendingSnapshot.taken)
  }

  private var isSnapshotDue: Bool {
    pendingSnapshot == nil && inFlight.isEmpty && !isStateAhead && phase == .deciding && entriesSinceSnapshot >= entriesBetweenSnapshots
  }

  /// After how many entries the next one is due.
  ///
  /// Writing a state costs as much as it is large, so a large one is written less often: an entry's share stays the same. Folding what
  /// came since then takes about as long as reading it.
  private var entriesBetweenSnapshots: Int64 { max(context.settings.snapshotEntries, Int64(state.registrations.count / 4)) }

  /// Takes a snapshot where one is due and nothing is in flight, and hands over one that was taken before, to be published.
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
      // As much as mostly comes between two snapshots and some more, or it would fall behind for ever.
      let recordsMax = context.settings.indexRecordsMax + Int(entriesBetweenSnapshots)
      _ = try IdIndexFeeder(partition: partition, context: context).catchUp(recordsMax: recordsMax)
      publication = .begin(pending, in: context)
    } catch let error as LogError {
      pendingSnapshot = pending
      doubt(error)
    } catch {
      context.monitor.alarm(.snapshotFailed(partition: partition, reason: "\(error)"))
    }
  }
}
