import LodgingDomain
import LodgingPipeline
import LodgingStore

/// Measures lags now and then on a thread of its own: often until the read model has been up to date once, so that the node is ready as
/// soon as it can be, and at the configured interval from then on.
struct SampleRunner {
  let sampler: LagSampler
  let directory: ResidentReplica
  let folds: Bool
  let interval: Duration
  let keeper: LoopKeeper

  private static let intervalWhileFolding = Duration.milliseconds(100)

  func run(until stop: StopSignal) {
    var meters = LagMeters(keeper.metrics.registry, retentionSeconds: sampler.retentionSeconds)
    keeper.keep(until: stop) {
      while !stop.isSet {
        let start = ContinuousClock.now
        let (samples, share) = try sampler.sample()
        for sample in samples { meters.show(sample) }
        meters.show(retentionShare: share)
        let counts = directory.counts
        meters.show(
          asOfMilliseconds: sampler.progress?.version.asOf?.milliseconds, directoryVersion: directory.version,
          residents: counts.base + counts.delta)
        keeper.status.works(keeper.name)
        let isEarly = folds && !keeper.status.hasCaughtUp
        // A long fold must not be slowed down by being watched.
        let early = max(Self.intervalWhileFolding, (ContinuousClock.now - start) * 20)
        stop.wait(atMost: isEarly ? min(early, interval) : interval)
      }
    }
  }
}
