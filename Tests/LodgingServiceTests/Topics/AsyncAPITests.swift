import Foundation
import LodgingKafka
import LodgingPipeline
import Testing

@Suite("The description of all topics for other people's tools")
struct AsyncAPITests {
  /// What the description says of one topic, as its lines have it.
  private struct Channel {
    var address: String
    var lines: [Substring] = []

    func value(of key: String) -> String? {
      lines.first { $0.hasPrefix(key + ": ") }.map { String($0.dropFirst(key.count + 2)) }
    }
  }

  private let channels: [String: Channel]

  /// Reads line by line: a channel goes from its address to the next one's.
  init() throws {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    let text = try String(contentsOf: folder.appendingPathComponent("schemas/asyncapi.yaml"), encoding: .utf8)
    let start = try #require(text.range(of: "\nchannels:\n")).upperBound
    let end = try #require(text.range(of: "\noperations:\n")).lowerBound
    var all: [Channel] = []
    for line in text[start..<end].split(separator: "\n") {
      let words = line.drop { $0 == " " }
      if words.hasPrefix("address: ") { all.append(Channel(address: String(words.dropFirst("address: ".count)))) }
      if !all.isEmpty { all[all.count - 1].lines.append(words) }
    }
    channels = Dictionary(all.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
    #expect(channels.count == all.count)
  }

  private var plan: [TopicSpecification] {
    var plan = TopicPlan()
    plan.chains = ["{principal}"]
    let names = KafkaLogConfiguration(bootstrapServers: "a:1") { _, _ in }
    return plan.topics { names.name(of: $0) }
  }

  @Test("It has every topic that is planned, and none that is not")
  func addresses() {
    #expect(channels.keys.sorted() == plan.map(\.name).sorted())
  }

  @Test("It says the partitions, the copies and every setting of each topic as they are planned")
  func settings() throws {
    for topic in plan {
      let channel = try #require(channels[topic.name])
      #expect(channel.value(of: "partitions") == String(topic.partitions), "\(topic.name)")
      #expect(channel.value(of: "replicas") == String(topic.replicas), "\(topic.name)")
      for (name, requirement) in topic.settings {
        let due = name == "cleanup.policy" ? "[\(requirement.value)]" : requirement.value
        #expect(channel.value(of: name) == due, "\(topic.name): \(name)")
      }
      if topic.settings["retention.ms"] == nil { #expect(channel.value(of: "retention.ms") == nil, "\(topic.name)") }
    }
  }
}
