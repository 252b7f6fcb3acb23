import LodgingDomain
import LodgingPipeline
import LodgingStore

/// Keeps the read model up to date on a thread of its own, or follows the process that does.
///
/// Of the processes that share a folder one folds, whoever holds the lock; the others read what it writes, and one of them goes on when it
/// ends.
struct FoldRunner {
  let register: Register
  let monitor: any PipelineMonitor
  let progress: FoldProgress
  let keeper: LoopKeeper
  /// Keeps publishing going; nil where nothing is published.
  let publishing: LoopKeeper?

  /// How long a step waits for entries.
  ///
  /// The end of the node waits for that, or for a step that folds, which takes up to some seconds while there is much to fold.
  private static let patience = Duration.milliseconds(200)
  /// How often a reader looks whether the process that folds got further, while somebody waits for it.
  private static let glance = Duration.milliseconds(20)
  /// How long a step waits for entries while there is something to publish.
  private static let patienceWhilePublishing = Duration.milliseconds(5)

  func run(until stop: StopSignal) {
    var meters = FoldMeters(keeper.metrics.registry)
    keeper.keep(until: stop) {
      let group = register.log.joinFolding()
      defer { group.leave() }
      meters.folds(false)
      try lookAtModel()
      while !stop.isSet {
        if case .assigned = try group.poll(timeout: .zero) {
          try fold(group, &meters, until: stop)
        } else {
          try follow(until: stop)
        }
      }
    }
  }

  private func fold(_ group: any PartitionGroup, _ meters: inout FoldMeters, until stop: StopSignal) throws {
    let loop = try register.makeProjectionLoop(monitor: monitor)
    var publisher = publishing.map { PublishRunner(register, keeper: $0) }
    meters.begins()
    progress.move(to: loop.version)
    meters.folds(true)
    progress.folds(true)
    defer {
      meters.folds(false)
      progress.folds(false)
      publisher?.end()
    }
    while !stop.isSet {
      let entries = try loop.step(timeout: publisher?.isBusy == true ? Self.patienceWhilePublishing : Self.patience)
      if entries > 0 || loop.noticePosition != progress.version.notices { progress.move(to: loop.version) }
      meters.note(loop)
      keeper.status.works(keeper.name)
      publisher?.step(after: loop)
      if case .revoked = try group.poll(timeout: .zero) { return }
    }
  }

  private func follow(until stop: StopSignal) throws {
    stop.wait(atMost: progress.hasWaiters ? Self.glance : Self.patience)
    try lookAtModel()
    keeper.status.works(keeper.name)
  }

  private func lookAtModel() throws { progress.move(to: try register.store.read { try $0.version() }) }
}

extension ProjectionLoop {
  /// What the read model holds.
  fileprivate var version: RegisterVersion { RegisterVersion(positions: positions, asOf: times.values.min(), notices: noticePosition) }
}
