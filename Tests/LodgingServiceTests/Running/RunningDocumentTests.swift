import Foundation
import LodgingGateway
import LodgingService
import Testing

@Suite("The pages about running a node")
struct RunningDocumentTests {
  private let text: String

  init() throws {
    text = try Self.page("docs/running.md")
  }

  private static func page(_ path: String) throws -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  private static func word(_ kind: MetricDefinition.Kind) -> String {
    switch kind {
    case .counter: "counter"
    case .gauge: "gauge"
    case .histogram: "histogram"
    }
  }

  @Test("Every setting stands in it with its default, and none that there is not")
  func settings() {
    let unsaid = ["keys.file": "DATA/keys.json", "snapshots.folder": "DATA/snapshots"]
    for setting in Setting.all {
      let initial = setting.initial ?? unsaid[setting.key]
      #expect(text.contains("| `\(setting.key)` | " + (initial.map { "`\($0)` " } ?? "") + "| "), "\(setting.key)")
    }
    let section = text.components(separatedBy: "\n## ").first { $0.hasPrefix("Settings") } ?? ""
    #expect(section.components(separatedBy: "\n| `").count - 1 == Setting.all.count)
  }

  @Test("The page about metrics has a row for every metric with its kind, and none that there is not")
  func metrics() throws {
    let page = try Self.page("docs/metrics.md")
    let rows = page.matches(of: /\| `([a-z_]+)` \| ([a-z]+) \|/).map { "\($0.1) \($0.2)" }
    let due = NodeMetrics.definitions.map { "\($0.name) \(Self.word($0.kind))" } + ["metrics_series_dropped_total counter"]
    #expect(rows.sorted() == due.sorted())
  }

  @Test("Every metric has a name that Prometheus takes, a unit it knows, and words")
  func definitions() {
    let definitions = NodeMetrics.definitions
    #expect(Set(definitions.map(\.name)).count == definitions.count)
    for definition in definitions {
      #expect(definition.name.wholeMatch(of: /[a-z][a-z0-9_]*/) != nil, "\(definition.name)")
      #expect((definition.kind == .counter) == definition.name.hasSuffix("_total"), "\(definition.name)")
      #expect(definition.help.count > 10, "\(definition.name)")
      if case .histogram(let bounds) = definition.kind { #expect(bounds == bounds.sorted() && !bounds.isEmpty) }
    }
  }
}
