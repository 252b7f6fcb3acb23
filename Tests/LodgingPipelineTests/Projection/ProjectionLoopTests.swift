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

  /// Folds events, one a batch, and returns the arrivals of each day on which there are any.
  private func arrivals(_ events: [StayEvent]) throws -> [CivilDate: Int] {
    let rig = try Rig()
    let validator = try rig.validator()
    let model = MemoryReadModel()
    let projection = try ProjectionLoop(log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor)
    for event in events {
      try rig.append([rig.record(event)])
      try rig.settle(validator)
      _ = try projection.step(timeout: .zero)
    }
    #expect(try rig.outcomes().allSatisfy(\.isRegistered))
    let days = model.contents.flows.filter { $0.value.arrivals != 0 }.map { ($0.key.day, $0.value.arrivals) }
    return Dictionary(uniqueKeysWithValues: days)
  }

  @Test("Arrivals are counted on the day that was told last, and those of stays that never were are not")
  func arrivals() throws {
    let now = ManualClock().now
    let (today, yesterday) = (LocalZone.vietnam.date(at: now), LocalZone.vietnam.date(at: now.adding(days: -1)))
    let stay = EventID(high: 0, low: 2)
    func amendment(_ id: UInt64, arrival: Instant) throws -> StayEvent {
      let details = try #require(try Example.checkIn(2, at: now, arrival: arrival).stayDetails)
      return try Example.event(id, at: now, .amendment(stay: stay, details))
    }
    let guests = [try Example.opening(at: now), try Example.checkIn(2, at: now), try Example.checkIn(3, at: now)]
    #expect(try arrivals(guests) == [today: 2])
    #expect(try arrivals(guests + [try amendment(4, arrival: now.adding(days: -1))]) == [today: 1, yesterday: 1])
    let cancelled = try Example.event(5, at: now, .cancellation(stay: stay))
    #expect(try arrivals(guests + [cancelled]) == [today: 1])
    #expect(try arrivals(guests + [try amendment(4, arrival: now.adding(days: -1)), cancelled]) == [today: 1])
    #expect(try arrivals(guests + [try Example.event(6, at: now, .checkOut(stay: stay))]) == [today: 2], "who left had arrived")
  }

  @Test("Only an establishment that has reported before falls silent")
  func silence() throws {
    let rig = try Rig()
    let validator = try rig.validator()
    let model = MemoryReadModel()
    let projection = try ProjectionLoop(log: rig.log, model: model, clock: rig.clock, monitor: rig.monitor)
    func silent(afterDays days: Int64) throws -> [Instant] {
      rig.clock.advance(milliseconds: days * 24 * 3_600_000)
      try rig.append([ValidatorLoop.tick])
      try rig.settle(validator)
      _ = try projection.step(timeout: .zero)
      return model.contents.standing.values.joined().filter { $0.kind == .establishmentSilent }.map(\.at)
    }
    try rig.append(Example.opening(at: rig.clock.now))
    #expect(try silent(afterDays: 5) == [], "a new establishment owes nothing")
    let reported = rig.clock.now
    try rig.append(Example.checkIn(2, at: reported))
    #expect(try silent(afterDays: 2) == [])
    let details = try #require(CommuneCode("00004"))
    try rig.append(
      Example.event(
        3, at: rig.clock.now,
        .establishmentChanged(EstablishmentDetails(name: "Inn", kind: .hotel, commune: details, remote: false, rooms: 5, beds: 9))))
    #expect(try silent(afterDays: 1) == [reported], "a change of the establishment is no report")
    // The alert was raised at the turn of an hour; a report in the same hour takes it away.
    try rig.append(Example.checkIn(4, at: rig.clock.now))
    #expect(try silent(afterDays: 0) == [], "who reports is silent no longer")
  }
}
