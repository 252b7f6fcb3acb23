import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("A validator alone")
struct ValidatorLoopTests {
  @Test("Events are decided once, projected, and found right by the audit")
  func happyPath() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now), Example.checkIn(3, at: now))
    try rig.append(rig.record(Example.checkIn(2, at: now)), NewRecord(key: nil, value: [1, 2, 3]), ValidatorLoop.tick)
    let validator = try rig.validator()
    try rig.settle(validator)
    #expect(try rig.outcomes() == [.accepted, .accepted, .accepted, .duplicate])
    #expect(try rig.entries().map(\.header.source) == [-1, 0, 1, 2, 3, 4, 5])
    #expect(rig.monitor.alarms == [])
    let model = MemoryReadModel()
    let projection = try ProjectionLoop(log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor)
    #expect(try projection.step(timeout: .zero) == 7)
    #expect(model.contents.occupancy[try Example.inn()]?.occupancy.present == 2)
    let report = try LedgerAudit(log: rig.log, chainKey: rig.ring.currentChainKey.key).run()
    #expect(report.isOK, "\(report.differences)")
    #expect(report.events == 4)
  }

  @Test("An establishment in a commune that the catalogue does not have is refused, and the audit agrees")
  func unknownCommune() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now, commune: Rig.unknownCommune), Example.checkIn(2, at: now))
    let validator = try rig.validator()
    try rig.settle(validator)
    #expect(try rig.outcomes() == [.rejected, .rejected])
    #expect(try LedgerAudit(log: rig.log, chainKey: rig.ring.currentChainKey.key).run().isOK)
  }
}

extension Rig {
  @discardableResult
  fileprivate func append(_ records: NewRecord...) throws -> [Int64] { try append(records) }
}
