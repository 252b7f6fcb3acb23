import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("Publishing figures and alerts")
struct PublisherTests {
  /// Two inns in two provinces on different partitions, with a guest each, and a node that has published them.
  private func published() throws -> (PublishingRig, PublishingNode) {
    var world = try PublishingRig()
    try world.open(0, commune: "01001")
    try world.open(1, commune: "79003")
    _ = try world.checkIn(0)
    _ = try world.checkIn(1, document: "001090000456")
    let node = try world.node()
    try world.settle([node])
    try world.check(node)
    return (world, node)
  }

  private func key(_ unit: String, inn: Int, _ world: PublishingRig) throws -> String { "\(unit)/\(try world.partition(of: inn))" }

  @Test("Each unit is published with its figures over each partition, named by the entry that they stand on")
  func figures() throws {
    let (world, node) = try published()
    let records = try PublishedRecords(world.log)
    #expect(records.units["VN"]?.prefix(4) == [2, 0, 0, 2])
    #expect(records.units["01"]?.first == 1 && records.units["79003"]?.first == 1 && records.units["e:INN-1"]?.first == 1)
    let partition = try world.partition(of: 0)
    let value = try #require(records.last["VN/\(partition)"])
    let stamp = try #require(value.withUnsafeBytes { PublishedStamp(occupancy: $0) })
    let position = try #require(node.loop.positions[partition])
    #expect(stamp.positions.map(\.offset) == [position.offset] && stamp.positions.map(\.chain) == [position.chain])
    #expect(stamp.positions.map(\.partition) == [partition])
  }

  @Test("Whoever begins again writes what differs only, also where the process died between its commit and publishing")
  func restart() throws {
    var (world, node) = try published()
    let before = world.recordCount
    try world.settle([try world.node(node.model)])
    #expect(world.recordCount == before, "nothing differs")

    _ = try world.checkIn(0, document: "001090000789")
    try node.fold()
    // It dies here. Another one goes on with the same register.
    let next = try world.node(node.model)
    try world.settle([next])
    try world.check(next)
    #expect(world.recordCount == before + 4, "the inn, its commune, its province, the nation")
    #expect(next.publisher.figures.published[.occupancy] == 4)

    // So does one that folds everything anew.
    let fresh = try world.node()
    try world.settle([fresh])
    #expect(world.recordCount == before + 4)
  }

  @Test("A key is written once a second at most, with what it came to")
  func coalescing() throws {
    var (world, node) = try published()
    let key = try key("e:INN-0", inn: 0, world)
    let before = world.values(key).count
    for number in 0..<5 {
      _ = try world.checkIn(0, document: "00109000080\(number)")
      try node.fold()
      try node.publish()
      world.rig.clock.advance(milliseconds: 100)
    }
    #expect(world.values(key).count <= before + 1)
    try world.settle([node])
    #expect(world.values(key).count <= before + 2)
    try world.check(node)
  }

  @Test("A lower version that lands after a higher one is written over, and so is what cannot be read")
  func lowerVersion() throws {
    var (world, node) = try published()
    let key = try key("VN", inn: 0, world)
    let old = try #require(world.values(key).last ?? nil)
    _ = try world.checkIn(0, document: "001090000789")
    try world.settle([node])
    for late in [old, [0xFF], []] {
      try world.rig.append([NewRecord(key: Array(key.utf8), value: late)], to: world.place(key))
      try world.settle([node])
      try world.check(node)
    }
    try world.rig.append([NewRecord(key: Array(key.utf8), value: nil)], to: world.place(key))
    try world.settle([node])
    try world.check(node)
    #expect(node.publisher.figures.again[.occupancy] == 3, "over the tombstone there is nothing to write over")
  }

  @Test("What names an entry that the ledger holds and is not folded is left alone until it is")
  func ahead() throws {
    var (world, slow) = try published()
    let fast = try world.node()
    try fast.fold()
    _ = try world.checkIn(0, document: "001090000789")
    try world.settle([fast])
    let before = world.recordCount
    // The slow one looks at what the other wrote before it folds.
    for _ in 0..<3 {
      world.rig.clock.advance(milliseconds: 1001)
      for _ in 0..<3 { try slow.publish() }
    }
    #expect(world.recordCount == before && slow.publisher.figures.waiting == 4)
    try world.settle([slow, fast])
    #expect(world.recordCount == before, "both say the same")
    try world.check(slow)
  }

  @Test("After the ledger lost its tail what is folded anew wins, although its version is lower")
  func lostTail() throws {
    var (world, node) = try published()
    let partition = try world.partition(of: 0)
    _ = try world.checkIn(0, document: "001090000789")
    try world.settle([node])
    // The event is lost with its decision: nobody decides it again.
    world.log.loseTail(of: TopicPartition(.ledger, partition), count: 1)
    world.log.loseTail(of: TopicPartition(.events, partition), count: 1)
    let fresh = try world.node()
    try world.settle([fresh])
    try world.check(fresh)
    #expect(try PublishedRecords(world.log).units["e:INN-0"]?.first == 1)
    // The one that stood on the lost tail finds out and agrees.
    world.rig.clock.advance(milliseconds: 60_000)
    try world.settle([node, fresh])
    try world.check(node)
    #expect(node.loop.rebuilds == 1)
  }

