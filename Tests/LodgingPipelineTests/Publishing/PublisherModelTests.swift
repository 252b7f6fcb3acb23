import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

/// Two publishers side by side over a log that fails them, in an order of which one number decides everything.
@Suite("Publishers beside each other")
struct PublisherModelTests {
  private struct World {
    var rig: PublishingRig
    var random: SeededGenerator
    var nodes: [PublishingNode]
    var stays: [(inn: Int, id: EventID)] = []
    /// Whether the topics may lose records, and did; they may look whole afterwards.
    let losesOutput: Bool
    var hasLostOutput = false
    static let inns = 6

    init(seed: UInt64) throws {
      rig = try PublishingRig()
      random = SeededGenerator(seed: seed)
      losesOutput = seed % 2 == 0
      for inn in 0..<Self.inns { try rig.open(inn, commune: PublishingRig.communes[inn % 3]) }
      nodes = [try rig.node(), try rig.node()]
    }

    mutating func step() throws {
      let node = random.below(nodes.count)
      switch random.below(100) {
      case 0..<25: try tell()
      case 25..<45: try? nodes[node].fold()
      case 45..<75: try publish(node)
      case 75..<84: try rig.pass(seconds: Int64(random.pick([0, 1, 1, 2, 90, 3600]) ?? 1))
      case 84..<88: nodes[node] = try rig.node(nodes[node].model)
      case 88..<90: nodes[node] = try rig.node()
      case 90..<94: try loseTail()
      case 94..<96 where losesOutput:
        let topic: Topic = random.chance(1, of: 2) ? .occupancy : .alerts
        rig.log.loseTail(of: TopicPartition(topic, random.below(PublishingRig.partitions)), count: random.within(1...3))
        hasLostOutput = true
      default:
        let topic = random.pick([Topic.occupancy, .alerts, .ledger]) ?? .occupancy
        let operation = random.pick([SimulatedLog.Operation.bounds, .read, .submit]) ?? .read
        // The validator's calls must not be met: only those of a publisher, right here.
        rig.log.inject(.unavailable("injected"), into: operation, of: TopicPartition(topic, random.below(PublishingRig.partitions)))
        try? nodes[node].publish()
        rig.log.clearInjected()
      }
    }

    private mutating func publish(_ node: Int) throws {
      rig.log.setDelivery(random.chance(2, of: 3) ? .byHand : .atAcknowledgement)
      try? nodes[node].publish()
      for _ in 0..<random.below(4) { rig.log.deliverOne(using: &random) }
      try? nodes[node].publish()
    }

    private mutating func tell() throws {
      let inn = random.below(Self.inns)
      switch random.below(10) {
      case 0..<6: stays.append((inn, try rig.checkIn(inn, document: "00109000010\(random.below(5))", hours: Int64(random.within(1...40)))))
      case 6: try rig.move(inn, commune: random.pick(PublishingRig.communes) ?? "01001", beds: UInt32(random.within(1...5)))
      default:
        guard let stay = random.pick(stays) else { return }
        try rig.send(random.chance(1, of: 2) ? .checkOut(stay: stay.id) : .cancellation(stay: stay.id), of: stay.inn)
      }
    }

    /// The ledger loses entries, whose events are decided again; nobody may hear of it before time passes.
    private mutating func loseTail() throws {
      let ledger = TopicPartition(.ledger, random.below(PublishingRig.partitions))
      // Never its genesis: a partition without one is nobody's to read, and what is published of it stays.
      rig.log.loseTail(of: ledger, count: min(random.within(1...2), rig.log.contents(of: ledger).count - 1))
      if random.chance(1, of: 2) { try rig.pass(seconds: 61) }
    }

    mutating func heal() throws {
      rig.log.setDelivery(.atAcknowledgement)
      rig.log.land()
      rig.log.clearInjected()
      for _ in 0..<3 { try rig.pass(seconds: 61) }
      for node in nodes {
        for _ in 0..<4 where (try? node.fold()) == nil {}
        // What was in flight is given up, and errors that wait are told.
        for _ in 0..<3 { try? node.publish() }
      }
      // Everything is compared once an hour: topics that lost a tail and grew again look whole. Nothing else needs that.
      if hasLostOutput { try rig.pass(seconds: 3601) }
      try rig.settle(nodes)
    }
  }

  @Test("After everything healed, what is published is what the registers hold", arguments: 1...40)
  func convergence(seed: UInt64) throws {
    var world = try World(seed: seed)
    for _ in 0..<120 { try world.step() }
    try world.heal()
    for node in world.nodes { try world.rig.check(node, "seed \(seed)") }
    try onePositionOneContent(world.rig, seed)
  }

  /// Whoever wrote it, under one key the same entry of the ledger means the same figures.
  private func onePositionOneContent(_ rig: PublishingRig, _ seed: UInt64) throws {
    var contents: [String: Digest128] = [:]
    for partition in 0..<PublishingRig.partitions {
      for record in rig.log.contents(of: TopicPartition(.occupancy, partition)) {
        guard let key = record.key, let stamp = record.value?.withUnsafeBytes({ PublishedStamp(occupancy: $0) }) else { continue }
        let position = try #require(stamp.positions.first)
        let name = "\(String(decoding: key, as: UTF8.self))@\(position.offset)-\(position.chain)"
        #expect(contents.updateValue(stamp.fingerprint, forKey: name) ?? stamp.fingerprint == stamp.fingerprint, "seed \(seed): \(name)")
      }
    }
  }
}
