import Foundation
import LodgingKafka
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingTesting
import LodgingWire
import Synchronization
import Testing

/// The cluster's answers are a fake's: librdkafka's mock cluster answers no administrative request.
struct TopicDeskTests {
  private let partitions = 3

  /// A folder that goes with the test, a cluster without topics and a log without entries.
  private func withBench(_ topics: FakeTopics = FakeTopics(), _ body: (Bench) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "lodging-topics-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let clock = ManualClock()
    try body(Bench(folder: DataFolder(path), log: SimulatedLog(partitions: partitions, clock: clock), topics: topics, clock: clock))
  }

  @Test("On a new cluster every topic is made and the ledger begun; afterwards nothing is left to say")
  func new() throws {
    try withBench { bench in
      let rows = try bench.desk().create()
      #expect(rows.filter { $0.what == "made" }.map(\.topic).prefix(2) == ["lodging.stay-events.v1", "lodging.stay-ledger.v1"])
      // Nodes have copies of the key ring and make no month's key by themselves.
      #expect(try FileKeyRing(opening: bench.folder.keys).months.count >= 13)
      #expect(rows.filter { $0.what == "begun" }.map(\.found) == ["3 partitions"])
      #expect(rows.allSatisfy { !$0.isDifference })
      #expect(try bench.desk().check() == [])
      #expect(try bench.desk().create() == [])
      #expect(try RegisterLog.examine(bench.log, names: Bench.names, bench.topics).partitions == partitions)
    }
  }

  @Test("What brokers have not heard of yet that was just made is asked for again, and not called missing")
  func late() throws {
    try withBench(FakeTopics(lateness: 2)) { bench in
      for partition in 0..<partitions {
        bench.log.inject(.unknownTopic(.ledger), into: .bounds, of: TopicPartition(.ledger, partition), times: 2)
      }
      let rows = try bench.desk().create()
      #expect(rows.allSatisfy { !$0.isDifference })
      #expect(rows.filter { $0.what == "begun" }.map(\.found) == ["3 partitions"])
    }
    try withBench(FakeTopics(lateness: 2)) { bench in
      let rows = try bench.desk().createEmpty()
      #expect(rows.allSatisfy { $0.what == "made" })
    }
  }

  @Test("Keys that are gone beside a ledger that has begun are asked for, and no others are made")
  func keysGone() throws {
    try withBench { bench in
      _ = try bench.desk().create()
      try FileManager.default.removeItem(atPath: bench.folder.keys)
      #expect(throws: ServiceError.keysMissing(bench.folder.keys)) { try bench.desk().create() }
      #expect(!FileManager.default.fileExists(atPath: bench.folder.keys))
    }
  }

  /// A cluster that takes questions and answers none.
  private struct Silent: TopicAdministration {
    func find(_ name: String) throws(LogError) -> FoundTopic? { throw .unavailable("no answer about \(name)") }
    func make(_ specification: TopicSpecification) throws(LogError) { throw .unavailable("no answer") }
  }

  @Test("Where no answer about topics comes, what to look at is said")
  func silent() throws {
    try withBench { bench in
      let desk = TopicDesk(bench.folder, Bench.names, plan: bench.plan, topics: Silent(), log: bench.log, clock: bench.clock)
      for ask in [desk.create, desk.check] {
        let error = try #require(throws: ServiceError.self) { try ask() }
        for words in ["no answer about lodging.", "controller", "DescribeConfigs", "advertised.listeners"] {
          #expect(error.description.contains(words), "\(error)")
        }
      }
    }
  }

  @Test("A check makes nothing; without topics it says that they are missing")
  func missing() throws {
    try withBench { bench in
      let rows = try bench.desk().check()
      #expect(Set(rows.map(\.what)) == ["missing"])
      #expect(rows.filter(\.refused).map(\.topic) == ["lodging.stay-events.v1", "lodging.stay-ledger.v1"])
      #expect(bench.topics.names.isEmpty)
      #expect(!FileManager.default.fileExists(atPath: bench.folder.keys))
    }
  }

  @Test(
    "On compacted topics, on topics without log-append time and on too few partitions no ledger is begun, and no register opens",
    arguments: [("cleanup.policy", "compact"), ("message.timestamp.type", "CreateTime"), ("partitions", "2")])
  func refused(what: String, value: String) throws {
    try withBench { bench in
      _ = try bench.desk().create()
      bench.topics.change("lodging.stay-ledger.v1") { topic in
        if what == "partitions" { topic.replicas.removeLast() } else { topic.settings?[what] = value }
      }
      let rows = try bench.desk().check()
      #expect(rows.map(\.what) == [what])
      #expect(rows.map(\.refused) == [true])
      let other = Bench(
        folder: bench.folder, log: SimulatedLog(partitions: partitions, clock: bench.clock), topics: bench.topics, clock: bench.clock)
      try other.folder.make()
      _ = try FileKeyRing.openOrCreate(at: other.folder.keys)
      #expect(try other.desk().create().map(\.what) == [what])
      #expect(try other.log.bounds(of: TopicPartition(.ledger, 0)).end == 0)
      let error = #expect(throws: ServiceError.self) { try RegisterLog.examine(bench.log, names: Bench.names, bench.topics) }
      guard case .topicRefused(let reason)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(
        reason.contains("lodging.stay-ledger.v1") && reason.contains(what == "partitions" ? "has 2 partitions" : "\(what) is \(value)"))
    }
  }

