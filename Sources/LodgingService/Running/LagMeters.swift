import CoreMetrics
import LodgingGateway
import LodgingPipeline

/// How far deciding and folding are behind the logs.
///
/// It belongs to the sampler's thread.
struct LagMeters {
  static let definitions = [
    undecided, undecidedAge, retention, retentionUsed, foldLag, foldAge, logEnd, logStart, asOf, directoryVersion, residents,
  ]

  private static let partitionsMax = 4096
  private static let undecided = MetricDefinition(
    "lodging_undecided_records", .gauge, "Records of the events log that are not decided, by partition.", seriesMax: partitionsMax)
  private static let undecidedAge = MetricDefinition(
    "lodging_undecided_age_seconds", .gauge, "How long ago the oldest undecided record was appended, by partition; 0 where there is none.",
    seriesMax: partitionsMax)
  private static let retention = MetricDefinition(
    "lodging_events_retention_seconds", .gauge, "How long the log keeps events; 0 where it keeps them until they are decided.")
  private static let retentionUsed = MetricDefinition(
    "lodging_undecided_retention_ratio", .gauge,
    "Age of the oldest undecided record as a share of the retention: at 1 events leave the log undecided.")
  private static let foldLag = MetricDefinition(
    "lodging_projection_lag_entries", .gauge, "Entries of the ledger that are not in the read model, by partition.",
    seriesMax: partitionsMax)
  private static let foldAge = MetricDefinition(
    "lodging_projection_lag_seconds", .gauge,
    "How long ago the oldest entry that is not in the read model was appended, by partition; 0 where there is none.",
    seriesMax: partitionsMax)
  private static let logEnd = MetricDefinition(
    "lodging_log_end_offset", .gauge, "The offset after the last record, by topic and partition.", seriesMax: 2 * partitionsMax)
  private static let logStart = MetricDefinition(
    "lodging_log_start_offset", .gauge, "The first offset that is held, by topic and partition.", seriesMax: 2 * partitionsMax)
  private static let asOf = MetricDefinition(
    "lodging_register_as_of_timestamp_seconds", .gauge,
    "The least ledger time over the partitions of the read model, in seconds since 1970.")
  private static let directoryVersion = MetricDefinition(
    "lodging_directory_version", .gauge, "The version of the resident directory that answers now.")
  private static let residents = MetricDefinition(
    "lodging_directory_residents", .gauge, "Residents that the directory's files hold, those removed since included.")

  private struct OfPartition {
    var undecided: Meter
    var undecidedAge: Meter
    var foldLag: Meter
    var foldAge: Meter
    var ends: [(Topic, end: Meter, start: Meter)]

    init(_ registry: MetricsRegistry, _ partition: Int) {
      let label = String(partition)
      undecided = LagMeters.undecided.gauge(registry, ["partition": label])
      undecidedAge = LagMeters.undecidedAge.gauge(registry, ["partition": label])
      foldLag = LagMeters.foldLag.gauge(registry, ["partition": label])
      foldAge = LagMeters.foldAge.gauge(registry, ["partition": label])
      ends = [Topic.events, .ledger].map { topic in
        (
          topic, LagMeters.logEnd.gauge(registry, ["topic": topic.name, "partition": label]),
          LagMeters.logStart.gauge(registry, ["topic": topic.name, "partition": label])
        )
      }
    }
  }

  private let registry: MetricsRegistry
  private var partitions: [Int: OfPartition] = [:]

  init(_ registry: MetricsRegistry, retentionSeconds: Int64?) {
    self.registry = registry
    Self.retention.gauge(registry).set(retentionSeconds ?? 0)
  }

  /// Shows what was measured of a partition.
  mutating func show(_ sample: PartitionSample) {
    let meters = partitions[sample.partition] ?? OfPartition(registry, sample.partition)
    partitions[sample.partition] = meters
    for (topic, end, start) in meters.ends {
      guard let held = topic == .events ? sample.events : sample.ledger else { continue }
      end.set(held.end)
      start.set(held.start)
    }
    // What this node no longer knows must not stand there as if it did.
    meters.undecided.set(sample.undecided.map { Double($0.records) } ?? .nan)
    meters.undecidedAge.set(sample.undecided.map { Double($0.seconds) } ?? .nan)
    meters.foldLag.set(sample.unfolded.map { Double($0.records) } ?? .nan)
    meters.foldAge.set(sample.unfolded.map { Double($0.seconds) } ?? .nan)
  }

  /// Shows how much of the retention the oldest undecided record has used.
  func show(retentionShare: Double) { Self.retentionUsed.gauge(registry).set(retentionShare) }

  /// Shows what the read model and the directory stand at.
  func show(asOfMilliseconds: Int64?, directoryVersion: UInt64, residents: Int) {
    if let asOfMilliseconds { Self.asOf.gauge(registry).set(Double(asOfMilliseconds) / 1000) }
    Self.directoryVersion.gauge(registry).set(Double(directoryVersion))
    Self.residents.gauge(registry).set(residents)
  }
}
