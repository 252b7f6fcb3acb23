package import LodgingPipeline
package import Logging
import Synchronization

/// Tells the operator of the pipeline's alarms, each at most once in a while.
package final class OperatorMonitor: PipelineMonitor {
  private let logger: Logger
  private let told = Mutex<[PipelineAlarm.Kind: ContinuousClock.Instant]>([:])

  private static let pause = Duration.seconds(10)

  /// Makes a monitor that writes to `logger`.
  package init(logger: Logger) { self.logger = logger }

  package func alarm(_ alarm: PipelineAlarm) {
    let now = ContinuousClock.now
    let isNew = told.withLock { told in
      if let last = told[alarm.kind], now - last < Self.pause { return false }
      told[alarm.kind] = now
      return true
    }
    guard isNew else { return }
    let text = alarm.texts
    logger.log(level: alarm.needsOperator ? .critical : .warning, "\(text.what)", metadata: ["do": "\(text.remedy)"])
  }
}

extension PipelineAlarm {
  /// What makes two alarms the same one: the case and the partition.
  struct Kind: Hashable {
    var name: String
    var partition: Int
  }

  var kind: Kind { Kind(name: texts.name, partition: texts.partition) }

  /// Whether the partition stands still until somebody acts.
  var needsOperator: Bool {
    switch self {
    case .eventsTailLost, .eventsExpired, .unknownEntry, .genesisRefused: true
    default: false
    }
  }

  struct Texts {
    var name: String
    var partition: Int
    var what: String
    var remedy: String
  }

  var texts: Texts {
    switch self {
    case .ledgerTailLost(let p, let offset):
      Texts(
        name: "ledger-tail-lost", partition: p, what: "partition \(p): the ledger lost acknowledged entries from offset \(offset) on",
        remedy: "the state was folded again; find out why the log lost its tail (disk, unclean election)")
    case .eventsTailLost(let p, let source):
      Texts(
        name: "events-tail-lost", partition: p, what: "partition \(p): the events log lost or changed what is decided up to \(source)",
        remedy: "restore the events log; the partition stands still")
    case .eventsExpired(let p, let next, let start):
      Texts(
        name: "events-expired", partition: p, what: "partition \(p): events \(next) to \(start - 1) left the log undecided",
        remedy: "lengthen the retention and restore them; the partition stands still")
    case .eventsMissing(let p, let first, let last):
      Texts(
        name: "events-missing", partition: p,
        what: "partition \(p): the events log holds nothing at \(first) to \(last); passed over by an entry",
        remedy: "compare with the senders' receipts of that time")
    case .deposed(let p, let offset):
      Texts(
        name: "deposed", partition: p, what: "partition \(p): another validator wrote the entry at offset \(offset); stepped back",
        remedy: "nothing, unless it repeats: then two processes hold the same partition")
    case .clockBehind(let p, let appended, let now):
      Texts(
        name: "clock-behind", partition: p, what: "partition \(p): an event is dated \(appended), this machine's clock says \(now)",
        remedy: "set the clocks; the partition waits")
    case .unknownEntry(let p, let offset):
      Texts(
        name: "unknown-entry", partition: p, what: "partition \(p): the entry at offset \(offset) is of a later version or unreadable",
        remedy: "use the version that wrote it; the partition stands still")
    case .genesisRefused(let p, let reason):
      Texts(
        name: "genesis-refused", partition: p, what: "partition \(p): \(reason)",
        remedy: "check that this is the right data folder and topic")
    case .appendFailed(let p, let reason):
      Texts(
        name: "append-failed", partition: p, what: "partition \(p): an append failed (\(reason)); folded again",
        remedy: "look at the disk or the brokers if it repeats")
    case .poisoned(let p, let source):
      Texts(
        name: "poisoned", partition: p, what: "partition \(p): the event at \(source) took validators down repeatedly and is in quarantine",
        remedy: "look at it with `lodging quarantine show` and report the defect")
    case .resealFailed(let p, let stays):
      Texts(
        name: "reseal-failed", partition: p,
        what: "partition \(p): the identities of \(stays) open stays do not open and keep their month's key",
        remedy: "audit the logs; the month can be destroyed once the stays have ended")
    case .snapshotFailed(let p, let reason):
      Texts(
        name: "snapshot-failed", partition: p, what: "partition \(p): a snapshot could not be used or written (\(reason))",
        remedy: "check the snapshots folder; restarts are slower until then")
    case .readFailed(let p, let reason):
      Texts(
        name: "read-failed", partition: p, what: "partition \(p): \(reason)",
        remedy: "tried again; look at the disk or the brokers if it repeats")
    }
  }
}
