import CoreMetrics

/// What is counted of requests.
public enum HTTPInstruments: Sendable {
  /// The metrics.
  public static let definitions = [requests, duration, accessRefused, queries, queriesMax, waiters]

  private static let requests = MetricDefinition(
    "lodging_http_requests_total", .counter, "Requests that were answered, by method, route and status.", seriesMax: 512)
  private static let duration = MetricDefinition(
    "lodging_http_request_duration_seconds", .histogram(MetricDefinition.seconds), "How long requests took, by route.")
  private static let accessRefused = MetricDefinition(
    "lodging_http_access_refused_total", .counter, "Requests that were refused because of their access key, by reason.")
  private static let queries = MetricDefinition("lodging_http_queries", .gauge, "Questions to the register that run or wait for a thread.")
  private static let queriesMax = MetricDefinition("lodging_http_queries_max", .gauge, "How many questions may run and wait together.")
  private static let waiters = MetricDefinition(
    "lodging_http_position_waiters", .gauge, "Requests that wait for a position of the ledger.")

  static func record(method: String, route: String, status: Int, _ time: Duration, in registry: MetricsRegistry) {
    requests.counter(registry, ["method": method, "route": route, "status": String(status)]).increment()
    duration.durations(registry, ["route": route]).record(time)
  }

  static func refusedAccess(_ reason: String, in registry: MetricsRegistry) {
    accessRefused.counter(registry, ["reason": reason]).increment()
  }

  /// Shows how many questions and waiters there are each time that metrics are shown.
  static func observe(_ threads: QueryThreads, _ waiting: Waiters, in registry: MetricsRegistry) {
    let (running, limit, waitingNow) = (queries.gauge(registry), queriesMax.gauge(registry), waiters.gauge(registry))
    registry.collect {
      running.set(threads.count)
      limit.set(threads.limit)
      waitingNow.set(waiting.count)
    }
  }
}
