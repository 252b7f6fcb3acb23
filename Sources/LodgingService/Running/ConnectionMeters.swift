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

  /// What a connection had told when it was heard last.
  private struct Totals {
    var errors = 0
    var timeouts = 0
    var rebalances = 0
  }

  /// So many connections are told apart; a node has a handful, and makes a new one where one failed for good.
  private static let connectionsMax = 1024

  private let registry: MetricsRegistry
  private let told = Mutex<[String: Totals]>([:])
  private let standing = Mutex<[String: (figures: ConnectionFigures, heard: ContinuousClock.Instant)]>([:])

  /// After how long without a word a connection is gone; each tells every five seconds.
  private static let silenceMax: Duration = .seconds(30)

  init(_ registry: MetricsRegistry) { self.registry = registry }

  /// Takes what a connection tells; what is shown of a kind is of all its connections that tell anything now.
  func note(_ figures: ConnectionFigures) { note(figures, at: .now) }

  /// The same at a moment.
  func note(_ figures: ConnectionFigures, at moment: ContinuousClock.Instant) {
    let kind = figures.kind.rawValue
    let same = standing.withLock { standing in
      standing[figures.name] = (figures, moment)
      standing = standing.filter { $0.value.heard + Self.silenceMax > moment }
      return standing.values.map(\.figures).filter { $0.kind == figures.kind }
    }
    Self.known.gauge(registry, ["connection": kind]).set(same.map(\.brokers.count).max() ?? 0)
    Self.reachable.gauge(registry, ["connection": kind]).set(same.map { $0.brokers.count(where: \.isUp) }.max() ?? 0)
    Self.queued.gauge(registry, ["connection": kind]).set(same.reduce(0) { $0 + $1.queuedRecords })
    let slowest = same.flatMap { $0.brokers.map(\.roundTripP99) }.max() ?? 0
    Self.roundTrip.gauge(registry, ["connection": kind]).set(Double(slowest) / 1_000_000)
    let now = Totals(
      errors: figures.brokers.reduce(0) { $0 + $1.errors }, timeouts: figures.brokers.reduce(0) { $0 + $1.timeouts },
      rebalances: figures.rebalances ?? 0)
    let before = told.withLock { told in
      if told.count >= Self.connectionsMax, told[figures.name] == nil { told.removeAll() }
      return told.updateValue(now, forKey: figures.name) ?? Totals()
    }
    Self.errors.counter(registry, ["connection": kind]).increment(by: max(0, now.errors - before.errors))
    Self.timeouts.counter(registry, ["connection": kind]).increment(by: max(0, now.timeouts - before.timeouts))
    if figures.rebalances != nil { Self.rebalances.counter(registry).increment(by: max(0, now.rebalances - before.rebalances)) }
  }
}
