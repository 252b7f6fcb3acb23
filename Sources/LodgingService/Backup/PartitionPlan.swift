import LodgingDomain
import LodgingPipeline
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
  init(of backup: any EventLog, keys: any KeyRing, partition: Int) throws {
    self.partition = partition
    end = try LedgerEnd(of: backup, partition: partition)
    // Where the events log had lost something by then, what is decided is worked out from both logs.
    let loss = try SourceReset(of: backup, keys: keys, partition: partition, at: end)
    undecided = loss?.nextSource ?? end.source.offset + 1
    expired = loss?.expired ?? 0
  }

  /// Whether the events that are decided next get other offsets than the ledger expects.
  var needsReset: Bool { end.source.offset >= 0 || expired > 0 }

  /// With which the ledger goes on behind what the backup has of it, in order: what left the log undecided is passed over, and then events are
  /// numbered from 0 again, which says that the partition is whole.
  private var resets: [Reset] {
    guard needsReset else { return [] }
    let whole = Reset(nextSource: 0, reason: "restored from a backup")
    guard expired > 0 else { return [whole] }
    return [Reset(nextSource: undecided, reason: "\(expired) offsets had left the events topic undecided before the backup"), whole]
  }

  private struct Reset {
    var nextSource: Int64
    var reason: String
  }

  /// What is still to be done where a partition's ledger holds all that the backup has, and perhaps more.
  enum Rest: Sendable {
    /// Nothing: the partition is whole.
    case nothing
    /// The entry that comes next.
    case entry(LedgerBody)
    /// It has gone on already.
    case tooLate
  }

  /// What is to be done behind an end of the partition's ledger on the cluster.
  func rest(behind now: LedgerEnd) -> Rest {
    let done = now.position == end.position ? 0 : Int(now.source.incarnation) - Int(end.source.incarnation)
    guard (0...resets.count).contains(done) else { return .tooLate }
    if now.position != end.position {
      guard done > 0, now.source.offset == resets[done - 1].nextSource - 1 else { return .tooLate }
    }
    guard done < resets.count else { return .nothing }
    let next = resets[done]
    return .entry(
      .sourceReset(incarnation: now.source.incarnation + 1, nextSource: next.nextSource, reason: next.reason))
  }

  /// Looks at the ledger of a partition that was filled.
  func rest(on cluster: any EventLog) throws -> Rest {
    rest(behind: try LedgerEnd(of: cluster, partition: partition, after: end.position))
  }

  /// Lets a partition that was filled go on, right behind what was restored; returns false where somebody else has let it go on.
  func goOn(on cluster: any EventLog, keys: any KeyRing) throws -> Bool {
    var writer = try OperatorWriter(log: cluster, keys: keys)
    while true {
      let now = try LedgerEnd(of: cluster, partition: partition, after: end.position)
      switch rest(behind: now) {
      case .nothing: return true
      case .tooLate: return false
      case .entry(let body):
        _ = try writer.append(to: partition, after: end.position) { $0.position == now.position ? body : nil }
      }
    }
  }
}
