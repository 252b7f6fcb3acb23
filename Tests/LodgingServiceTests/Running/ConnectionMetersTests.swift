import LodgingGateway
import Testing

@testable import LodgingKafka
@testable import LodgingService

@Suite("What is shown of the connections to a cluster")
struct ConnectionMetersTests {
  private let registry = MetricsRegistry(NodeMetrics.definitions)

  private func figures(_ name: String, _ kind: ConnectionFigures.Kind, queued: Int, up: Int) -> ConnectionFigures {
    let brokers = (0..<3).map {
      ConnectionFigures.Broker(name: "b\($0)", isUp: $0 < up, errors: queued, timeouts: 0, roundTripP99: 1000 * queued)
    }
    return ConnectionFigures(name: name, kind: kind, queuedRecords: queued, brokers: brokers, rebalances: nil)
  }

  private func shows(_ name: String, _ kind: String, _ value: String) -> Bool {
    registry.text().split(separator: "\n").contains("\(name){connection=\"\(kind)\"} \(value)")
  }

  @Test("Of several connections of one kind all that waits is added up, until one is silent for half a minute")
  func several() {
    let meters = ConnectionMeters(registry)
    let start = ContinuousClock.now
    meters.note(figures("p-1", .producer, queued: 5, up: 3), at: start)
    meters.note(figures("p-2", .producer, queued: 2, up: 0), at: start + .seconds(1))
    meters.note(figures("r-1", .reader, queued: 9, up: 1), at: start + .seconds(2))
    #expect(shows("lodging_kafka_queued_records", "producer", "7"))
    #expect(shows("lodging_kafka_queued_records", "reader", "9"))
    #expect(shows("lodging_kafka_brokers_up", "producer", "3"))
    #expect(shows("lodging_kafka_round_trip_seconds", "producer", "0.005"))
    #expect(shows("lodging_kafka_errors_total", "producer", "21"))
    meters.note(figures("p-2", .producer, queued: 1, up: 2), at: start + .seconds(40))
    #expect(shows("lodging_kafka_queued_records", "producer", "1"))
    #expect(shows("lodging_kafka_brokers_up", "producer", "2"))
    #expect(shows("lodging_kafka_errors_total", "producer", "21"))
  }

  @Test("A connection that was silent for long does not tell its totals twice, however many others there were")
  func totals() {
    let meters = ConnectionMeters(registry)
    let start = ContinuousClock.now
    meters.note(figures("p-1", .producer, queued: 5, up: 3), at: start)
    for number in 0..<1100 { meters.note(figures("r-\(number)", .reader, queued: 0, up: 3), at: start + .seconds(10)) }
    meters.note(figures("p-1", .producer, queued: 6, up: 3), at: start + .seconds(3000))
    #expect(shows("lodging_kafka_errors_total", "producer", "18"))
  }

  @Test("A cluster is cut off where no connection has had a broker for a while, and not where one has none or where nothing was heard")
  func cut() {
    let meters = ConnectionMeters(registry)
    let start = ContinuousClock.now
    #expect(!meters.isCut(at: start))
    meters.note(figures("p-1", .producer, queued: 0, up: 0), at: start)
    meters.note(figures("r-1", .reader, queued: 0, up: 1), at: start)
    #expect(!meters.isCut(at: start + .seconds(20)))
    meters.note(figures("r-1", .reader, queued: 0, up: 0), at: start + .seconds(20))
    #expect(!meters.isCut(at: start + .seconds(21)))
    meters.note(figures("p-1", .producer, queued: 0, up: 0), at: start + .seconds(24))
    #expect(meters.isCut(at: start + .seconds(25)))
    meters.note(figures("r-1", .reader, queued: 0, up: 2), at: start + .seconds(26))
    #expect(!meters.isCut(at: start + .seconds(60)))
  }
}
