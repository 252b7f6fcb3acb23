import CoreMetrics
package import LodgingGateway
import LodgingPipeline

/// What a node counts; loops fill it once a step, never once a record.
package struct NodeMetrics: Sendable {
  /// Where it is shown from.
  package let registry: MetricsRegistry

  /// Everything that a node shows, HTTP included.
  package static let definitions =
    ValidatorMeters.definitions + FoldMeters.definitions + PublisherMeters.definitions + IngressMeters.definitions + LagMeters.definitions
    + ProcessMeters.definitions + IdIndexRunner.definitions + ConnectionMeters.definitions + FollowRunner.definitions
    + HTTPInstruments.definitions + [alarms, loopFailures, info]

  private static let alarms = MetricDefinition("lodging_alarms_total", .counter, "Alarms of the pipeline, by kind.")
  private static let loopFailures = MetricDefinition(
    "lodging_loop_failures_total", .counter, "How often a loop failed and was begun again.",
    seriesMax: 512)
  private static let info = MetricDefinition("lodging_node_info", .gauge, "1; the labels say what the node does and on which log.")

  /// Makes metrics that count nothing yet.
  package init(role: String, log: String) {
    registry = MetricsRegistry(Self.definitions)
    Self.info.gauge(registry, ["role": role, "log": log]).set(1)
    for kind in PipelineAlarm.kinds { _ = Self.alarms.counter(registry, ["kind": kind]) }
    ProcessMeters.observe(registry)
  }

  /// A loop failed.
  func loopFailed(_ name: String) { Self.loopFailures.counter(registry, ["loop": name]).increment() }

  /// The pipeline raised an alarm.
  func alarmed(_ kind: String) { Self.alarms.counter(registry, ["kind": kind]).increment() }
}

/// Counts alarms and passes them on.
struct CountingMonitor: PipelineMonitor {
  let metrics: NodeMetrics
  let next: any PipelineMonitor

  func alarm(_ alarm: PipelineAlarm) {
    metrics.alarmed(alarm.kind.name)
    next.alarm(alarm)
  }
}
