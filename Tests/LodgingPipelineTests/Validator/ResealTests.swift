import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("Open stays that outlive their month")
struct ResealTests {
  private let march = KeyMonth(index: 2026 * 12 + 2)
  private let april = KeyMonth(index: 2026 * 12 + 3)

  private func instant(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

  /// An inn with stays that begin in March, one of each length in nights; the first stay is event 2.
  private func rig(nights: [Int64] = [60], change: (inout Rig) -> Void = { _ in }) throws -> Rig {
    var rig = try Rig()
    rig.settings.plainIsAllowed = false
    change(&rig)
    let now = rig.clock.now
    try rig.append(Example.opening(at: now))
    for (index, nights) in nights.enumerated() {
      let event = try Example.checkIn(UInt64(index) + 2, at: now, nights: nights)
      try rig.append([rig.sealed(event, Example.guest(number: "001090\(String(1_000_120 + index).dropFirst())"))])
    }
    return rig
  }

  private func reseals(_ rig: Rig) throws -> [Reseal] {
    try rig.entries().compactMap { if case .reseal(let reseal) = $0.body { reseal } else { nil } }
  }

  private func settle(_ rig: Rig) throws {
    let validator = try rig.validator()
    try settle(validator)
    validator.leave()
  }

  /// Steps until there is nothing to decide and nothing to seal.
  private func settle(_ validator: ValidatorLoop) throws {
    var idle = 0
    for _ in 0..<500 where idle < 3 { idle = try validator.step(timeout: .zero) > 0 || validator.isResealing ? 0 : idle + 1 }
  }

  private func expectAuditOK(_ rig: Rig, reseals: Int) throws {
    let report = try LedgerAudit(log: rig.log, keys: rig.ring).run()
    #expect(report.isOK, "\(report.differences)")
    #expect(report.reseals == reseals)
  }

  private func opened(_ reseal: Reseal, _ rig: Rig) throws -> GuestIdentity? {
    let opener = IdentityOpener()
    let keys = try #require(rig.ring.keys(of: reseal.sealed.month))
    return opener.open(reseal.sealed, establishment: reseal.establishment, event: reseal.stay, keys: keys)
  }

  // MARK: When

  @Test("A stay is sealed anew once its month accepts nothing more in ledger time, and not before")
  func trigger() throws {
    let rig = try rig()
    try settle(rig)
    try rig.pass(to: instant("2026-04-03T23:59:59.999+07:00"))
    try settle(rig)
    #expect(try reseals(rig).isEmpty, "the month still accepts")
    rig.clock.set(try instant("2026-04-09T00:00:00+07:00"))
    try settle(rig)
    #expect(try reseals(rig).isEmpty, "the clock alone changes nothing")
    try rig.pass(to: instant("2026-04-09T00:00:00+07:00"))
    try settle(rig)
    try settle(rig)
    let reseal = try #require(try reseals(rig).first)
    #expect(try reseals(rig).count == 1 && reseal.sealed.month == april)
    let entries = try rig.entries()
    let (before, own) = (entries[entries.count - 2].header, entries[entries.count - 1].header)
    #expect(own.source == before.source && own.now == before.now, "it repeats source and time")
    #expect(rig.monitor.alarms == [])
    try expectAuditOK(rig, reseals: 1)
  }

  @Test("Only stays that are open are sealed anew, in any number of slices and batches")
  func slices() throws {
    let rig = try rig(nights: [60, 1, 61, 62, 2, 63]) { rig in
      rig.settings.resealScanRecordsMax = 1
      rig.settings.resealsMax = 1
      rig.settings.resealWaveMax = 3
    }
    try rig.pass(to: instant("2026-04-12T10:00:00+07:00"))
    try settle(rig)
    #expect(try reseals(rig).map(\.stay.low) == [2, 4, 5, 7])
    #expect(Set(try reseals(rig).map { try opened($0, rig)?.documentNumber }).count == 4)
    try expectAuditOK(rig, reseals: 4)
  }

  @Test("Of many partitions so many are worked on at a time, and all of them in the end", arguments: [1, 2, 3])
  func fewAtATime(partitionsMax: Int) throws {
    var rig = try Rig(partitions: 3)
    (rig.settings.resealingMax, rig.settings.resealsMax, rig.settings.resealScanRecordsMax) = (partitionsMax, 1, 2)
    let month = rig.clock.now
    for partition in 0..<3 {
      var records = [try record(Example.opening(at: month), on: partition, rig)]
      for id in 2...4 as ClosedRange<UInt64> { records.append(try record(Example.checkIn(id, at: month, nights: 60), on: partition, rig)) }
      try rig.append(records, to: TopicPartition(.events, partition))
    }
    let validator = try rig.validator()
    try settle(validator)
    rig.clock.set(try instant("2026-04-09T00:00:00+07:00"))
    for partition in 0..<3 { try rig.append([ValidatorLoop.tick], to: TopicPartition(.events, partition)) }
    var most = 0
    for _ in 0..<200 where try resealed(rig) != [3, 3, 3] {
      _ = try validator.step(timeout: .zero)
      most = max(most, try resealed(rig).count { (1..<3).contains($0) })
    }
    #expect(try resealed(rig) == [3, 3, 3])
    #expect(most == partitionsMax)
    try expectAuditOK(rig, reseals: 9)
  }

  /// How many stays of each partition are sealed anew.
  private func resealed(_ rig: Rig) throws -> [Int] {
    try (0..<3).map { try rig.entries(partition: $0).count { if case .reseal = $0.body { true } else { false } } }
  }

  /// The record of an event at an establishment of a partition, sealed.
  private func record(_ event: StayEvent, on partition: Int, _ rig: Rig) throws -> NewRecord {
    let ids = try (1...100).map { try EstablishmentID("HN-\($0)") }
    let id = try #require(ids.first { $0.withUTF8 { Partitioner.partition(of: $0, among: 3) } == partition })
    var event = event
    event.establishment = id
    return event.stayDetails == nil ? try rig.record(event) : try rig.sealed(event)
  }

  @Test("Without a key for the month of ledger time nothing is sealed, until there is one")
  func keyMissing() throws {
    var rig = try rig()
    let whole = rig.ring
    rig.ring = rig.ring.destroying(april)
    try rig.pass(to: instant("2026-04-12T10:00:00+07:00"))
    try settle(rig)
    #expect(try reseals(rig).isEmpty)
    rig.ring = whole
    try settle(rig)
    #expect(try reseals(rig).count == 1)
  }

  // MARK: What

  @Test("With the remaining ring the identity opens, and the check-in sent again is a duplicate, from memory and from the index")
  func duplicates() throws {
    var rig = try rig()
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    try settle(rig)
    rig.ring = rig.ring.destroying(march)
    #expect(try opened(#require(try reseals(rig).first), rig)?.documentNumber == "001090000120")
    let check = try Example.checkIn(2, at: ManualClock().now, nights: 60)
    let guest = try Example.guest(number: "001090000120")
    for day in ["2026-04-09T11:00:00+07:00", "2026-05-02T11:00:00+07:00"] {
      rig.clock.set(try instant(day))
      let month = KeyMonth(containing: rig.clock.now)
      try rig.append([
        rig.sealed(check, guest, month: month), rig.sealed(check, Example.guest(number: "001090000129"), month: month),
      ])
      try settle(rig)
      #expect(try rig.outcomes().suffix(2) == [.duplicate, .rejected], "\(day)")
    }
    guard case .decided(let decision, let facts) = try #require(try rig.entries().dropLast().last).body else { return }
    #expect(decision.first?.source == 1 && decision.first?.month == april)
    guard case .asked(let event, _, _, _) = facts.idIndex else {
      Issue.record("the id has left the window")
      return
    }
    #expect(event?.month == april)
    try expectAuditOK(rig, reseals: 1)
  }

  @Test("A stay that was never resealed is no duplicate after its month is gone, and nothing is registered twice")
  func closedStay() throws {
    var rig = try rig(nights: [1])
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    try settle(rig)
    let check = try Example.checkIn(2, at: ManualClock().now, nights: 1)
    let late = try rig.sealed(check, month: march)
    rig.ring = rig.ring.destroying(march)
    try rig.append([rig.sealed(check, Example.guest(number: "001090000120"), month: april), late])
    try settle(rig)
    let codes = try rig.entries().suffix(2).map { entry -> CodeSet in
      if case .decided(let decision, _) = entry.body { decision.codes } else { [] }
    }
    #expect(codes[0] == CodeSet(.eventIDReused), "the contents can no longer be compared")
    #expect(codes[1].contains(.eventSealExpired), "seal again and send")
    #expect(try reseals(rig).isEmpty)
    try expectAuditOK(rig, reseals: 0)
  }

  @Test("A stay is sealed anew month after month, each time from the entry before")
  func again() throws {
    var rig = try rig(nights: [120]) { $0.settings.tickAfterSeconds = nil }
    let start = ManualClock().now
    var stay = try Example.checkIn(9, at: start, nights: 120)
    stay.body = .checkIn(
      StayDetails(
        guestKind: .foreigner, nationality: .germany, room: "102", arrival: LocalMoment(start),
        departure: LocalMoment(start.adding(days: 120))))
    var passport = try Example.guest(number: "C01X00T47")
    passport.documentKind = .passport
    try rig.append([rig.sealed(stay, passport)])
    for (month, day) in [(march, "2026-04-09"), (april, "2026-05-09"), (april.next, "2026-06-09")] {
      try rig.pass(to: instant(day + "T10:00:00+07:00"))
      try settle(rig)
      rig.ring = rig.ring.destroying(month)
    }
    let all = try reseals(rig)
    #expect(all.map(\.sealed.month.month) == [4, 4, 5, 5, 6, 6])
    #expect(all.allSatisfy { $0.digest != nil && !$0.checkIn.isEmpty && !$0.fingerprints.isEmpty })
    #expect(try opened(all[5], rig) == passport && all[5].nationality == .germany)
    #expect(all[5].fingerprints.map(\.month.month) == [6, 5], "stays on both sides of a month's end can be held against each other")
    #expect(rig.ring.fingerprints(of: passport, nationality: .germany, month: all[5].sealed.month) == [all[5].fingerprints[0]])
    try rig.append([rig.sealed(stay, passport, month: april.next.next)])
    try settle(rig)
    #expect(try rig.outcomes().last == .duplicate)
    try expectAuditOK(rig, reseals: 6)
  }

  @Test("The identity that was told last is sealed anew; the check-in's digest goes on as long as its identity can be opened")
  func amended() throws {
    var rig = try rig()
    let start = ManualClock().now
    let details = try #require(Example.checkIn(2, at: start, nights: 120).stayDetails)
    let change = try Example.event(7, at: start, .amendment(stay: EventID(high: 0, low: 2), details))
    try rig.append([rig.sealed(change, Example.guest(number: "001090000777"))])
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    try settle(rig)
    let first = try #require(try reseals(rig).first)
    #expect(try opened(first, rig)?.documentNumber == "001090000777")
    #expect(first.digest != nil && first.checkIn.isEmpty)
    rig.ring = rig.ring.destroying(march)
    try rig.pass(to: instant("2026-05-09T10:00:00+07:00"))
    try settle(rig)
    let second = try #require(try reseals(rig).last)
    #expect(try opened(second, rig)?.documentNumber == "001090000777" && second.digest == nil)
    let check = try rig.sealed(
      Example.checkIn(2, at: start, nights: 60), Example.guest(number: "001090000120"), month: april.next)
    try rig.append([check])
    try settle(rig)
    #expect(try rig.outcomes().last == .duplicate, "April's key, under which the digest stayed, is still there")
    try expectAuditOK(rig, reseals: 2)
  }

  @Test("An amendment that comes while identities are looked for is not lost")
  func amendedMeanwhile() throws {
    let rig = try rig(nights: [60, 60]) { $0.settings.resealScanRecordsMax = 1 }
    try settle(rig)
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    let validator = try rig.validator()
    for _ in 0..<4 { _ = try validator.step(timeout: .zero) }
    let details = try #require(Example.checkIn(2, at: rig.clock.now, nights: 9).stayDetails)
    let change = try Example.event(7, at: rig.clock.now, .amendment(stay: EventID(high: 0, low: 2), details))
    try rig.append([rig.sealed(change, Example.guest(number: "001090000777"))])
    try settle(validator)
    #expect(try reseals(rig).map(\.stay.low) == [3], "the amended stay is under April already")
    try expectAuditOK(rig, reseals: 1)
  }

  @Test("An identity that does not open is told of once, and its stay goes on under its own month")
  func damaged() throws {
    let rig = try rig(nights: [60, 61])
    try settle(rig)
    let place = try #require(rig.log.contents(of: Rig.ledger).first { $0.offset == 2 })
    #expect(rig.log.flipBit(of: Rig.ledger, offset: 2, byte: try #require(place.value).count / 2))
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    let validator = try rig.validator()
    try settle(validator)
    rig.clock.advance(milliseconds: 7_200_000)
    try rig.append([ValidatorLoop.tick])
    try settle(validator)
    #expect(rig.monitor.alarms == [.resealFailed(partition: 0, stays: 1)])
    #expect(try reseals(rig).map(\.stay.low) == [3])
  }

  // MARK: Exactly once

  @Test("Wherever the validator ends, every stay is sealed anew once", arguments: [SimulatedLog.Delivery.atAcknowledgement, .byHand])
  func crashes(delivery: SimulatedLog.Delivery) throws {
    var calls = 0
    var wasWhole = false
    while !wasWhole {
      let rig = try rig(nights: [60, 61, 62]) { rig in
        rig.settings.resealScanRecordsMax = 2
        rig.settings.resealsMax = 2
      }
      try settle(rig)
      try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
      rig.log.setDelivery(delivery)
      wasWhole = try !interrupted(rig, after: calls)
      rig.log.setDelivery(.atAcknowledgement)
      rig.log.land()
      try settle(rig)
      #expect(try reseals(rig).map(\.stay.low).sorted() == [2, 3, 4], "after \(calls) calls")
      try expectAuditOK(rig, reseals: 3)
      calls += 1
    }
    #expect(calls > 20, "the interruptions must hit the work")
  }

  /// Runs a validator whose process ends after so many calls to its stores; returns whether it did before its work was done.
  private func interrupted(_ rig: Rig, after calls: Int) throws -> Bool {
    let power = SimulatedPower()
    let log = PoweredLog(rig.log, power: power)
    var context = rig.context(over: log)
    (context.index, context.snapshots) = (PoweredIndex(rig.index, power: power), PoweredSnapshots(rig.snapshots, power: power))
    power.cut(after: calls)
    guard let group = try? log.join(group: "validators", topic: .events), let validator = try? ValidatorLoop(context: context, group: group)
    else { return true }
    for _ in 0..<60 {
      guard (try? validator.step(timeout: .zero)) != nil, !power.isCut else { return true }
      // What was handed over last is still on its way when the process ends.
      if calls % 3 > 0 { rig.log.land() }
    }
    return false
  }

  @Test("A deposed owner that seals stays anew changes nothing")
  func deposed() throws {
    let rig = try rig(nights: [60, 61])
    try settle(rig)
    let power = SimulatedPower()
    let member = PoweredMember(try rig.log.joinSimulated(group: "validators", topic: .events), power: power)
    let old = try ValidatorLoop(context: rig.context, group: member)
    try settle(old)
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    rig.log.setDelivery(.byHand)
    // What it hands over lands one step later, up to its first entry that is decided by no event.
    while try rig.entries().count < 5 {
      _ = try old.step(timeout: .zero)
      rig.log.land()
    }
    for _ in 0..<20 where rig.log.inFlight.isEmpty { _ = try old.step(timeout: .zero) }
    let late = rig.log.inFlight
    member.isDeaf = true
    let successor = try rig.log.joinSimulated(group: "validators", topic: .events)
    rig.log.move([0], of: "validators", to: successor.number)
    rig.log.setDelivery(.atAcknowledgement)
    try settle(ValidatorLoop(context: rig.context, group: successor))
    #expect(!late.isEmpty, "something must be on its way")
    rig.log.land()
    try settle(old)
    #expect(try reseals(rig).map(\.stay.low) == [2, 3])
    #expect(rig.log.contents(of: Rig.ledger).count > (try rig.entries().count), "its entries are there and do not count")
    try expectAuditOK(rig, reseals: 2)
  }

  @Test("A lost tail of events is noticed although the last entries of the ledger decide none", arguments: [false, true])
  func lostEvents(hasSnapshot: Bool) throws {
    let rig = try rig(nights: [60, 61]) { rig in
      rig.settings.snapshotEntries = hasSnapshot ? 1 : 1000
      rig.settings.snapshotAgeMinSeconds = 0
    }
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    try settle(rig)
    try settle(rig)
    #expect(try reseals(rig).count == 2)
    #expect(!rig.log.loseTail(of: Rig.events, count: 1).isEmpty)
    try rig.append(Example.checkIn(99, at: rig.clock.now))
    let validator = try rig.validator()
    _ = try validator.step(timeout: .zero)
    #expect(rig.monitor.alarms.contains(.eventsTailLost(partition: 0, source: 3)))
    #expect(validator.partitions.first?.isDeciding == false)
  }

  @Test(
    "However many entries repeat it, the event that was decided last is found again in few reads", arguments: [15, 16, 17, 80, 81, 337])
  func decidedLast(reseals count: Int) throws {
    let rig = try rig(nights: Array(repeating: 60, count: count)) { rig in
      rig.settings.snapshotEntries = 1
      rig.settings.snapshotAgeMinSeconds = 0
    }
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    try settle(rig)
    try settle(rig)
    #expect(try reseals(rig).count == count)
    let power = SimulatedPower()
    let log = PoweredLog(rig.log, power: power)
    let validator = try ValidatorLoop(context: rig.context(over: log), group: log.join(group: "successors", topic: .events))
    power.cut(after: 30)
    _ = try validator.step(timeout: .zero)
    #expect(validator.restored.fromSnapshot.states == 1 && validator.restored.fromSnapshot.entries == 0)
    #expect(validator.partitions.first?.isDeciding == true && !power.isCut)
    validator.leave()
    #expect(!rig.log.loseTail(of: Rig.events, count: 1).isEmpty)
    try rig.append(Example.checkIn(9999, at: rig.clock.now))
    _ = try rig.validator().step(timeout: .zero)
    #expect(rig.monitor.alarms.contains(.eventsTailLost(partition: 0, source: Int64(count) + 1)))
  }

  @Test("A reader folds it in any batches, keeps the earlier fingerprints, and needs no key for it")
  func projected() throws {
    let rig = try rig()
    let model = MemoryReadModel()
    let loop = try ProjectionLoop(log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor)
    try settle(rig)
    while try loop.step(timeout: .zero) > 0 {}
    try rig.pass(to: instant("2026-04-09T10:00:00+07:00"))
    try settle(rig)
    while try loop.step(timeout: .zero) > 0 {}
    let whole = MemoryReadModel()
    let other = try ProjectionLoop(log: rig.log, model: whole, clock: rig.clock, monitor: rig.monitor)
    while try other.step(timeout: .zero) > 0 {}
    let stay = StayReference(establishment: try Example.inn(), stay: EventID(high: 0, low: 2))
    let last = Int64(try rig.entries().count - 1)
    for contents in [model.contents, whole.contents] {
      let row = try #require(contents.stays[stay])
      #expect(row.stay.month == april)
      #expect(row.told?.fingerprints.map(\.month.month) == [3, 2, 4])
      #expect(row.told?.identityOffset == last)
    }
    #expect(try model.positions()[0]?.state.openMonths == [april])
  }
}
