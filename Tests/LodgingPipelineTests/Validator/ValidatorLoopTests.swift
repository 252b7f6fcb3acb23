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
    let report = try LedgerAudit(log: rig.log, keys: rig.ring).run()
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
    #expect(try LedgerAudit(log: rig.log, keys: rig.ring).run().isOK)
  }

  @Test("A check-in or an amendment for reason 20 is refused without its words, and taken with them")
  func reasonInWords() throws {
    let rig = try Rig()
    let now = rig.clock.now
    func record(_ event: StayEvent, reason: UInt8, words: String) throws -> NewRecord {
      var event = event
      guard var details = event.stayDetails else { return try rig.record(event) }
      details.reason = reason
      event.body = event.stay == event.id ? .checkIn(details) : .amendment(stay: try #require(event.stay), details)
      var guest = try Example.guest()
      guest.reasonText = words
      var value: [UInt8] = []
      try WireEvent.encode(event, identity: .plain(guest), into: &value)
      return NewRecord(key: event.establishment.withUTF8 { Array($0) }, value: value)
    }
    try rig.append(Example.opening(at: now))
    let checkIn = try Example.checkIn(2, at: now)
    let details = try #require(checkIn.stayDetails)
    let amendment = try Example.event(3, at: now, .amendment(stay: checkIn.id, details))
    try rig.append(
      record(checkIn, reason: 20, words: ""), record(checkIn, reason: 20, words: "  "), record(checkIn, reason: 20, words: "Dự hội thảo"),
      record(amendment, reason: 20, words: ""), record(amendment, reason: 19, words: ""))
    try rig.settle(try rig.validator())
    let decisions = try rig.entries().compactMap { entry in
      if case .decided(let decision, _) = entry.body { decision } else { nil }
    }
    let missing = [FieldProblem(.reasonText, .fieldMissing)]
    #expect(decisions.map(\.outcome) == [.accepted, .rejected, .rejected, .accepted, .rejected, .accepted])
    #expect(decisions.map(\.fields) == [[], missing, missing, [], missing, []])
    #expect(try LedgerAudit(log: rig.log, keys: rig.ring).run().isOK)
  }

  @Test("What restoring folded counts towards the next snapshot, however often the partition changes hands")
  func snapshotAcrossRestarts() throws {
    var rig = try Rig()
    rig.settings.snapshotEntries = 6
    try rig.append(Example.opening(at: rig.clock.now))
    for id in 2..<8 as Range<UInt64> {
      try rig.append(Example.checkIn(id, at: rig.clock.now))
      let validator = try rig.validator()
      try rig.settle(validator)
      rig.clock.advance(milliseconds: 61_000)
      try rig.settle(validator)
      validator.leave()
    }
    #expect(rig.snapshots.snapshots.count == 1)
  }

  @Test("The audit misses a decided event that the events log lost, and none that retention removed")
  func missingEvents() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now), Example.checkIn(3, at: now))
    try rig.settle(try rig.validator())
    func audit() throws -> AuditReport { try LedgerAudit(log: rig.log, keys: rig.ring).run() }
    rig.log.trim(Rig.events, before: 2)
    let trimmed = try audit()
    #expect(trimmed.isOK && trimmed.eventsKeptFrom == [0: 2], "\(trimmed.differences)")
    rig.log.loseTail(of: Rig.events, count: 1)
    #expect(try audit().differences.contains { $0.contains("does not hold the record") })
  }
}

extension Rig {
  @discardableResult
  fileprivate func append(_ records: NewRecord...) throws -> [Int64] { try append(records) }
}
