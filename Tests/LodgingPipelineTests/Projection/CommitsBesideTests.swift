import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("Batches that are written while the next one is folded")
struct CommitsBesideTests {
  private let rig: Rig
  private let model = MemoryReadModel()
  private let work = HeldWork()

  /// A ledger of genesis, an establishment and nine stays.
  init() throws {
    rig = try Rig()
    let validator = try rig.validator()
    try rig.append(Example.opening(at: rig.clock.now))
    for id in 2...10 as ClosedRange<UInt64> { try rig.append(Example.checkIn(id, at: rig.clock.now)) }
    try rig.settle(validator)
  }

  private func loop(_ model: MemoryReadModel, batch: Int = 2) throws -> ProjectionLoop {
    try ProjectionLoop(
      log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor, notices: nil, background: work, batchEntriesMax: batch)
  }

  /// What a fold in one batch leaves.
  private func expected() throws -> MemoryReadModel.Contents {
    let model = MemoryReadModel()
    #expect(try loop(model, batch: 100).step(timeout: .zero) == 11)
    return model.contents
  }

  @Test("A step takes some batches, and all of them are in the model when it returns")
  func steps() throws {
    let projection = try loop(model)
    #expect(try projection.step(timeout: .zero) == 6)
    #expect(work.begun == 2, "the last one has nothing to be written beside")
    #expect(!projection.isCaughtUp && model.contents.receipts.count == 5)
    #expect(try projection.step(timeout: .zero) == 5)
    #expect(work.begun == 4)
    #expect(projection.isCaughtUp && projection.entries == 11)
    let expected = try expected()
    #expect(model.contents.receipts == expected.receipts && model.contents.stays == expected.stays)
    #expect(model.contents.flows == expected.flows && model.contents.positions == expected.positions)
    #expect(try projection.step(timeout: .zero) == 0)
  }

  @Test("Where one cannot be written, what was folded behind it is folded again", arguments: 1...4)
  func failure(failing: Int) throws {
    let projection = try loop(model)
    model.failCommits(failing)
    var failures = 0
    while model.contents.receipts.count < 10 {
      do {
        _ = try projection.step(timeout: .zero)
      } catch is MemoryReadModel.CommitFailed {
        failures += 1
        #expect(model.contents.receipts.isEmpty, "nothing may be written behind what is missing")
      }
    }
    #expect(failures == failing)
    let expected = try expected()
    #expect(model.contents.receipts == expected.receipts && model.contents.stays == expected.stays)
    #expect(model.contents.flows == expected.flows && model.contents.positions == expected.positions)
  }

  @Test("A tail that is lost while a batch waits to be written takes back what is written too")
  func lostTail() throws {
    let log = rig.log
    let work = HeldWork { log.loseTail(of: Rig.ledger, count: 10) }
    let projection = try ProjectionLoop(
      log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor, notices: nil, background: work, batchEntriesMax: 2)
    #expect(try projection.step(timeout: .zero) == 2)
    #expect(rig.monitor.alarms.contains(.ledgerTailLost(partition: 0, offset: 1)))
    #expect(model.contents.establishments.isEmpty, "the establishment's entry is gone")
    #expect(try projection.step(timeout: .zero) == 1)
    #expect(projection.isCaughtUp && model.contents.positions[0]?.position.offset == 0)
  }
}
