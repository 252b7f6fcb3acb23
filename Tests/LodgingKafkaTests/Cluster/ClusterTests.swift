import KafkaMock
import LodgingAudit
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingTesting
import TestThreads
import Testing

@Suite("The ordinary validator and projection over Kafka", .serialized, .onOwnThread)
struct ClusterTests {
  /// Waits for what other threads bring about.
  private func wait(for what: String, _ isDone: () throws -> Bool) throws {
    if try !Waiting.wait(until: isDone) { Issue.record("waited in vain for \(what)") }
  }

  private func produce(_ values: [[UInt8]?], at establishment: EstablishmentID, on partition: Int, _ rig: ClusterRig) throws {
    try Kcat.produce(
      values, key: "\(establishment)", to: rig.kafka.name(of: .events), partition: partition,
      servers: rig.kafka.cluster.bootstrapServers)
  }

  @Test("Two validators share three partitions, decide what kcat sends exactly once, and one takes over when the other leaves")
  func sharing() throws {
    let rig = try ClusterRig(partitions: 3)
    let counters = [Counter(), Counter()]
    let model = MemoryReadModel()
    let validators = counters.map { Running.validator(rig, decided: $0) }
    let projection = Running.projection(rig, into: model)
    try wait(for: "both validators to decide") { counters.allSatisfy { !$0.partitions.isEmpty } }

    let (first, second) = (40, 25)
    for partition in 0..<3 {
      let inn = try rig.establishment(on: partition)
      try produce(rig.evening(at: inn, checkIns: first), at: inn, on: partition, rig)
    }
    try wait(for: "every event to be decided") { counters.reduce(0) { $0 + $1.events } == 3 * (first + 1) }
    #expect(counters.allSatisfy { $0.events > 0 })

    try validators[0].end()
    for partition in 0..<3 {
      let inn = try rig.establishment(on: partition)
      // The same ids come again, which are duplicates, and new ones.
      try produce(rig.evening(at: inn, checkIns: first + second).map { $0 }, at: inn, on: partition, rig)
    }
    try wait(for: "the other validator to take over") { counters[1].partitions == [0, 1, 2] }
    let total = 3 * (first + 1 + first + second + 1)
    try wait(for: "every entry to be folded") {
      try model.positions().values.reduce(0) { $0 + Int($1.position.source) + 1 } == total
    }
    try validators[1].end()
    try projection.end()

    let report = try rig.audit()
    #expect(report.isOK, "\(report.differences)")
    #expect(report.events == 3 * (first + first + second))
    #expect(report.decided == report.events)
    #expect(model.contents.occupancy { _ in true }.guests == 3 * (first + second))
  }

  @Test("Whatever stands on the events topic is handled, no validator stops, and every later event is decided")
  func poison() throws {
    let rig = try ClusterRig(partitions: 3)
    let counter = Counter()
    let validator = Running.validator(rig, decided: counter)
    let inn = try rig.establishment(on: 1)
    var random = SeededGenerator(seed: 11)
    let evening = try rig.evening(at: inn, checkIns: 3)
    let confluent = [[0, 0, 0, 0, 7, 0] + evening[2]]
    let structured = [Array(#"{"specversion":"1.0","type":"x","source":"y","id":"1","data":{}}"#.utf8)]
    let poison: [[UInt8]?] = [nil, [], random.bytes(64 * 1024), random.bytes(1024 * 1024)]
    let due: [[UInt8]?] = [evening[0], evening[1]] + poison + structured + confluent + [evening[3]]
    try produce(due, at: inn, on: 1, rig)
    try wait(for: "every record to be decided") { counter.events == due.count }
    try validator.end()
    let report = try rig.audit()
    #expect(report.isOK, "\(report.differences)")
    #expect(report.standing.outcomes[.accepted, default: 0] + report.standing.outcomes[.flagged, default: 0] == 3)
    #expect(report.decided == due.count - 1)
    #expect(report.standing.codes[.eventTooLarge] == 1)
  }

  @Test("Acknowledgements that are lost, brokers that go and indefinite errors leave every event decided once")
  func faults() throws {
    let brokers: [Int32] = [1, 2, 3]
    let rig = try ClusterRig(partitions: 3, brokers: brokers.count)
    let counter = Counter()
    let validator = Running.validator(rig, decided: counter) { configuration in
      configuration.producerSettings["message.timeout.ms"] = "1500"
      configuration.producerSettings["request.timeout.ms"] = "300"
      configuration.producerSettings["socket.timeout.ms"] = "500"
    }
    let model = MemoryReadModel()
    let projection = Running.projection(rig, into: model)
    let log = try rig.kafka.makeLog()
    // What stands in the ledger counts, also where no acknowledgement told the validator. kcat sends again what was not acknowledged to it,
    // so there may be more records than it was given.
    func isAllFolded() throws -> Bool {
      let positions = try model.positions()
      return try (0..<3).allSatisfy { partition in
        try (positions[partition]?.position.source ?? -1) + 1 == log.bounds(of: TopicPartition(.events, partition)).end
      }
    }
    let inns = try (0..<3).map { try rig.establishment(on: $0) }
    let evenings = try inns.map { try rig.evening(at: $0, checkIns: 30) }
    func send(_ range: Range<Int>) throws {
      for partition in 0..<3 { try produce(Array(evenings[partition][range]), at: inns[partition], on: partition, rig) }
    }
    try send(0..<8)
    try wait(for: "the first events", isAllFolded)
    let indefinite: [Int32] = [7, 19, 20, -195]
    rig.kafka.cluster.failNext(.produce, with: indefinite)
    // The validator's records land, but their acknowledgements come too late, as long as librdkafka looks before they are there.
    for broker in brokers { try rig.kafka.cluster.setDelay(of: broker, milliseconds: 700) }
    try send(8..<16)
    try wait(for: "an append to fail, or none to be left") {
      if rig.monitor.alarms.contains(where: { if case .appendFailed = $0 { true } else { false } }) { return true }
      return try isAllFolded()
    }
    for broker in brokers { try rig.kafka.cluster.setDelay(of: broker, milliseconds: 0) }
    try rig.kafka.cluster.setBroker(1, up: false)
    try rig.kafka.cluster.setBroker(1, up: true)
    try send(16..<31)
    try wait(for: "every record to be decided and folded", isAllFolded)
    try validator.end()
    try projection.end()
    let report = try rig.audit()
    #expect(report.isOK, "\(report.differences)")
    #expect(report.decided == report.events)
    #expect(report.events >= 3 * 30)
  }
}
