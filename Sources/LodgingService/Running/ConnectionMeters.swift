import CoreMetrics
import LodgingGateway
import LodgingKafka
import Synchronization

/// How the connections to a cluster fare, as they tell it themselves every few seconds.
///
/// Brokers are counted and not named, so that the number of series does not depend on the cluster.
final class ConnectionMeters: Sendable {
  static let definitions = [known, reachable, queued, errors, timeouts, roundTrip, rebalances]

  private static let known = MetricDefinition(
    "lodging_kafka_brokers", .gauge, "Brokers that connections have heard of, the most of any one, by what they are for.")
  private static let reachable = MetricDefinition(
    "lodging_kafka_brokers_up", .gauge, "Brokers that connections are connected to now, the most of any one, by what they are for.")
  private static let queued = MetricDefinition(
    "lodging_kafka_queued_records", .gauge, "Records that wait to be sent or read, of all connections, by what they are for.")
  private static let errors = MetricDefinition(
    "lodging_kafka_errors_total", .counter,
    "Requests that could not be sent and answers that could not be read, by what the connection is for.")
  private static let timeouts = MetricDefinition(
    "lodging_kafka_timeouts_total", .counter, "Requests that got no answer in time, by what the connection is for.")
  private static let roundTrip = MetricDefinition(
    "lodging_kafka_round_trip_seconds", .gauge,
    "From a request to its answer, the 99th of a hundred of the last seconds at the slowest broker, by what the connection is for.")
  private static let rebalances = MetricDefinition(
    "lodging_kafka_group_rebalances_total", .counter, "How often the group that this node is a member of shared out partitions anew.")

  private typealias Told = (figures: ConnectionFigures, heard: ContinuousClock.Instant)

  private let registry: MetricsRegistry
  /// What each connection told last, by its name.
  private let told = Mutex<[String: Told]>([:])
  /// Since when no connection has had a broker; nil while one has.
  private let cutSince = Mutex<ContinuousClock.Instant?>(nil)

  /// After how long without a word a connection is no longer shown; each tells every five seconds.
  private static let silenceMax: Duration = .seconds(30)
  /// After how long it is forgotten; one that was only silent does not tell its totals twice.
  private static let memory: Duration = .seconds(3600)
  /// So long no connection must have had a broker until none can be reached: one that is made anew has none for a moment.
  private static let cutMin: Duration = .seconds(5)

  init(_ registry: MetricsRegistry) { self.registry = registry }

  /// Takes what a connection tells; what is shown of a kind is of all its connections that tell anything now.
  func note(_ figures: ConnectionFigures) { note(figures, at: .now) }

  /// Whether no connection has had a broker for a while.
  func isCut(at moment: ContinuousClock.Instant = .now) -> Bool { cutSince.withLock { $0.map { $0 + Self.cutMin <= moment } ?? false } }

  /// The same at a moment.
  func note(_ figures: ConnectionFigures, at moment: ContinuousClock.Instant) {
    let (before, standing) = told.withLock { told in
      let before = told.updateValue((figures, moment), forKey: figures.name)?.figures
      told = told.filter { $0.value.heard + Self.memory > moment }
      return (before, told.values.filter { $0.heard + Self.silenceMax > moment }.map(\.figures))
    }
    let hasBroker = standing.contains { $0.brokers.contains(where: \.isUp) }
    cutSince.withLock { $0 = hasBroker ? nil : $0 ?? moment }
    let same = standing.filter { $0.kind == figures.kind }
    let labels: KeyValuePairs = ["connection": figures.kind.rawValue]
    Self.known.gauge(registry, labels).set(same.map(\.brokers.count).max() ?? 0)
    Self.reachable.gauge(registry, labels).set(same.map { $0.brokers.count(where: \.isUp) }.max() ?? 0)
    Self.queued.gauge(registry, labels).set(same.reduce(0) { $0 + $1.queuedRecords })
    let slowest = same.flatMap { $0.brokers.map(\.roundTripP99) }.max() ?? 0
    Self.roundTrip.gauge(registry, labels).set(Double(slowest) / 1_000_000)
    Self.errors.counter(registry, labels).increment(by: max(0, figures.errors - (before?.errors ?? 0)))
    Self.timeouts.counter(registry, labels).increment(by: max(0, figures.timeouts - (before?.timeouts ?? 0)))
    guard let rebalances = figures.rebalances else { return }
    Self.rebalances.counter(registry).increment(by: max(0, rebalances - (before?.rebalances ?? 0)))
  }
}

extension ConnectionFigures {
  /// Of all brokers, since the connection was made.
  fileprivate var errors: Int { brokers.reduce(0) { $0 + $1.errors } }
  fileprivate var timeouts: Int { brokers.reduce(0) { $0 + $1.timeouts } }
}
