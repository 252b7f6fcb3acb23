import CoreMetrics
import LodgingGateway
import LodgingPipeline

/// What the fold into the read model counts.
///
/// It belongs to the fold's thread.
struct FoldMeters {
  static let definitions = [entries, seconds, commits, rebuilds, stopped, isFolding]

  private static let entries = MetricDefinition("lodging_projection_entries_total", .counter, "Entries of the ledger that were folded.")
  private static let seconds = MetricDefinition("lodging_projection_seconds_total", .counter, "Time spent folding and writing.")
  private static let commits = MetricDefinition(
    "lodging_projection_commit_duration_seconds", .histogram(MetricDefinition.seconds), "How long steps with entries took.")
  private static let rebuilds = MetricDefinition(
    "lodging_projection_rebuilds_total", .counter, "How often the read model was built anew because the ledger lost what it stood on.")
  private static let stopped = MetricDefinition(
    "lodging_projection_partitions_stopped", .gauge, "Partitions whose fold stands still until an operator acts.")
  private static let isFolding = MetricDefinition(
    "lodging_projection_is_folding", .gauge, "1 where this process folds, 0 where it reads what another one folds.")

  private let entryCounter: Counter
  private let timeCounter: FloatingPointCounter
  private let commitTimer: Timer
  private let rebuildCounter: Counter
  private let stoppedMeter: Meter
  private let foldingMeter: Meter
  private var last: (entries: Int, time: Duration, rebuilds: Int) = (0, .zero, 0)

  init(_ registry: MetricsRegistry) {
    entryCounter = Self.entries.counter(registry)
    timeCounter = Self.seconds.fractions(registry)
    commitTimer = Self.commits.durations(registry)
    rebuildCounter = Self.rebuilds.counter(registry)
    stoppedMeter = Self.stopped.gauge(registry)
    foldingMeter = Self.isFolding.gauge(registry)
  }

  /// Whether this process folds.
  func folds(_ isFolding: Bool) { foldingMeter.set(isFolding ? 1 : 0) }

  /// A loop began from nothing.
  mutating func begins() { last = (0, .zero, 0) }

  /// Counts what a loop did since it was asked last.
  mutating func note(_ loop: ProjectionLoop) {
    if loop.entries > last.entries { commitTimer.record(loop.time - last.time) }
    entryCounter.increment(by: loop.entries - last.entries)
    timeCounter.increment(by: (loop.time - last.time).seconds)
    rebuildCounter.increment(by: loop.rebuilds - last.rebuilds)
    stoppedMeter.set(loop.stoppedPartitions.count)
    last = (loop.entries, loop.time, loop.rebuilds)
  }
}
