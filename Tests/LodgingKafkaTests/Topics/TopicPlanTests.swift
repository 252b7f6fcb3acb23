import LodgingKafka
import LodgingPipeline
import Testing

struct TopicPlanTests {
  private func topics(_ change: (inout TopicPlan) -> Void = { _ in }) -> [String: TopicSpecification] {
    var plan = TopicPlan()
    change(&plan)
    let names = KafkaLogConfiguration(bootstrapServers: "a:1") { _, _ in }
    return Dictionary(uniqueKeysWithValues: plan.topics { names.name(of: $0) }.map { ($0.name, $0) })
  }

  /// The topic as it is made of its specification.
  private func made(_ specification: TopicSpecification) -> FoundTopic {
    FoundTopic(
      replicas: Array(repeating: specification.replicas, count: specification.partitions),
      settings: specification.settings.mapValues(\.value))
  }

  @Test("Events and ledger share their partitions, are not compacted, and carry the broker's time")
  func vital() throws {
    let events = try #require(topics()["lodging.stay-events.v1"])
    let ledger = try #require(topics()["lodging.stay-ledger.v1"])
    #expect(events.partitions == 64 && ledger.partitions == 64)
    for topic in [events, ledger] {
      #expect(topic.replicas == 3)
      #expect(topic.settings["cleanup.policy"] == .exactly("delete"))
      #expect(topic.settings["message.timestamp.type"] == .exactly("LogAppendTime"))
      #expect(topic.settings["min.insync.replicas"] == .atLeast(2))
      #expect(topic.settings["unclean.leader.election.enable"] == .exactly("false"))
      #expect(topic.settings["max.message.bytes"] == .atLeast(2_097_152))
      #expect(topic.settings["retention.bytes"] == .exactly("-1"))
    }
    #expect(events.settings["retention.ms"] == .lasting(14 * 86_400_000))
    #expect(ledger.settings["retention.ms"] == .exactly("-1"))
  }

  @Test("Chains have topics like events, whose name says whose they are")
  func chains() throws {
    let topic = try #require(topics { $0.chains = ["acme"] }["lodging.stay-ingress.acme.v1"])
    #expect(topic.settings["cleanup.policy"] == .exactly("delete"))
    #expect(topic.partitions == 64)
  }

  @Test("What holds the last record of each key is compacted, and nothing else is")
  func compacted() {
    let compacted = topics().values.filter { $0.settings["cleanup.policy"] == .exactly("compact") }.map(\.topic.name)
    #expect(Set(compacted) == ["occupancy", "alerts", "residents", "access", "keys"])
  }

  @Test("What was deleted stays deleted for a node that was down for weeks, or stands on a load of the year before")
  func deletions() throws {
    let residents = try #require(topics()["lodging.residents.v1"])
    #expect(residents.settings["delete.retention.ms"] == .atLeast(400 * 86_400_000))
    var found = made(residents)
    // What brokers have where nobody says anything.
    found.settings?["delete.retention.ms"] = "86400000"
    #expect(residents.differences(from: found).map(\.kind) == [.setting("delete.retention.ms")])
  }

  @Test("A topic that is as it was made differs in nothing; more than what is due will do")
  func noDifference() {
    for specification in topics().values {
      var found = made(specification)
      #expect(specification.differences(from: found).isEmpty)
      found.replicas = found.replicas.map { $0 + 1 }
      found.settings?["max.message.bytes"] = "10485760"
      found.settings?["min.insync.replicas"] = "3"
      if case .lasting? = specification.settings["retention.ms"] { found.settings?["retention.ms"] = "-1" }
      found.settings?["segment.bytes"] = "1"
      #expect(specification.differences(from: found).isEmpty)
    }
  }

  @Test(
    "Each difference of the ledger is told; those on which nothing may be decided are refused",
    arguments: [
      ("cleanup.policy", "compact", true), ("cleanup.policy", "compact,delete", true), ("message.timestamp.type", "CreateTime", true),
      ("retention.ms", "604800000", false), ("retention.bytes", "1073741824", false), ("min.insync.replicas", "1", false),
      ("unclean.leader.election.enable", "true", false), ("max.message.bytes", "1048588", false), ("max.message.bytes", "", false),
    ])
  func settings(name: String, value: String, isRefused: Bool) throws {
    let ledger = try #require(topics()["lodging.stay-ledger.v1"])
    var found = made(ledger)
    found.settings?[name] = value
    let difference = try #require(ledger.differences(from: found).first)
    #expect(difference.kind == .setting(name))
    #expect(difference.found == value)
    #expect(difference.isRefused == isRefused)
    #expect(!difference.remedy.isEmpty)
    found.settings?[name] = nil
    #expect(ledger.differences(from: found).map(\.found) == [nil])
  }

  @Test("Missing, cut into other partitions, with too few copies, and silent about its settings")
  func layout() throws {
    let ledger = try #require(topics()["lodging.stay-ledger.v1"])
    let occupancy = try #require(topics()["lodging.occupancy.v1"])
    #expect(ledger.differences(from: nil).map(\.kind) == [.missing])
    #expect(ledger.differences(from: nil).map(\.isRefused) == [true])
    #expect(occupancy.differences(from: nil).map(\.isRefused) == [false])
    for (count, isRefused) in [(63, true), (65, false), (0, true)] {
      var found = made(ledger)
      found.replicas = Array(repeating: 3, count: count)
      #expect(ledger.differences(from: found).map(\.kind) == [.partitions])
      #expect(ledger.differences(from: found).map(\.isRefused) == [isRefused])
    }
    var found = made(ledger)
    found.replicas[7] = 1
    #expect(ledger.differences(from: found).map(\.kind) == [.replicas])
    found = made(ledger)
    found.settings = nil
    #expect(ledger.differences(from: found).map(\.kind) == [.settingsUntold])
    #expect(ledger.differences(from: found).map(\.isRefused) == [true])
  }

  @Test("The tests' flag asks for no log-append time, and one copy needs no second in sync")
  func testing() throws {
    let ledger = try #require(topics { ($0.allowsCreateTime, $0.replicas) = (true, 1) }["lodging.stay-ledger.v1"])
    #expect(ledger.settings["message.timestamp.type"] == nil)
    #expect(ledger.settings["min.insync.replicas"] == .atLeast(1))
  }

  @Test("Settings come from a text, secrets are masked when shown")
  func properties() throws {
    var configuration = KafkaLogConfiguration(bootstrapServers: "a:1") { _, _ in }
    try configuration.take(properties: "sasl.password=hunter2\nacks=1\n")
    #expect(configuration.settings == ["sasl.password": "hunter2", "acks": "1"])
    #expect(configuration.shown.values.allSatisfy { $0["sasl.password"] == "********" })
    #expect(configuration.shown["producer"]?["acks"] == "1")
    let error = #expect(throws: LogError.self) { try configuration.take(properties: "acks=all\nhunter2") }
    guard case .fatal(let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("line 2") && !reason.contains("hunter2"))
  }
}
