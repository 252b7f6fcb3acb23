import CoreMetrics
import LodgingGateway
import LodgingPipeline
import LodgingStore

/// Keeps the id index of this folder complete for all partitions, so that it is there when a partition comes to this node.
///
/// It works beside the validators, on a thread and with connections of its own, a slice of a partition at a time, and rests for longer than
/// it works. Of the processes that share the folder one does so; validators bring what they need up to date by themselves too.
struct IdIndexRunner {
  static let definitions = [lag]

  private static let lag = MetricDefinition(
    "lodging_id_index_lag_records", .gauge, "Records of the ledger that are not in this folder's id index, over all partitions.")

  let feed: IdIndexFeed
  let keeper: LoopKeeper

  /// Records of a partition that are read at a time.
  private static let sliceRecords = 4096
  /// It rests so many times as long as it worked.
  private static let restsPerWork = 3
  /// How long it waits where nothing is left.
  private static let pause = Duration.seconds(5)

  func run(until stop: StopSignal) {
    let meter = Self.lag.gauge(keeper.metrics.registry)
    keeper.keep(until: stop) {
      let group = feed.join()
      defer {
        group.leave()
        meter.set(Double.nan)
      }
      while !stop.isSet {
        _ = try group.poll(timeout: .zero)
        if try group.confirmOwnership(of: 0, position: 0) { try pass(until: stop, meter) }
        keeper.status.works(keeper.name)
        stop.wait(atMost: Self.pause)
      }
    }
  }

  /// Reads a slice; nil where the log does not answer about the partition, which then waits for the next pass.
  private func advance(_ partition: Int) throws -> IdIndexFeeder.Reach? {
    do {
      return try feed.advance(partition, recordsMax: Self.sliceRecords)
    } catch LogError.unavailable {
      return nil
    }
  }

  /// Feeds all partitions in turns until each was at its end once.
  private func pass(until stop: StopSignal, _ meter: Meter) throws {
    var left: [Int64] = Array(repeating: 1, count: feed.partitions)
    while left.contains(where: { $0 > 0 }), !stop.isSet {
      for partition in left.indices where left[partition] > 0 && !stop.isSet {
        let start = ContinuousClock.now
        guard let reach = try advance(partition) else {
          left[partition] = 0
          continue
        }
        left[partition] = reach.left
        if reach.read > 0 { stop.wait(atMost: (ContinuousClock.now - start) * Self.restsPerWork) }
      }
      meter.set(left.reduce(0, +))
      keeper.status.works(keeper.name)
    }
  }
}
