import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@Suite("The audit of logs that lost something")
struct LedgerAuditTests {
  @Test("Decided records that the events log lost are differences, also where nothing grew after them")
  func lostRecords() throws {
    let rig = try decidedRig()
    rig.log.loseTail(of: Rig.events, count: 2)
    let report = try audit(rig)
    #expect(report.differenceCount == 2)
    #expect(!report.isOK)
  }

  @Test("Decided records that retention removed are none")
  func retention() throws {
    let rig = try decidedRig()
    rig.log.trim(Rig.events, before: 2)
    #expect(try audit(rig).isOK)
  }

  @Test("Records at offsets that the ledger says are missing are a difference")
  func missingRecords() throws {
    let rig = try Rig()
    try rig.append([rig.record(Example.opening(at: rig.clock.now))])
    rig.log.skipOffsets(of: Rig.events, count: 2)
    try rig.append([ValidatorLoop.tick])
    try rig.settle(rig.validator())
    #expect(try audit(rig).isOK)
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([ValidatorLoop.tick, ValidatorLoop.tick, ValidatorLoop.tick])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 2: the events topic holds records that are said to be missing"])
  }

  @Test("An event at the place of a decided tick is a difference")
  func eventForTick() throws {
    let rig = try Rig()
    try rig.append([ValidatorLoop.tick])
    try rig.settle(rig.validator())
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([rig.record(Example.opening(at: rig.clock.now))])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 1: the record is no tick"])
  }

  /// An inn with a guest and a tick, all decided.
  private func decidedRig() throws -> Rig {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append([rig.record(Example.opening(at: now)), rig.record(Example.checkIn(2, at: now)), ValidatorLoop.tick])
    try rig.settle(rig.validator())
    return rig
  }

  private func audit(_ rig: Rig) throws -> AuditReport {
    try LedgerAudit(log: rig.log, chainKey: rig.ring.currentChainKey.key).run()
  }
}