  @Test("An empty ledger is refused with what to do, and begun again only by hand")
  func empty() throws {
    try withBench { bench in
      _ = try bench.topics.makeMissing(bench.plan.topics { Bench.names.name(of: $0) })
      let error = #expect(throws: ServiceError.self) { try RegisterLog.examine(bench.log, names: Bench.names, bench.topics) }
      guard case .topicRefused(let reason)? = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains("lodging topics create") && reason.contains("backup"))
    }
  }

  @Test("A partition that lost its entries beside others in use is not begun again")
  func lostPartition() throws {
    try withBench { bench in
      _ = try bench.desk().create()
      let appender = try bench.log.makeAppender()
      try appender.submit([NewRecord(key: nil, value: [1])], to: TopicPartition(.ledger, 0), tag: 1)
      _ = try appender.acknowledgements(timeout: .zero)
      _ = bench.log.loseTail(of: TopicPartition(.ledger, 2), count: 1)
      let rows = try bench.desk().create()
      #expect(rows.map(\.what) == ["beginning"])
      #expect(rows.map(\.partition) == [2])
      #expect(rows.allSatisfy { $0.refused && $0.remedy?.contains("backup") == true })
      #expect(try bench.log.bounds(of: TopicPartition(.ledger, 2)).end == 0)
    }
  }

  @Test("A ledger of another register, or begun over another number of partitions, is told")
  func otherLedger() throws {
    try withBench { bench in
      _ = try bench.desk().create()
      let other = Bench(folder: DataFolder(bench.folder.path + "/other"), log: bench.log, topics: bench.topics, clock: bench.clock)
      try other.folder.make()
      _ = try FileKeyRing.openOrCreate(at: other.folder.keys)
      #expect(try other.desk().create().map(\.found) == Array(repeating: "that of another register", count: partitions))
      var fewer = bench
      fewer.plan.partitions = 2
      bench.topics.change("lodging.stay-ledger.v1") { $0.replicas.removeLast() }
      bench.topics.change("lodging.stay-events.v1") { $0.replicas.removeLast() }
      #expect(try fewer.desk().check().map(\.found) == ["that of partition 0 of 3", "that of partition 1 of 3"])
    }
  }

  @Test("A cluster that does not tell its settings is taken by the tests' flag only")
  func untold() throws {
    try withBench { bench in
      _ = try bench.desk().create()
      for name in bench.topics.names { bench.topics.change(name) { $0.settings = nil } }
      #expect(Set(try bench.desk().check().map(\.what)) == ["settings"])
      var names = Bench.names
      names.allowsCreateTime = true
      #expect(try bench.desk(names).check() == [])
      #expect(try RegisterLog.examine(bench.log, names: names, nil).partitions == partitions)
    }
  }
}

/// What a desk works on.
private struct Bench {
  static let names = KafkaLogConfiguration(bootstrapServers: "a:1") { _, _ in }

  let folder: DataFolder
  let log: SimulatedLog
  let topics: FakeTopics
  let clock: ManualClock
  var plan: TopicPlan

  init(folder: DataFolder, log: SimulatedLog, topics: FakeTopics, clock: ManualClock) {
    self.folder = folder
    self.log = log
    self.topics = topics
    self.clock = clock
    plan = TopicPlan()
    plan.partitions = 3
  }

  func desk(_ names: KafkaLogConfiguration = names) -> TopicDesk {
    TopicDesk(folder, names, plan: plan, topics: topics, log: log, clock: clock)
  }
}

/// A cluster's topics in memory.
private final class FakeTopics: TopicAdministration {
  private let topics = Mutex<[String: FoundTopic]>([:])
  /// How many more questions about a topic are answered as if it were not there yet.
  private let untold = Mutex<[String: Int]>([:])
  private let lateness: Int

  /// A cluster whose brokers answer so many questions about a new topic before they have heard of it.
  init(lateness: Int = 0) { self.lateness = lateness }

  var names: [String] { topics.withLock { $0.keys.sorted() } }

  func find(_ name: String) throws(LogError) -> FoundTopic? {
    let isUntold = untold.withLock { untold in
      guard let left = untold[name], left > 0 else { return false }
      untold[name] = left - 1
      return true
    }
    return isUntold ? nil : topics.withLock { $0[name] }
  }

  func make(_ specification: TopicSpecification) throws(LogError) {
    untold.withLock { $0[specification.name] = lateness }
    topics.withLock {
      $0[specification.name] = FoundTopic(
        replicas: Array(repeating: specification.replicas, count: specification.partitions),
        settings: specification.settings.mapValues(\.value))
    }
  }

  func change(_ name: String, _ body: (inout FoundTopic) -> Void) {
    topics.withLock { topics in
      guard var topic = topics[name] else { return }
      body(&topic)
      topics[name] = topic
    }
  }
}
