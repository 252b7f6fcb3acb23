import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("Publishing beside a partition that does not answer")
struct SilentOutputTests {
  /// Two inns in two provinces on different partitions, with a guest each.
  private func world() throws -> PublishingRig {
    var world = try PublishingRig()
    try world.open(0, commune: "01001")
    try world.open(1, commune: "79003")
    _ = try world.checkIn(0)
    _ = try world.checkIn(1, document: "001090000456")
    return world
  }

  private func node(_ world: PublishingRig) throws -> PublishingNode {
    try PublishingNode(world.rig, MemoryPublication(), over: WaitingLog(world.log, clock: world.rig.clock))
  }

  /// The keys of an inn's figures, by whether they stand on a partition.
  private func keys(of inn: Int, _ units: [String], on place: TopicPartition, _ world: PublishingRig) throws -> [Bool: [String]] {
    let partition = try world.partition(of: inn)
    return Dictionary(grouping: (units + ["VN", "e:INN-\(inn)"]).map { "\($0)/\(partition)" }) { world.place($0) == place }
  }

  private func counts(_ keys: [String]?, _ world: PublishingRig) -> [Int] { (keys ?? []).map { world.values($0).count } }

  /// Goes through some rounds, in each step of which one answer is waited for at most; returns how many were waited for.
  private func rounds(_ count: Int, _ node: PublishingNode, _ world: PublishingRig) throws -> Int64 {
    var waits: Int64 = 0
    for _ in 0..<count {
      world.rig.clock.advance(milliseconds: 1001)
      for _ in 0..<4 {
        let start = world.rig.clock.now
        try node.publish()
        let waited = (world.rig.clock.now - start) / WaitingLog.patienceMilliseconds
        #expect(waited <= 1)
        waits += waited
      }
    }
    return waits
  }

  @Test("The others are published, it is asked now and then, and gets what it missed once it answers")
  func othersGetOn() throws {
    var world = try world()
    let node = try node(world)
    try world.settle([node])
    try world.check(node)
    let mute = world.place("VN/\(try world.partition(of: 0))")
    let keys = try keys(of: 0, ["01", "01001"], on: mute, world)
    let before = (counts(keys[true], world), counts(keys[false], world))
    #expect(!before.0.isEmpty && !before.1.isEmpty)

    world.log.setUnreachable([mute])
    _ = try world.checkIn(0, document: "001090000789")
    try node.fold()
    #expect(try rounds(6, node, world) == 1)
    #expect(counts(keys[true], world) == before.0 && counts(keys[false], world) == before.1.map { $0 + 1 })
    #expect(Array(node.publisher.silentPlaces.keys) == [mute])
    let figures = node.publisher.figures
    #expect(figures.heldBack == before.0.count && figures.pending == figures.heldBack && figures.lagMilliseconds > 4000)

    world.log.setUnreachable([])
    world.rig.clock.advance(milliseconds: 12_000)
    try world.settle([node])
    try world.check(node)
    #expect(counts(keys[true], world) == before.0.map { $0 + 1 } && node.publisher.figures.heldBack == 0)
  }

  @Test("Who begins beside it publishes the others, and nothing there before it was read")
  func beginning() throws {
    let world = try world()
    let mute = world.place("VN/\(try world.partition(of: 0))")
    let keys = try keys(of: 0, ["01", "01001"], on: mute, world)
    world.log.setUnreachable([mute])
    let node = try node(world)
    try node.fold()
    _ = try rounds(6, node, world)
    #expect(counts(keys[true], world).allSatisfy { $0 == 0 } && counts(keys[false], world).allSatisfy { $0 == 1 })
    #expect(!node.publisher.figures.hasCompared)
    world.log.setUnreachable([])
    world.rig.clock.advance(milliseconds: 12_000)
    try world.settle([node])
    try world.check(node)

    let count = world.recordCount
    world.log.setUnreachable([mute])
    let next = try self.node(world)
    try next.fold()
    _ = try rounds(6, next, world)
    world.log.setUnreachable([])
    world.rig.clock.advance(milliseconds: 12_000)
    try world.settle([next])
    try world.check(next)
    #expect(world.recordCount == count, "what stood there already is not written again")
  }

  @Test("An append that goes without an answer holds up its own partition only")
  func lateAppend() throws {
    var world = try world()
    let node = try node(world)
    try world.settle([node])
    let mute = world.place("VN/\(try world.partition(of: 0))")
    _ = try world.checkIn(0, document: "001090000789")
    try node.fold()
    _ = try world.checkIn(1, document: "001090000790")
    world.log.setDelivery(.byHand)
    world.rig.clock.advance(milliseconds: 1001)
    try node.publish()
    for submission in world.log.inFlight where submission.place != mute { world.log.land(submission) }
    #expect(world.log.inFlight.count == 1)

    try node.fold()
    let keys = try keys(of: 1, ["79", "79003"], on: mute, world)
    let before = counts(keys[false], world)
    world.rig.clock.advance(milliseconds: 1001)
    try node.publish()
    #expect(world.log.inFlight.count == 1, "an answer is awaited")
    world.rig.clock.advance(milliseconds: 4000)
    try node.publish()
    for submission in world.log.inFlight where submission.place != mute { world.log.land(submission) }
    #expect(!before.isEmpty && counts(keys[false], world) == before.map { $0 + 1 })

    world.log.setDelivery(.atAcknowledgement)
    try world.settle([node])
    try world.check(node)
  }

  @Test("Keys that depend on a silent partition of the ledger wait for it, and nobody else's record is written over meanwhile")
  func silentLedger() throws {
    var world = try world()
    let node = try node(world)
    try world.settle([node])
    let partition = try world.partition(of: 0)
    let key = "e:INN-0/\(partition)"
    let old = try #require(world.values(key).last ?? nil)
    _ = try world.checkIn(0, document: "001090000789")
    try world.settle([node])
    try world.rig.append([NewRecord(key: Array(key.utf8), value: old)], to: world.place(key))
    world.log.setUnreachable([TopicPartition(.ledger, partition)])
    let before = world.recordCount
    #expect(try rounds(4, node, world) == 1)
    #expect(world.recordCount == before && node.publisher.figures.waiting == 1)
    world.log.setUnreachable([])
    world.rig.clock.advance(milliseconds: 12_000)
    try world.settle([node])
    try world.check(node)
    #expect(world.recordCount == before + 1)
  }
}
