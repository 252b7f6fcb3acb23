import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("A projection with partitions about which the log does not answer")
struct SilentLedgerTests {
  private let rig: Rig
  private let model = MemoryReadModel()
  private let projection: ProjectionLoop

  init() throws {
    rig = try Rig(partitions: 4)
    projection = try ProjectionLoop(
      log: WaitingLog(rig.log, clock: rig.clock), model: model, clock: rig.clock, monitor: rig.monitor)
  }

  private func mute(_ partitions: Int...) { rig.log.setUnreachable(Set(partitions.map { TopicPartition(.ledger, $0) })) }

  /// What came of a step: how many entries were folded, and how many answers were waited for.
  private struct Step: Equatable {
    var entries: Int
    var waits: Int64
  }

  private func step() throws -> Step {
    let start = rig.clock.now
    let entries = try projection.step(timeout: .zero)
    return Step(entries: entries, waits: (rig.clock.now - start) / WaitingLog.patienceMilliseconds)
  }

  @Test("The others are folded, a step waits for one answer at most, and silent partitions are left alone for a while")
  func othersGetOn() throws {
    mute(1, 3)
    var entries = 0
    for _ in 0..<3 {
      let step = try self.step()
      entries += step.entries
      #expect(step.waits <= 1)
    }
    #expect(entries == 2 && projection.silentPartitions == [1, 3] && projection.isCaughtUp)
    #expect(try Set(model.positions().keys) == [0, 2])
    for _ in 0..<5 { #expect(try step() == Step(entries: 0, waits: 0)) }
    // After the pause one of them is asked, in vain, and both rest again.
    rig.clock.advance(milliseconds: 12_000)
    #expect(try step().waits == 1)
    #expect(try step().waits == 0)
  }

  @Test("Once they answer again all of them are folded in one step")
  func allComeBackAtOnce() throws {
    mute(0, 1, 2, 3)
    for _ in 0..<4 { #expect(try step() == Step(entries: 0, waits: 1)) }
    #expect(projection.silentPartitions == [0, 1, 2, 3])
    mute()
    #expect(try step() == Step(entries: 0, waits: 0))
    rig.clock.advance(milliseconds: 12_000)
    #expect(try step() == Step(entries: 4, waits: 0))
    #expect(projection.silentPartitions.isEmpty && projection.isCaughtUp)
  }

  @Test("Who must have everything folds to the end, and says so where a partition does not answer")
  func foldToEnd() throws {
    mute(2)
    #expect(throws: LogError.self) { try projection.foldToEnd() }
    mute()
    rig.clock.advance(milliseconds: 12_000)
    var steps = 0
    try projection.foldToEnd { steps += 1 }
    #expect(steps == 1 && model.contents.entries == 4)
  }

  @Test("A clock that is set back lets nobody rest for longer")
  func clockSetBack() throws {
    mute(2)
    _ = try step()
    rig.clock.advance(milliseconds: -3_600_000)
    mute()
    #expect(try step() == Step(entries: 2, waits: 0))
    #expect(projection.silentPartitions.isEmpty)
  }

  @Test("Lost tails of the others are found, also where the one that was to be looked at first does not answer")
  func tailsOfTheOthers() throws {
    let own = try openInn()
    #expect(try step().entries == 5)
    rig.log.loseTail(of: TopicPartition(.ledger, own), count: 1)
    rig.log.loseTail(of: TopicPartition(.events, own), count: 1)
    mute(own == 0 ? 1 : 0)
    rig.clock.advance(milliseconds: 60_000)
    // One step finds out who is silent, the next one looks at the others.
    for _ in 0..<2 { _ = try step() }
    #expect(rig.monitor.alarms.contains(.ledgerTailLost(partition: own, offset: 1)))
    #expect(projection.rebuilds == 1)
  }

  @Test("Where going back needs a partition that does not answer, only the one that lost its tail waits for it")
  func goingBackBesideASilentOne() throws {
    let own = try openInn()
    let model = AskingModel(base: MemoryReadModel())
    let projection = try ProjectionLoop(log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor)
    #expect(try projection.step(timeout: .zero) == 5)
    let (silent, other) = (own == 0 ? 1 : 0, own == 3 ? 2 : 3)
    try rig.append([ValidatorLoop.tick], to: TopicPartition(.events, other))
    try rig.settle(rig.validator(group: "others"))
    rig.log.loseTail(of: TopicPartition(.ledger, own), count: 1)
    rig.log.loseTail(of: TopicPartition(.events, own), count: 1)
    mute(silent)
    rig.clock.advance(milliseconds: 60_000)
    var entries = 0
    for _ in 0..<4 { entries += try projection.step(timeout: .zero) }
    #expect(entries == 1 && projection.rebuilds == 0 && projection.silentPartitions.isSuperset(of: [own, silent]))
    #expect(projection.positions[other]?.offset == 1)

    mute()
    for _ in 0..<4 { _ = try projection.step(timeout: .zero) }
    #expect(projection.rebuilds == 1 && projection.silentPartitions.isEmpty && projection.isCaughtUp)
    let fresh = MemoryReadModel()
    _ = try ProjectionLoop(log: rig.log, model: fresh, clock: rig.clock, monitor: rig.monitor).step(timeout: .zero)
    #expect(model.base.contents.positions == fresh.contents.positions && model.base.contents.receipts == fresh.contents.receipts)
  }

  /// Has an inn opened, and returns the partition of its one entry behind genesis.
  private func openInn() throws -> Int {
    let own = try Example.inn().withUTF8 { Partitioner.partition(of: $0, among: 4) }
    try rig.append([rig.record(Example.opening(at: rig.clock.now))], to: TopicPartition(.events, own))
    try rig.settle(rig.validator())
    return own
  }
}

/// A read model that looks at everything it stands on before it goes back, as one with copies does.
private struct AskingModel: ReadModel {
  let base: MemoryReadModel

  func positions() throws -> [Int: ProjectionPosition] { try base.positions() }
  func commit(_ batch: ProjectionBatch) throws { try base.commit(batch) }
  func reset() throws { try base.reset() }

  func goBack(isHeld: (_ partition: Int, _ position: ChainPosition) throws -> Bool) throws {
    for (partition, position) in try base.positions().sorted(by: { $0.key < $1.key }) { _ = try isHeld(partition, position.position) }
    try base.reset()
  }
}
