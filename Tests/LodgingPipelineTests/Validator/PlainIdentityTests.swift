import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("Events that were sent with an identity that anybody can read")
struct PlainIdentityTests {
  @Test("They are refused, and the ledger holds nothing of the identity")
  func refused() throws {
    let rig = try refusingRig()
    #expect(try rig.outcomes() == [.accepted, .rejected])
    guard case .decided(let decision, _) = try #require(rig.entries().last).body else { return #expect(Bool(false)) }
    #expect(decision.codes.contains(.identityPlainRefused))
    let guest = try Example.guest()
    for text in [guest.fullName, guest.documentNumber] {
      #expect(rig.log.contents(of: Rig.events).contains { $0.holds(text) }, "the sender's record has it")
      #expect(!rig.log.contents(of: Rig.ledger).contains { $0.holds(text) })
    }
    #expect(try audit(rig).isOK)
  }

  @Test("A validator that starts anew knows the record again by its digest, and goes on")
  func restart() throws {
    let rig = try refusingRig()
    let today = LocalZone.vietnam.date(at: rig.clock.now)
    try rig.append(Example.event(3, at: rig.clock.now, .dailyClose(day: today, guests: 0)))
    try rig.settle(rig.validator(group: "others"))
    #expect(try rig.outcomes() == [.accepted, .rejected, .accepted])
    #expect(rig.monitor.alarms == [])
  }

  @Test("A record that took the place of the refused one is noticed, and found by the audit", arguments: [false, true])
  func replaced(isSamePerson: Bool) throws {
    let rig = try refusingRig()
    rig.log.loseTail(of: Rig.events, count: 1)
    var value: [UInt8] = []
    let guest = try Example.guest(number: isSamePerson ? "001090000123" : "001090000124")
    let room = isSamePerson ? "102" : "101"
    var event = try Example.checkIn(2, at: rig.clock.now)
    if case .checkIn(var details) = event.body {
      details.room = room
      event.body = .checkIn(details)
    }
    try WireEvent.encode(event, identity: .plain(guest), into: &value)
    try rig.append([NewRecord(key: Array("HN-0001".utf8), value: value)])
    try rig.settle(rig.validator(group: "others"))
    #expect(rig.monitor.alarms == [.eventsTailLost(partition: 0, source: 1)])
    #expect(try audit(rig).differences == ["partition 0, ledger offset 2: the event is not the one on the events topic"])
  }

  @Test("The audit finds one changed bit of what was sent")
  func changed() throws {
    let rig = try refusingRig()
    let record = try #require(rig.log.contents(of: Rig.events).last?.value)
    let place = try #require(record.indices.first { record[$0...].starts(with: "MẪU".utf8) })
    #expect(rig.log.flipBit(of: Rig.events, offset: 1, byte: place))
    #expect(try audit(rig).differences == ["partition 0, ledger offset 2: the event is not the one on the events topic"])
  }

  /// An inn, and a guest whose identity was not sealed, both decided where that is refused.
  private func refusingRig() throws -> Rig {
    var rig = try Rig()
    rig.settings.plainIsAllowed = false
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now))
    try rig.settle(rig.validator())
    return rig
  }

  private func audit(_ rig: Rig) throws -> AuditReport {
    try LedgerAudit(log: rig.log, keys: rig.ring).run()
  }
}

extension SimulatedRecord {
  fileprivate func holds(_ text: String) -> Bool {
    guard let value else { return false }
    return value.indices.contains { value[$0...].starts(with: text.utf8) }
  }
}