  @Test("Who stands on a lost tail writes over nobody else's record")
  func standingOnLostTail() throws {
    var (world, node) = try published()
    let partition = try world.partition(of: 0)
    _ = try world.checkIn(0, document: "001090000789")
    try world.settle([node])
    world.log.loseTail(of: TopicPartition(.ledger, partition), count: 1)
    world.log.loseTail(of: TopicPartition(.events, partition), count: 1)
    let fresh = try world.node()
    try world.settle([fresh])
    let before = world.recordCount
    for _ in 0..<5 {
      world.rig.clock.advance(milliseconds: 1001)
      try node.publish()
    }
    #expect(world.recordCount == before && node.publisher.figures.waiting > 0)
  }

  @Test("An alert is published with its units, changes under its id, and is withdrawn when it no longer holds")
  func alerts() throws {
    var (world, node) = try published()
    _ = try world.checkIn(0, document: "001090000999", hours: 30)
    let second = try world.checkIn(1, document: "001090000999", hours: 30)
    try world.settle([node])
    try world.check(node)
    let overlap = try #require(node.model.standing.values.first { $0.alert.kind == .stayOverlap })
    let value = try #require(world.values(overlap.id.description, .alerts).last ?? nil)
    let message = try #require(FlatMessage(value))
    #expect(message.pieces[4].map { String(decoding: $0, as: UTF8.self) } == "stay.overlap")
    #expect(overlap.units.count == 3)
    let stamp = try #require(value.withUnsafeBytes { PublishedStamp(alert: $0) })
    #expect(Set(stamp.positions.map(\.partition)) == Set([try world.partition(of: 0), try world.partition(of: 1)]))

    try world.move(1, commune: "01002")
    try world.settle([node])
    try world.check(node)

    try world.send(.cancellation(stay: second), of: 1)
    try world.settle([node])
    try world.check(node)
    let records = try PublishedRecords(world.log)
    #expect(records.withdrawn.contains(overlap.id.description))
    let last = try #require(world.values(overlap.id.description, .alerts).last ?? nil)
    let withdrawn = try #require(last.withUnsafeBytes { PublishedStamp(alert: $0) })
    #expect(last == PublishedContent.withdrawn(overlap.id).bytes(at: withdrawn.positions))
  }

  @Test("What somebody else left under keys that are none is deleted, and units that are none come to zero")
  func strays() throws {
    let (world, node) = try published()
    let wrongPlace = TopicPartition(.occupancy, (world.place("VN/0").partition + 1) % PublishingRig.partitions)
    let stray = NewRecord(key: Array("nobody".utf8), value: [1])
    let wrong = NewRecord(key: Array("VN/0".utf8), value: [1])
    let foreign = NewRecord(key: Array("VN/99".utf8), value: [1])
    try world.rig.append([stray], to: TopicPartition(.alerts, 0))
    try world.rig.append([wrong, foreign], to: wrongPlace)
    var ghost = Occupancy()
    ghost.present = 7
    let figures = PublishedContent.occupancy(try UnitCode("e:GHOST"), ghost).bytes(at: [])
    try world.rig.append([NewRecord(key: Array("e:GHOST/1".utf8), value: figures)], to: world.place("e:GHOST/1"))
    try world.settle([node])
    #expect(world.log.contents(of: TopicPartition(.alerts, 0)).last { $0.key == stray.key }?.value == nil)
    #expect(world.log.contents(of: wrongPlace).last { $0.key == wrong.key }?.value == nil)
    #expect(world.log.contents(of: wrongPlace).last { $0.key == foreign.key }?.value == nil)
    try world.check(node)
    #expect(try PublishedRecords(world.log).units["e:GHOST"]?.first == 0)
  }

  @Test("An append that fails is made up for, and so is one that nobody answers")
  func failures() throws {
    var (world, node) = try published()
    _ = try world.checkIn(0, document: "001090000789")
    try node.fold()
    world.rig.clock.advance(milliseconds: 1001)
    world.log.inject(.unavailable("broken"), into: .append, of: world.place("VN/0"))
    try node.publish()
    var isFailed = false
    for partition in 0..<PublishingRig.partitions where partition != world.place("VN/0").partition {
      world.log.inject(.unavailable("broken"), into: .append, of: TopicPartition(.occupancy, partition))
    }
    do { try node.publish() } catch { isFailed = true }
    #expect(isFailed)
    world.log.clearInjected()
    try world.settle([node])
    try world.check(node)

    _ = try world.checkIn(0, document: "001090000790")
    try node.fold()
    world.log.setDelivery(.byHand)
    world.rig.clock.advance(milliseconds: 1001)
    try node.publish()
    try node.publish()
    #expect(world.log.inFlight.count > 0)
    world.rig.clock.advance(milliseconds: 60_000)
    #expect(throws: LogError.self) { try node.publish() }
    world.log.setDelivery(.atAcknowledgement)
    try world.settle([node])
    try world.check(node)
  }

  @Test("Topics that lost what was acknowledged are filled again")
  func lostOutput() throws {
    let (world, node) = try published()
    let place = world.place(try key("VN", inn: 0, world))
    world.log.loseTail(of: place, count: 2)
    try world.settle([node])
    try world.check(node)
  }
}
