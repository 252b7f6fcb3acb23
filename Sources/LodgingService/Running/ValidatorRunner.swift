import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire

/// A validator on a thread of its own, for as long as the node lives.
///
/// Where another process decides, it waits and takes over when that one ends or loses its partitions. Where residents were loaded on other
/// nodes and none here, it owns nothing: guests would go uncompared whom others compare. Where the ledger goes on in a version that this
/// program does not know, it gives its partitions to those that do, and comes back with the next program only.
struct ValidatorRunner {
  let context: ValidatorContext
  let directory: ResidentReplica
  let thread: Int
  let keeper: LoopKeeper
  let owned: OwnedPartitions
  let stopped: StoppedPartitions
  let operators: OperatorMonitor

  /// How long a step waits for events; the longest that the end of the node waits for the loop to look.
  private static let patience = Duration.milliseconds(200)

  func run(until stop: StopSignal) {
    var meters = ValidatorMeters(keeper.metrics.registry, thread: thread)
    keeper.keep(until: stop) {
      guard waitForResidents(until: stop) else { return }
      let group = try context.log.join(group: "validator", topic: .events)
      let loop = try ValidatorLoop(context: context, group: group)
      defer {
        loop.leave()
        show(loop, &meters, isNew: false)
      }
      show(loop, &meters, isNew: true)
      while !stop.isSet, !directory.isMissing {
        try step(loop, &meters)
        if let needed = loop.neededVersion { throw OutgrownProgram(needed: needed) }
      }
    }
  }

  /// Waits until there are residents if there should be any; false where the node ends before.
  private func waitForResidents(until stop: StopSignal) -> Bool {
    while !stop.isSet {
      context.changes?.follow()
      guard directory.isMissing else { return true }
      keeper.status.works(keeper.name)
      stop.wait(atMost: Self.patience)
    }
    return false
  }

  private func step(_ loop: ValidatorLoop, _ meters: inout ValidatorMeters) throws {
    let start = ContinuousClock.now
    let events = try loop.step(timeout: Self.patience)
    if events > 0 {
      meters.noteStep(events: events, took: ContinuousClock.now - start, oldest: loop.oldestInStep, now: context.clock.now)
    }
    keeper.status.works(keeper.name)
    show(loop, &meters, isNew: false)
  }

  private func show(_ loop: ValidatorLoop, _ meters: inout ValidatorMeters, isNew: Bool) {
    let statuses = loop.partitions
    meters.note(loop, statuses: statuses, isNew: isNew)
    owned.set(statuses, thread: thread)
    operators.recovered(stopped.note(statuses))
    keeper.status.decides(
      HealthReport.Deciding(
        owned: statuses.count, deciding: statuses.count { $0.isDeciding }, stopped: statuses.count(where: \.isStopped)),
      thread: thread)
  }
}

/// The ledger goes on in a version that this program does not know: nothing mends that but the later program.
struct OutgrownProgram: Error, CustomStringConvertible {
  var needed: LedgerVersion

  /// What it means and what to do.
  var description: String {
    "the ledger goes on in \(needed), which this program does not know: it decides nothing more, and has given its partitions to those that do; "
      + "start the later program here"
  }
}
