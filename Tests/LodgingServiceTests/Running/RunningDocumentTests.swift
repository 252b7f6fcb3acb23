import Foundation
import LodgingGateway
import LodgingService
import Testing

@Suite("The page about running a node")
struct RunningDocumentTests {
  private let text: String

  init() throws {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    text = try String(contentsOf: folder.appendingPathComponent("docs/running.md"), encoding: .utf8)
  }

  @Test("Every setting stands in it with its default, and none that there is not")
  func settings() {
    for setting in Setting.all {
      let initial = setting.initial ?? ["kafka.prefix": "lodging", "kafka.events-retention-hours": "336"][setting.key]
      #expect(text.contains("| `\(setting.key)` | " + (initial.map { "`\($0)` " } ?? "") + "| "), "\(setting.key)")
    }
    let section = text.components(separatedBy: "\n## ").first { $0.hasPrefix("Settings") } ?? ""
    #expect(section.components(separatedBy: "\n| `").count - 1 == Setting.all.count)
  }

  @Test("Every metric stands in it, and none that there is not")
  func metrics() {
    let section = text.components(separatedBy: "\n## ").first { $0.hasPrefix("Metrics") } ?? ""
    let named = Set(section.matches(of: /`((?:lodging|process|metrics)_[a-z_]+)`/).map { String($0.1) })
    #expect(named == Set(NodeMetrics.definitions.map(\.name) + ["metrics_series_dropped_total"]))
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
