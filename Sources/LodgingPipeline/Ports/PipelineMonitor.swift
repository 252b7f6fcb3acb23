public import LodgingDomain
public import LodgingWire

/// Told what an operator must know; calls come from the pipeline's threads and must return at once.
public protocol PipelineMonitor: Sendable {
  /// Something is wrong, or was wrong and has been put right.
  func alarm(_ alarm: PipelineAlarm)
}

/// What goes wrong around a ledger, by the partition that it concerns.
///
/// Nothing here holds personal data.
public enum PipelineAlarm: Hashable, Sendable {
  /// The ledger lost records that were acknowledged; the state was folded again from what is there.
  case ledgerTailLost(partition: Int, offset: Int64)
  /// The events log lost or changed records that are decided; the partition stands still until an operator says where it goes on.
  case eventsTailLost(partition: Int, source: Int64)
  /// Events left the log before they were decided; the partition stands still.
  case eventsExpired(partition: Int, next: Int64, start: Int64)
  /// Offsets that the events log does not hold were passed over by an explicit entry.
  case eventsMissing(partition: Int, first: Int64, last: Int64)
  /// Somebody else decided events of the partition; this validator stepped back.
  case deposed(partition: Int, offset: Int64)
  /// The validator's clock is behind the log's append times; the partition waits.
  case clockBehind(partition: Int, appended: Instant, now: Instant)
  /// An entry that would count is of a kind that this version does not know; the partition stands still.
  case unknownEntry(partition: Int, offset: Int64)
  /// An entry that would count is, or leads to, a later version than this software knows; the partition stands still.
  case laterVersion(partition: Int, offset: Int64, needed: LedgerVersion)
  /// The ledger's chain goes on under a key that the key ring here does not have; the partition stands still until it does.
  case chainKeyMissing(partition: Int, keyID: UInt32)
  /// The partition's ledger has no genesis, or one that does not fit; the partition stands still.
  case genesisRefused(partition: Int, reason: String)
  /// An append failed or is uncertain; the state was dropped and folded again.
  case appendFailed(partition: Int, reason: String)
  /// An event on which validators died repeatedly was put into quarantine.
  case poisoned(partition: Int, source: Int64)
  /// Open stays whose identity does not open, so that it cannot be sealed to a later month's key; they keep the earlier one.
  case resealFailed(partition: Int, stays: Int)
  /// A snapshot could not be used or written; work goes on without it.
  case snapshotFailed(partition: Int, reason: String)
  /// Reading failed in a way that may pass; it is tried again.
  case readFailed(partition: Int, reason: String)
  /// The oldest undecided event is so old that it nears the end of the log's retention, which would lose it undecided.
  case undecidedForLong(partition: Int, seconds: Int64, retentionSeconds: Int64)

  /// What is told of a partition that the topics were given after the ledger was begun.
  static func surplus(_ partition: Int, over count: Int) -> PipelineAlarm {
    .genesisRefused(
      partition: partition,
      reason: "the ledger was begun with \(count) partitions; this one is surplus and is left alone, and what is written to it is never "
        + "decided: senders must share their keys out over \(count)")
  }
}
