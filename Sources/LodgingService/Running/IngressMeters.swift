import CoreMetrics
import LodgingGateway
import LodgingPipeline

/// What moving one chain's events over counts.
///
/// It belongs to the loop's thread.
struct IngressMeters {
  static let definitions = [records, lag]

  private static let records = MetricDefinition(
    "lodging_ingress_records_total", .counter, "Records of chains that were moved to the events topic, or refused, by chain and outcome.",
    seriesMax: 4096)
  private static let lag = MetricDefinition(
    "lodging_ingress_lag_records", .gauge, "Records of a chain's topic that this node has not looked at, by chain.", seriesMax: 1024)

  private let registry: MetricsRegistry
  private let chain: String
  private let movedCounter: Counter
  private let lagMeter: Meter
  private var moved = 0
  private var refused: [String: Int] = [:]

  init(_ registry: MetricsRegistry, chain: String) {
    self.registry = registry
    self.chain = chain
    movedCounter = Self.records.counter(registry, ["chain": chain, "outcome": "moved"])
    lagMeter = Self.lag.gauge(registry, ["chain": chain])
  }

  /// A loop began from nothing.
  mutating func begins() { (moved, refused) = (0, [:]) }

  /// Counts what a loop did since it was asked last.
  mutating func note(_ loop: IngressLoop) {
    movedCounter.increment(by: loop.moved - moved)
    for (code, count) in loop.refused where count > refused[code, default: 0] {
      Self.records.counter(registry, ["chain": chain, "outcome": code]).increment(by: count - refused[code, default: 0])
    }
    (moved, refused) = (loop.moved, loop.refused)
  }

  /// Shows how many records wait.
  func show(lag: Int64) { lagMeter.set(lag) }
}
