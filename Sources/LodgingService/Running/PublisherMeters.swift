import CoreMetrics
import LodgingGateway
import LodgingPipeline

/// What publishing figures and alerts counts.
///
/// It belongs to the fold's thread.
struct PublisherMeters {
  static let definitions = [records, again, pending, waiting, lag]

  private static let records = MetricDefinition(
    "lodging_published_records_total", .counter, "Records of figures and alerts that were published, by topic.")
  private static let again = MetricDefinition(
    "lodging_published_again_total", .counter, "Of those, the ones that were written over another publisher's record, by topic.")
  private static let pending = MetricDefinition(
    "lodging_publisher_pending_keys", .gauge, "Keys that are still to be compared with what is published, or written.")
  private static let waiting = MetricDefinition(
    "lodging_publisher_waiting_keys", .gauge, "Keys under which stands what this node has not folded yet.")
  private static let lag = MetricDefinition(
    "lodging_publisher_lag_seconds", .gauge, "For how long the oldest of the pending keys has waited; 0 where there is none.")

  private let counters: [(topic: Topic, records: Counter, again: Counter)]
  private let pendingMeter: Meter
  private let waitingMeter: Meter
  private let lagMeter: Meter
  private var last = PublisherFigures()

  init(_ registry: MetricsRegistry) {
    counters = [Topic.occupancy, .alerts].map { topic in
      (topic, Self.records.counter(registry, ["topic": topic.name]), Self.again.counter(registry, ["topic": topic.name]))
    }
    pendingMeter = Self.pending.gauge(registry)
    waitingMeter = Self.waiting.gauge(registry)
    lagMeter = Self.lag.gauge(registry)
  }

  /// A publisher began from nothing.
  mutating func begins() { last = PublisherFigures() }

  /// Counts what a publisher did since it was asked last.
  mutating func note(_ figures: PublisherFigures) {
    for (topic, records, again) in counters {
      records.increment(by: figures.published[topic, default: 0] - last.published[topic, default: 0])
      again.increment(by: figures.again[topic, default: 0] - last.again[topic, default: 0])
    }
    pendingMeter.set(figures.pending)
    waitingMeter.set(figures.waiting)
    lagMeter.set(Double(figures.lagMilliseconds) / 1000)
    last = figures
  }
}
