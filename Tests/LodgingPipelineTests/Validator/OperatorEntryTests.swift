import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("What operators decide about a ledger")
struct OperatorEntryTests {
  private static let next = LedgerVersion(format: 2, rules: .newest)

  private func write(_ rig: Rig, version: LedgerVersion = .newest, _ body: LedgerBody) throws -> LedgerEnd {
    var writer = try OperatorWriter(log: rig.log, keys: rig.ring, version: version)
    return try #require(try writer.append(to: 0) { _ in body })
  }

  private func audit(_ rig: Rig, keys: MemoryKeyRing? = nil, version: LedgerVersion = .newest) throws -> AuditReport {
    try LedgerAudit(log: rig.log, keys: keys ?? rig.ring, version: version).run()
  }

  // MARK: The key

  @Test("After a rekey entries are made under the new key, the audit follows it, and one without the key says no")
  func rekey() throws {
    var rig = try Rig()
    let old = rig.ring
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now))
    let before = try rig.validator(group: "before")
    try rig.settle(before)
    rig.ring = rig.ring.rotatingChainKey()
    #expect(try write(rig, .rekey(keyID: 2)).keyID == 2)
    try rig.append(Example.checkIn(3, at: now), Example.checkIn(2, at: now))
    try rig.append([ValidatorLoop.tick])
    try rig.settle(try rig.validator(group: "after"))
    #expect(try rig.outcomes() == [.accepted, .accepted, .accepted, .duplicate])
    #expect(try rig.entries().map(\.header.keyID) == [0, 0, 0, 0, 2, 2, 2])
    let report = try audit(rig)
    #expect(report.isOK, "\(report.differences)")
    #expect(try audit(rig, keys: old).differences.contains { $0.contains("chain value is not that") })
    rig.clock.advance(milliseconds: 61_000)
    try rig.append([ValidatorLoop.tick])
    try rig.settle(try rig.validator(group: "again"))
    #expect(!rig.monitor.alarms.contains { if case .eventsTailLost = $0 { true } else { false } }, "the last record is known under its key")
  }

  @Test("A validator without the new key stops in front of its work with an alarm, and nothing that it writes under the old key counts")
  func deposedByRekey() throws {
    var rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now))
    let old = try rig.validator(group: "old")
    try rig.settle(old)
    rig.ring = rig.ring.rotatingChainKey()
    _ = try write(rig, .rekey(keyID: 2))
    try rig.append(Example.checkIn(2, at: now))
    try rig.settle(old)
    #expect(rig.monitor.alarms == [.chainKeyMissing(partition: 0, keyID: 2)])
    #expect(try rig.outcomes() == [.accepted])
    #expect(old.partitions.first?.isStopped == true)
    try rig.settle(try rig.validator(group: "new"))
    #expect(try rig.outcomes() == [.accepted, .accepted])
    let report = try audit(rig)
    #expect(report.isOK && report.ignored == 1, "\(report.differences)")
  }

  @Test("An entry that is made behind a rekey under the old key is found by the audit")
  func oldKeyBehindRekey() throws {
    var rig = try Rig()
    let old = rig.ring.currentChainKey
    rig.ring = rig.ring.rotatingChainKey()
    let end = try write(rig, .rekey(keyID: 2))
    for keyID in [UInt32(0), 2] {
      let forged = try Rig()
      let rekey = try #require(rig.log.contents(of: Rig.ledger).last)
      try forged.append([NewRecord(key: rekey.key, value: rekey.value)], to: Rig.ledger)
      var value: [UInt8] = []
      var header = end.terms.header(previous: end.position.chain, source: end.position.source, now: end.now)
      header.keyID = keyID
      _ = LedgerWriter.append(header, .rekey(keyID: 3), key: old.key, to: &value)
      try forged.append([NewRecord(key: [], value: value)], to: Rig.ledger)
      #expect(try !audit(forged, keys: rig.ring).isOK, "key \(keyID)")
    }
  }

  @Test("An operator's entry finds its place beside a validator that goes on, and what was under way is made again behind it")
  func besideValidator() throws {
    var rig = try Rig()
    rig.ring = rig.ring.rotatingChainKey()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now))
    let validator = try rig.validator()
    try rig.settle(validator)
    for id in UInt64(2)...6 {
      try rig.append(Example.checkIn(id, at: now))
      if id == 4 { _ = try write(rig, .rekey(keyID: 2)) }
      try rig.settle(validator)
    }
    #expect(try rig.outcomes().count == 6)
    #expect(rig.monitor.alarms == [], "an operator's entry takes no partition away")
    #expect(try audit(rig).isOK)
  }

  // MARK: The source

  @Test("A partition whose events log lost its tail goes on by a reset, and an event that is sent again is known")
  func sourceReset() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now), Example.checkIn(3, at: now), Example.checkIn(4, at: now))
    let validator = try rig.validator()
    try rig.settle(validator)
    rig.log.loseTail(of: Rig.events, count: 2)
    try rig.append(Example.checkIn(5, at: now), Example.checkIn(3, at: now))
    rig.clock.advance(milliseconds: 61_000)
    try rig.settle(validator)
    #expect(rig.monitor.alarms.contains(.eventsTailLost(partition: 0, source: 3)))
    #expect(validator.partitions.first?.isStopped == true)
    #expect(try !audit(rig).isOK)

    let end = try LedgerEnd(of: rig.log, partition: 0)
    let plan = try #require(try SourceReset(of: rig.log, keys: rig.ring, partition: 0, at: end))
    #expect(plan.incarnation == 2 && plan.nextSource == 2 && plan.decidedThrough == 3 && plan.orphaned == 2 && plan.expired == 0)
    let after = try write(rig, plan.body(reason: "the disk was replaced"))
    #expect(after.source.incarnation == 2 && after.source.offset == 1)
    #expect(try SourceReset(of: rig.log, keys: rig.ring, partition: 0, at: after) == nil, "there is nothing more to do")

    rig.clock.advance(milliseconds: 61_000)
    try rig.settle(validator)
    #expect(try rig.outcomes() == [.accepted, .accepted, .accepted, .accepted, .accepted, .duplicate])
    let entries = try rig.entries()
    #expect(entries.suffix(2).map { SourceNumber($0.header.source).offset } == [2, 3])
    guard case .decided(let decision, _)? = entries.last?.body else { return #expect(Bool(false)) }
    #expect(decision.first?.source == 2, "the first verdict was in the first incarnation")
    let report = try audit(rig)
    #expect(report.isOK && report.resets == 1 && report.orphaned == 2 && report.lost == 0, "\(report.differences)")
    let model = MemoryReadModel()
    let projection = try ProjectionLoop(log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor)
    while try projection.step(timeout: .zero) > 0 {}
    #expect(model.contents.receipts.count == 6)
    #expect(try model.contents.occupancy[Example.inn()]?.occupancy.guests == 4)
  }

  @Test("An events log that begins anew is decided from its first record, and the partition is restored from ledger and snapshot alike")
  func begunAnew() throws {
    var rig = try Rig()
    rig.settings.snapshotEntries = 2
    rig.settings.snapshotAgeMinSeconds = 0
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now))
    try rig.settle(try rig.validator(group: "a"))
    rig.log.loseTail(of: Rig.events, count: 2)
    let plan = try #require(try SourceReset(of: rig.log, keys: rig.ring, partition: 0, at: LedgerEnd(of: rig.log, partition: 0)))
    #expect(plan.nextSource == 0 && plan.orphaned == 2)
    _ = try write(rig, plan.body(reason: "a new topic"))
    try rig.append(Example.checkIn(2, at: now), Example.checkIn(7, at: now), Example.checkIn(8, at: now))
    for group in ["b", "c"] { try rig.settle(try rig.validator(group: group)) }
    #expect(try rig.outcomes() == [.accepted, .accepted, .duplicate, .accepted, .accepted])
    #expect(try rig.entries().suffix(3).map { SourceNumber($0.header.source).offset } == [0, 1, 2])
    #expect(try audit(rig).isOK)
  }

  @Test("Where decided events are all there is nothing to reset, with and without retention, and behind a reseal")
  func nothingToReset() throws {
    let rig = try Rig()
    let now = rig.clock.now
    func plan() throws -> SourceReset? {
      try SourceReset(of: rig.log, keys: rig.ring, partition: 0, at: LedgerEnd(of: rig.log, partition: 0))
    }
    #expect(try plan() == nil)
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now))
    #expect(try plan() == nil)
    try rig.settle(try rig.validator())
    #expect(try plan() == nil)
    rig.log.trim(Rig.events, before: 1)
    #expect(try plan() == nil)
    rig.log.trim(Rig.events, before: 2)
    #expect(try plan() == nil)
  }

  @Test("Events that left the log undecided are passed over by a reset, and the audit goes on calling them lost")
  func expired() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now))
    let validator = try rig.validator()
    try rig.settle(validator)
    try rig.append(Example.checkIn(2, at: now), Example.checkIn(3, at: now), Example.checkIn(4, at: now))
    rig.log.trim(Rig.events, before: 3)
    try rig.settle(validator)
    #expect(rig.monitor.alarms.contains(.eventsExpired(partition: 0, next: 1, start: 3)))
    let plan = try #require(try SourceReset(of: rig.log, keys: rig.ring, partition: 0, at: LedgerEnd(of: rig.log, partition: 0)))
    #expect(plan.nextSource == 3 && plan.expired == 2)
    _ = try write(rig, plan.body(reason: "expired"))
    rig.clock.advance(milliseconds: 61_000)
    try rig.settle(validator)
    #expect(try rig.outcomes() == [.accepted, .accepted])
    #expect(try audit(rig).lost == 2)
  }

  @Test("Retention keeps what is undecided in a new incarnation, whatever was decided under the same offsets before")
  func retention() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now), Example.checkIn(3, at: now))
    try rig.settle(try rig.validator(group: "a"))
    let history = DecidedHistory(log: rig.log, partition: 0)
    let decided = try #require(try history.lastEntry(before: rig.clock.now.adding(days: 1), after: nil))
    #expect(try history.keptOffset(of: decided, upTo: SourceNumber(decided.source)) == 2)
    rig.log.loseTail(of: Rig.events, count: 2)
    let plan = try #require(try SourceReset(of: rig.log, keys: rig.ring, partition: 0, at: LedgerEnd(of: rig.log, partition: 0)))
    let after = try write(rig, plan.body(reason: "lost"))
    #expect(try history.keptOffset(of: decided, upTo: after.source) == 0)
  }

  // MARK: The version

  @Test("A reader and a validator stop in front of an upgrade that they do not know, and say which version they need")
  func upgrade() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now))
    let old = try rig.validator(group: "old")
    try rig.settle(old)
    let model = MemoryReadModel()
    let projection = try ProjectionLoop(log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor)
    _ = try write(rig, version: Self.next, .upgrade(format: 2, rules: .newest))
    try rig.append(Example.checkIn(2, at: now))
    try rig.settle(old)
    while try projection.step(timeout: .zero) > 0 {}
    let needed = PipelineAlarm.laterVersion(partition: 0, offset: 2, needed: Self.next)
    #expect(rig.monitor.alarms.filter { $0 == needed }.count >= 2, "\(rig.monitor.alarms)")
    #expect(model.contents.positions[0]?.position.offset == 1)

    var context = rig.context
    context.version = Self.next
    try rig.settle(try ValidatorLoop(context: context, group: rig.log.join(group: "new", topic: .events)))
    let later = ProjectionContext(rig, Self.next)
    let entries = try later.entries()
    #expect(entries.map(\.header.format) == [1, 1, 1, 2])
    #expect(later.report.isOK, "\(later.report.differences)")
    #expect(try audit(rig).differences.contains { $0.contains("later version") })
  }

  @Test("A validator of the next version writes the present format until the upgrade counts")
  func notBefore() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now))
    var context = rig.context
    context.version = Self.next
    try rig.settle(try ValidatorLoop(context: context, group: rig.log.join(group: "new", topic: .events)))
    try rig.append(Example.checkIn(3, at: now))
    try rig.settle(try rig.validator(group: "old"))
    #expect(try rig.entries().map(\.header.format) == [1, 1, 1, 1])
    #expect(try audit(rig).isOK)
  }

  @Test("A validator that finds a snapshot behind an upgrade that it does not know stops too, and so does an operator's writer")
  func snapshotBehindUpgrade() throws {
    var rig = try Rig()
    rig.settings.snapshotEntries = 1
    rig.settings.snapshotAgeMinSeconds = 0
    let now = rig.clock.now
    try rig.append(Example.opening(at: now))
    _ = try write(rig, version: Self.next, .upgrade(format: 2, rules: .newest))
    var context = rig.context
    context.version = Self.next
    let later = try ValidatorLoop(context: context, group: rig.log.join(group: "new", topic: .events))
    try rig.settle(later)
    try rig.append(Example.checkIn(2, at: now))
    try rig.settle(later)
    later.leave()
    let names = try rig.snapshots.list(partition: 0)
    let newest = try #require(names.first)
    #expect(newest.position.offset > 1, "\(names)")
    try rig.settle(try rig.validator(group: "old"))
    #expect(rig.monitor.alarms.contains { if case .laterVersion(0, _, Self.next) = $0 { true } else { false } })
    #expect(throws: LedgerStop.self) { try LedgerEnd(of: rig.log, partition: 0, after: newest.position) }
    #expect(throws: LedgerStop.self) { try write(rig, .rekey(keyID: 2)) }
  }

  @Test("Offsets where there was no record say nothing of a log that was lost before them")
  func missingBehindLoss() throws {
    let rig = try Rig()
    let now = rig.clock.now
    try rig.append(Example.opening(at: now), Example.checkIn(2, at: now))
    rig.log.skipOffsets(of: Rig.events, count: 2)
    try rig.append(Example.checkIn(3, at: now))
    try rig.settle(try rig.validator(group: "a"))
    #expect(try rig.entries().map(\.header.source) == [-1, 0, 1, 3, 4])
    rig.log.loseTail(of: Rig.events, count: 2)
    try rig.append(Example.checkIn(4, at: now))
    rig.log.skipOffsets(of: Rig.events, count: 3)
    let plan = try #require(try SourceReset(of: rig.log, keys: rig.ring, partition: 0, at: LedgerEnd(of: rig.log, partition: 0)))
    #expect(plan.nextSource == 1 && plan.orphaned == 3)
  }

  @Test("A genesis of the next format is refused by this version and taken by the next")
  func genesis() throws {
    let rig = try Rig(hasGenesis: false)
    let genesis = Genesis(ledgerID: rig.ring.ledgerID, partition: 0, partitions: 1, incarnation: 1, format: 2, keyID: 1)
    var value: [UInt8] = []
    let header = EntryHeader(previous: .zero, source: -1, now: rig.clock.now, rules: .newest)
    _ = LedgerWriter.append(header, .genesis(genesis), key: rig.ring.currentChainKey.key, to: &value)
    try rig.append([NewRecord(key: [], value: value)], to: Rig.ledger)
    try rig.append(Example.opening(at: rig.clock.now))
    try rig.settle(try rig.validator(group: "old"))
    #expect(rig.monitor.alarms == [.genesisRefused(partition: 0, reason: "the ledger has format 2, this version knows 1")])
    var context = rig.context
    context.version = Self.next
    try rig.settle(try ValidatorLoop(context: context, group: rig.log.join(group: "new", topic: .events)))
    #expect(try ProjectionContext(rig, Self.next).entries().map(\.header.format) == [1, 2])
  }
}

/// What a program of another version sees of a rig's ledger.
private struct ProjectionContext {
  let rig: Rig
  let version: LedgerVersion
  let report: AuditReport

  init(_ rig: Rig, _ version: LedgerVersion) {
    self.rig = rig
    self.version = version
    report = (try? LedgerAudit(log: rig.log, keys: rig.ring, version: version).run()) ?? AuditReport()
  }

  func entries() throws -> [LedgerEntry] {
    var cursor = ChainCursor(partition: 0, version: version)
    return try rig.log.contents(of: Rig.ledger).compactMap { record in
      try record.value?.withUnsafeBytes { bytes in
        guard case .counts = cursor.take(bytes, at: record.offset) else { return nil }
        return try LedgerReader.entry(bytes)
      }
    }
  }
}
