import CoreMetrics
import Foundation
import LodgingGateway
import TestThreads
import Testing

@Suite("What is counted, as text")
struct MetricsRegistryTests {
  private static let counted = MetricDefinition("things_total", .counter, "Things \\ counted\nin two lines \"here\".", seriesMax: 2)
  private static let level = MetricDefinition("level", .gauge, "A level.")
  private static let times = MetricDefinition("wait_seconds", .histogram([0.125, 1, 10]), "Waiting.")

  private let registry = MetricsRegistry([Self.counted, Self.level, Self.times])

  private func lines(of name: String) -> [String] {
    registry.text().split(separator: "\n").map(String.init).filter {
      $0.hasPrefix(name) || $0.hasPrefix("# HELP \(name) ") || $0.hasPrefix("# TYPE \(name) ")
    }
  }

  @Test("Counters and gauges are shown with help, type and escaped labels, in order")
  func simple() {
    Self.counted.counter(registry, ["kind": "b"]).increment(by: 3)
    Self.counted.counter(registry, ["kind": "a\"\\\n"]).increment()
    Self.level.gauge(registry).set(-2.5)
    #expect(
      lines(of: "things_total") == [
        "# HELP things_total Things \\\\ counted\\nin two lines \"here\".", "# TYPE things_total counter",
        "things_total{kind=\"a\\\"\\\\\\n\"} 1", "things_total{kind=\"b\"} 3",
      ])
    #expect(lines(of: "level") == ["# HELP level A level.", "# TYPE level gauge", "level -2.5"])
  }

  @Test("A metric without series is not shown")
  func empty() {
    #expect(!registry.text().contains("things_total"))
    _ = Self.counted.counter(registry, ["kind": "a"])
    #expect(lines(of: "things_total").last == "things_total{kind=\"a\"} 0")
  }

  @Test("A histogram's buckets are cumulative, and a bound belongs to its bucket")
  func histogram() {
    let timer = Self.times.durations(registry, ["of": "x"])
    for milliseconds in [125, 250, 1000, 16_000] { timer.record(.milliseconds(milliseconds)) }
    #expect(
      lines(of: "wait_seconds").dropFirst(2) == [
        "wait_seconds_bucket{of=\"x\",le=\"0.125\"} 1", "wait_seconds_bucket{of=\"x\",le=\"1\"} 3",
        "wait_seconds_bucket{of=\"x\",le=\"10\"} 3", "wait_seconds_bucket{of=\"x\",le=\"+Inf\"} 4", "wait_seconds_sum{of=\"x\"} 17.375",
        "wait_seconds_count{of=\"x\"} 4",
      ])
  }

  @Test("Series beyond a metric's limit are dropped and counted; those that are there go on")
  func bounded() {
    for kind in ["a", "b", "c", "c"] { Self.counted.counter(registry, ["kind": kind]).increment() }
    Self.counted.counter(registry, ["kind": "a"]).increment()
    #expect(lines(of: "things_total").suffix(2) == ["things_total{kind=\"a\"} 2", "things_total{kind=\"b\"} 1"])
    #expect(registry.text().hasSuffix("metrics_series_dropped_total 2\n"))
  }

  @Test("What libraries count under other names is shown under names that Prometheus takes")
  func undefined() {
    Counter(label: "http.server.hits", dimensions: [("a.b", "1")], factory: registry).increment()
    CoreMetrics.Timer(label: "2nd-duration", factory: registry).recordMilliseconds(5)
    let text = registry.text()
    #expect(text.contains("\nhttp_server_hits_total{a_b=\"1\"} 1\n"))
    #expect(text.contains("\n_2nd_duration_seconds_count 1\n"))
  }

  @Test("A metric that is used as another kind than it was defined does not reach the text")
  func otherKind() {
    Self.counted.gauge(registry, ["kind": "a"]).set(7)
    #expect(!registry.text().contains("things_total"))
  }

  @Test("Counters do not fall, and what is no number is not counted")
  func monotonic() {
    let counter = Self.counted.fractions(registry, ["kind": "a"])
    for amount in [1.5, -1, .nan, .infinity] { counter.increment(by: amount) }
    #expect(lines(of: "things_total").last == "things_total{kind=\"a\"} 1.5")
  }

  @Test("Counting from many threads loses nothing")
  func threads() async {
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask { [registry] in
          for _ in 0..<1000 { Self.counted.counter(registry, ["kind": "a"]).increment() }
        }
      }
    }
    #expect(lines(of: "things_total").last == "things_total{kind=\"a\"} 8000")
  }

  @Test("Collectors run each time before the text is made")
  func collectors() {
    let gauge = Self.level.gauge(registry)
    registry.collect { gauge.increment(by: 1) }
    _ = registry.text()
    #expect(registry.text().contains("\nlevel 2\n"))
  }
}
