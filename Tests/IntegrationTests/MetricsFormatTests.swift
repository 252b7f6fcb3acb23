import Foundation
import LodgingTesting
import TestThreads
import Testing

@Suite("Metrics of a running node, read by others")
struct MetricsFormatTests {
  private let scratch: ScratchFolder
  private let data: String

  init() throws {
    scratch = try ScratchFolder()
    data = scratch.file("data")
  }

  /// The metrics of a node that has decided something.
  private func text() throws -> String {
    let node = try RunningNode([], data: data)
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", data)
    _ = try LodgingProcess.run("import", sample("qr.txt"), "--establishment", "HN-0001", "--data", data)
    try node.waitUntilReady()
    for path in ["/v1/units/VN/occupancy", "/v1/alerts?limit=0", "/\"quoted\\path"] { _ = try node.http.ask("GET", path) }
    var text = ""
    // Gauges tell of the last sampling, which may be older than the last decision.
    let isSampled = try Waiting.wait {
      text = try node.http.ask("GET", "/metrics").text
      return text.matches(of: /lodging_undecided_records\{.*\} 0\n/).count == 64
    }
    #expect(isSampled, "64 partitions without undecided records")
    return text
  }

  @Test("A reader written from the format's documentation takes every line, and finds what was done")
  func format() throws {
    let families = try ExpositionReader(text()).families
    #expect(families.count > 30)
    func sum(_ name: String) -> Double { families[name]?.samples.reduce(0) { $0 + $1.value } ?? -1 }
    #expect(sum("lodging_validator_decided_total") > 10)
    #expect(sum("lodging_projection_entries_total") > 10)
    #expect(sum("lodging_undecided_records") == 0)
    #expect(sum("lodging_alarms_total") == 0)
    #expect(sum("metrics_series_dropped_total") == 0)
    #expect(families["lodging_log_end_offset"]?.samples.count == 128)
  }

  @Test("Each series has the labels that the page about metrics names for its metric")
  func labels() throws {
    let page = try String(contentsOf: URL(filePath: #filePath).appending(path: "../../../docs/metrics.md").standardized, encoding: .utf8)
    let rows = page.matches(of: /\| `([a-z_]+)` \| [a-z]+ \| ([^|]*)\|/).map { row in
      (String(row.1), Set(row.2.matches(of: /`([a-z]+)`/).map { String($0.1) }))
    }
    let due = Dictionary(rows, uniquingKeysWith: { first, _ in first })
    for (name, family) in try ExpositionReader(text()).families {
      let labels = family.samples.map { Set($0.labels.keys).subtracting(["le"]) }
      #expect(labels.allSatisfy { $0 == due[name] }, "\(name)")
    }
  }

  @Test(
    "The reader notices what breaks the format",
    arguments: [
      "a 1\n", "# HELP a b\n# TYPE a gauge\na{b=\"c\" 1\n", "# HELP a b\n# TYPE a gauge\na 1\na 2\n", "# HELP a b\n# TYPE a gauge\na x\n",
      "# TYPE a gauge\na 1\n", "# HELP a b\n# TYPE a gauge\na{b=\"\\x\"} 1\n", "# HELP a b\n# TYPE a gauge\na 1",
      "# HELP a b\n# TYPE a histogram\na_bucket{le=\"1\"} 2\na_bucket{le=\"+Inf\"} 1\na_sum 1\na_count 1\n",
    ])
  func broken(text: String) {
    #expect(throws: ExpositionReader.Malformed.self) { try ExpositionReader(text) }
  }

  @Test("Prometheus's own checker finds nothing to say", .enabled(if: Promtool.path != nil, "scripts/promtool fetches it"))
  func promtool() throws {
    let path = try #require(Promtool.path)
    let file = scratch.file("metrics")
    try text().write(toFile: file, atomically: true, encoding: .utf8)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["check", "metrics"]
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0 && said.isEmpty, "\(said)")
  }
}

/// Prometheus's checker of formats.
enum Promtool {
  /// Where it is: on the PATH, or where `scripts/promtool` puts it.
  static var path: String? {
    let tests = LodgingProcess.program("lodging").deletingLastPathComponent()
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let here = ["../tools", "../../tools"].map { tests.appendingPathComponent($0).path }
    return (folders + here).map { $0 + "/promtool" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
