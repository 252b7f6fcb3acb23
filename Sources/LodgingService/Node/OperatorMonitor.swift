package import LodgingPipeline
package import Logging
import Synchronization

/// Tells the operator of the pipeline's alarms in lines that begin with the fault and end with what to do.
///
/// The same alarm of the same partition is told once in a while. The same alarm of many partitions at once is told in full for the first one,
/// and once for all others together: at ``tell(after:)``, or when this object goes. So are partitions that are well again.
package final class OperatorMonitor: PipelineMonitor {
  private let logger: Logger
  private let told = Mutex(Told())

  private struct Told {
    var partitions: [PipelineAlarm.Kind: ContinuousClock.Instant] = [:]
    var faults: [Fault: ContinuousClock.Instant] = [:]
    var waiting: [Fault: Set<Int>] = [:]
    var recovered: Set<Int> = []
    var waitingSince: ContinuousClock.Instant?
  }

  /// What partitions have in common that raise the same alarm.
  private struct Fault: Hashable, Comparable {
    var isCritical: Bool
    var what: String
    var remedy: String

    static func < (left: Fault, right: Fault) -> Bool { (left.what, left.remedy) < (right.what, right.remedy) }
  }

  private static let pause = Duration.seconds(10)

  /// Makes a monitor that writes to `logger`.
  package init(logger: Logger) { self.logger = logger }

  deinit { tell() }

  package func alarm(_ alarm: PipelineAlarm) {
    let now = ContinuousClock.now
    let text = alarm.texts
    let fault = Fault(isCritical: alarm.needsOperator, what: text.what, remedy: text.remedy)
    let isNew = told.withLock { told in
      if let last = told.partitions[alarm.kind], now - last < Self.pause { return false }
      told.partitions[alarm.kind] = now
      if let last = told.faults[fault], now - last < Self.pause {
        told.waiting[fault, default: []].insert(text.partition)
        told.waitingSince = told.waitingSince ?? now
        return false
      }
      told.faults[fault] = now
      return true
    }
    if isNew { write("partition \(text.partition)", fault) }
  }

  /// These partitions stood still and are decided again.
  package func recovered(_ partitions: Set<Int>) {
    guard !partitions.isEmpty else { return }
    let now = ContinuousClock.now
    told.withLock { told in
      told.recovered.formUnion(partitions)
      told.waitingSince = told.waitingSince ?? now
      // What befalls them from now on is news.
      told.partitions = told.partitions.filter { !partitions.contains($0.key.partition) }
    }
  }

  /// Says for which partitions more than those that were named each alarm holds, and which are well again, once the first of them has waited
  /// for so long.
  package func tell(after delay: Duration = .zero) {
    let now = ContinuousClock.now
    let (waiting, recovered) = told.withLock { told -> ([Fault: Set<Int>], Set<Int>) in
      guard let since = told.waitingSince, now - since >= delay else { return ([:], []) }
      defer { (told.waiting, told.recovered, told.waitingSince) = ([:], [], nil) }
      return (told.waiting, told.recovered)
    }
    for (fault, partitions) in waiting.sorted(by: { $0.key < $1.key }) {
      let names = Self.names(of: partitions)
      write(partitions.count == 1 ? "partition \(names)" : "\(partitions.count) more partitions (\(names))", fault)
    }
    guard !recovered.isEmpty else { return }
    logger.notice("\(recovered.count == 1 ? "partition" : "partitions") \(Self.names(of: recovered)): decided again")
  }

  /// Partitions in words, with those that follow each other as first and last: `1, 4-9`.
  static func names(of partitions: Set<Int>) -> String {
    var ranges: [ClosedRange<Int>] = []
    for partition in partitions.sorted() {
      if let last = ranges.last, last.upperBound == partition - 1 {
        ranges[ranges.count - 1] = last.lowerBound...partition
      } else {
        ranges.append(partition...partition)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ", ")
  }

  private func write(_ place: String, _ fault: Fault) {
    logger.log(level: fault.isCritical ? .critical : .warning, "\(place): \(fault.what). What to do: \(fault.remedy).")
  }
}

extension PipelineAlarm {
  /// What makes two alarms the same one: the case and the partition.
  package struct Kind: Hashable, Sendable {
    /// The name of the case.
    package var name: String
    /// The partition.
    package var partition: Int
  }

  /// What makes it the same as another one.
  package var kind: Kind { Kind(name: texts.name, partition: texts.partition) }

  /// The names of all kinds.
  package static let kinds = [
    "ledger-tail-lost", "events-tail-lost", "events-expired", "events-missing", "deposed", "clock-behind", "unknown-entry",
    "later-version", "chain-key-missing", "genesis-refused", "append-failed", "poisoned", "reseal-failed", "snapshot-failed", "read-failed",
    "undecided-for-long",
  ]

  /// Whether somebody must act.
  var needsOperator: Bool {
    switch self {
    case .eventsTailLost, .eventsExpired, .unknownEntry, .laterVersion, .chainKeyMissing, .genesisRefused, .undecidedForLong: true
    default: false
    }
  }

  /// An alarm in words.
  struct Texts {
    var name: String
    var partition: Int
    /// What is the matter, without the partition.
    var what: String
    var remedy: String
  }

  var texts: Texts {
    switch self {
    case .ledgerTailLost(let p, let offset):
      Texts(
        name: "ledger-tail-lost", partition: p, what: "the ledger lost acknowledged entries from offset \(offset) on",
        remedy: "the state was folded again; find out why the log lost its tail (disk, unclean election)")
    case .eventsTailLost(let p, let source):
      Texts(
        name: "events-tail-lost", partition: p, what: "the events log lost or changed what is decided up to \(source)",
        remedy: "restore the events log, or decide with `lodging ledger source-reset` where it goes on; the partition stands still")
    case .eventsExpired(let p, let next, let start):
      Texts(
        name: "events-expired", partition: p, what: "events \(next) to \(start - 1) left the log undecided",
        remedy:
          "restore them and lengthen the retention, or go on without them by `lodging ledger source-reset`; the partition stands still")
    case .eventsMissing(let p, let first, let last):
      Texts(
        name: "events-missing", partition: p, what: "the events log holds nothing at \(first) to \(last); passed over by an entry",
        remedy: "compare with the senders' receipts of that time")
    case .deposed(let p, let offset):
      Texts(
        name: "deposed", partition: p, what: "another validator wrote the entry at offset \(offset); stepped back",
        remedy: "nothing, unless it repeats: then two processes hold the same partition")
    case .clockBehind(let p, let appended, let now):
      Texts(
        name: "clock-behind", partition: p, what: "an event is dated \(appended), this machine's clock says \(now)",
        remedy: "set the clocks; the partition waits")
    case .unknownEntry(let p, let offset):
      Texts(
        name: "unknown-entry", partition: p, what: "the entry at offset \(offset) is of a later version or unreadable",
        remedy: "use the version that wrote it; the partition stands still")
    case .laterVersion(let p, let offset, let needed):
      Texts(
        name: "later-version", partition: p, what: "the entry at offset \(offset) needs a program that knows \(needed)",
        remedy: "start the later version here; this one has stopped in front of the entry and skips nothing")
    case .chainKeyMissing(let p, let id):
      Texts(
        name: "chain-key-missing", partition: p, what: "the key ring has no chain key \(id), under which the ledger goes on",
        remedy: "bring the newest keys.json here; it is looked at again within a minute")
    case .genesisRefused(let p, let reason):
      Texts(
        name: "genesis-refused", partition: p, what: reason,
        remedy: "check that the data folder or topic and the key ring belong together")
    case .appendFailed(let p, let reason):
      Texts(
        name: "append-failed", partition: p, what: "an append failed (\(reason)); folded again",
        remedy: "look at the disk or the brokers if it repeats")
    case .poisoned(let p, let source):
      Texts(
        name: "poisoned", partition: p, what: "the event at \(source) took validators down repeatedly and is in quarantine",
        remedy: "look at it with `lodging quarantine show` and report the defect")
    case .resealFailed(let p, let stays):
      Texts(
        name: "reseal-failed", partition: p, what: "the identities of \(stays) open stays do not open and keep their month's key",
        remedy: "audit the logs; the month can be destroyed once the stays have ended")
    case .snapshotFailed(let p, let reason):
      Texts(
        name: "snapshot-failed", partition: p, what: "a snapshot could not be used or written (\(reason))",
        remedy: "check the snapshots folder; restarts are slower until then")
    case .readFailed(let p, let reason):
      Texts(
        name: "read-failed", partition: p, what: reason, remedy: "tried again; look at the disk or the brokers if it repeats")
    case .undecidedForLong(let p, let seconds, let retention):
      Texts(
        name: "undecided-for-long", partition: p,
        what: "an event waits for its decision since \(seconds) s, and leaves the log after \(retention) s",
        remedy: "see that validators run and get on, or lengthen the retention now")
    }
  }
}
