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

  @Test("A tick that was changed is a difference, its key included")
  func changedTick() throws {
    let rig = try decidedRig()
    rig.log.loseTail(of: Rig.events, count: 1)
    // The same tick with a field that no version knows.
    try rig.append([NewRecord(key: [], value: try #require(ValidatorLoop.tick.value) + [0xC2, 0x0C, 1, 7])])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 3: the tick is not the one on the events topic"])
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([NewRecord(key: nil, value: ValidatorLoop.tick.value)])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 3: the tick is not the one on the events topic"])
    rig.log.loseTail(of: Rig.events, count: 1)
    try rig.append([ValidatorLoop.tick])
    #expect(try audit(rig).isOK)
  }

  @Test("A record under another key is a difference, on either log")
  func changedKeys() throws {
    let rig = try decidedRig()
    rig.log.loseTail(of: Rig.events, count: 2)
    try rig.append([NewRecord(key: Array("HN-0002".utf8), value: try rig.record(Example.checkIn(2, at: rig.clock.now)).value)])
    try rig.append([ValidatorLoop.tick])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 2: the event is not the one on the events topic"])
    let whole = try decidedRig()
    let last = try #require(whole.log.contents(of: Rig.ledger).last)
    whole.log.loseTail(of: Rig.ledger, count: 1)
    try whole.append([NewRecord(key: [0x41], value: last.value)], to: Rig.ledger)
    #expect(try audit(whole).differences == ["partition 0, ledger offset 3: the record's key is not that of the entry"])
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
