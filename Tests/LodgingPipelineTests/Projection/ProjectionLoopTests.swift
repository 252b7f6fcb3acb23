import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("A projection whose world fails it")
struct ProjectionLoopTests {
  /// Nothing may be kept in memory that is not in the read model, also where the step found a lost tail before its commit failed.
  @Test("A commit that fails in the step that found a lost tail is made up for")
  func failedCommitAfterLostTail() throws {
    let rig = try Rig()
    let validator = try rig.validator()
    let model = MemoryReadModel()
    let projection = try ProjectionLoop(log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor)
    try rig.append([rig.record(Example.opening(at: rig.clock.now)), rig.record(Example.checkIn(2, at: rig.clock.now))])
    try rig.settle(validator)
    #expect(try projection.step(timeout: .zero) == 3)

    rig.log.loseTail(of: Rig.ledger, count: 1)
    rig.clock.advance(milliseconds: 60_000)
    try rig.settle(validator)
    model.failCommits(1)
    #expect(throws: MemoryReadModel.CommitFailed.self) { try projection.step(timeout: .zero) }
    #expect(rig.monitor.alarms.contains(.ledgerTailLost(partition: 0, offset: 2)))

    #expect(try projection.step(timeout: .zero) == 3)
    #expect(model.contents.receipts.count == 2)
  }
}
