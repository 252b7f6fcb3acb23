import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire

/// What a backup says of one partition, and how the partition goes on from there on new topics.
struct PartitionPlan {
  /// The partition.
  let partition: Int
  /// The end of its ledger.
  let end: LedgerEnd
  /// The first offset of the backup's events that is not decided.
  let undecided: Int64
  /// Offsets that had left the events topic undecided.
  let expired: Int64

  /// Reads both logs of a backup.
  ///
  /// Throws `LedgerStop` where the ledger cannot be read to its end, and `LogError`.
  init(of backup: EmbeddedLog, keys: any KeyRing, partition: Int) throws {
    self.partition = partition
    end = try LedgerEnd(of: backup, partition: partition)
    // Where the events log had lost something by then, what is decided is worked out from both logs.
    let loss = try SourceReset(of: backup, keys: keys, partition: partition, at: end)
    undecided = loss?.nextSource ?? end.source.offset + 1
    expired = loss?.expired ?? 0
  }

  /// Whether the events that are decided next get other offsets than the ledger expects.
  var needsReset: Bool { end.source.offset >= 0 }

  /// With which the ledger says that events are numbered from 0 again, and that the partition is whole.
  static func reset(behind end: LedgerEnd) -> LedgerBody {
    .sourceReset(incarnation: end.source.incarnation + 1, nextSource: 0, reason: "restored from a backup")
  }

  /// What is still to be done where a partition's ledger holds all that the backup has, and perhaps more.
  enum Rest: Sendable {
    /// Nothing: the partition is whole.
    case nothing
    /// The entry with which it goes on.
    case reset
    /// It has gone on already.
    case tooLate
  }

  /// Looks at the ledger of a partition that was filled.
  func rest(on cluster: any EventLog) throws -> Rest {
    let now = try LedgerEnd(of: cluster, partition: partition, after: end.position)
    if now.position == end.position { return needsReset ? .reset : .nothing }
    let isReset = now.source.incarnation == end.source.incarnation + 1 && now.source.offset == -1
    return needsReset && isReset ? .nothing : .tooLate
  }
}
