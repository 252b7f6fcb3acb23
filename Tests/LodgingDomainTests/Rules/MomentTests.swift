import LodgingDomain
import Testing

@Suite("When events happen")
struct MomentTests {
  private func openRegister() throws -> Register {
    var register = try Register()
    register.send(try Example.opening())
    register.send(try Example.checkIn(10, until: "2026-12-20T12:00:00+07:00"))
    return register
  }

  private static let bodies: [@Sendable () throws -> StayEvent.Body] = [
    { .roomChange(stay: .number(10), room: "303") },
    { .extended(stay: .number(10), departure: LocalMoment(try at("2026-12-21T12:00:00+07:00"))) },
    { .cancellation(stay: .number(10)) }, { .checkOut(stay: .number(10)) },
    { .dailyClose(day: try CivilDate(year: 2026, month: 11, day: 20), guests: 1) },
    { .amendment(stay: .number(10), try Example.details(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-12-20T12:00:00+07:00")) },
    { .establishmentClosed },
  ]

  @Test("No event happens more than two hours ahead", arguments: 0..<7)
  func ahead(kind: Int) throws {
    let (now, edge) = ("2026-11-20T20:00:00+07:00", "2026-11-20T22:00:00+07:00")
    var register = try openRegister()
    let late = register.send(try Example.event(20, at: "2026-11-20T22:00:00.001+07:00", received: now, Self.bodies[kind]()))
    #expect(late.fields == [FieldProblem(.happened, .fieldInvalid)], "\(late)")
    #expect(register.send(try Example.event(20, at: edge, received: now, Self.bodies[kind]())).outcome == .accepted)
  }

  @Test("No event about a stay happened more than 366 days ago", arguments: [0, 1, 2, 4, 5])
  func past(kind: Int) throws {
    var register = try openRegister()
    let now = "2026-11-20T20:00:00+07:00"
    let early = register.send(try Example.event(20, at: "2025-11-19T19:59:59.999+07:00", received: now, Self.bodies[kind]()))
    #expect(early.fields == [FieldProblem(.happened, .fieldInvalid)], "\(early)")
    #expect(register.send(try Example.event(20, at: "2025-11-19T20:00:00+07:00", received: now, Self.bodies[kind]())).outcome == .accepted)
  }

  @Test("A check-in of a day alone happens at that day's end, which may lie ahead")
  func checkIn() throws {
    var register = try openRegister()
    var details = try Example.details(arrival: "2026-11-20T23:59:59+07:00", departure: "2026-11-21T12:00:00+07:00")
    details.arrival.isDateOnly = true
    let received = "2026-11-20T19:00:00+07:00"
    #expect(
      register.send(try Example.event(30, at: "2026-11-20T23:59:59+07:00", received: received, .checkIn(details))).outcome == .accepted)
    let ahead = register.send(try Example.event(31, at: "2026-11-21T00:00:00+07:00", received: received, .checkIn(details)))
    #expect(ahead.fields == [FieldProblem(.happened, .fieldInvalid)])
  }

  @Test(
    "The books of a day are closed when it has come, and within 366 days",
    arguments: [
      ("2026-11-20", true), ("2026-11-21", true), ("2026-11-22", false), ("2025-11-19", true), ("2025-11-18", false),
    ])
  func closedDay(day: String, isTaken: Bool) throws {
    var register = try openRegister()
    let body = StayEvent.Body.dailyClose(day: try CivilDate(parsing: day), guests: 1)
    let decision = register.send(try Example.event(20, at: "2026-11-20T22:00:00+07:00", body))
    #expect(decision.outcome.isRegistered == isTaken, "\(decision)")
    #expect(decision.fields.map(\.field.name) == (isTaken ? [] : ["day"]))
  }

  /// Whoever sends an event again says again when it happened, but not when it was captured and received.
  @Test("However late an event is sent again, it is looked up: in memory or in the id index")
  func sentAgain() throws {
    var details = try Example.details(arrival: "2026-11-21T23:59:59+07:00", departure: "2026-11-22T12:00:00+07:00")
    details.arrival.isDateOnly = true
    let first = try Example.event(10, at: "2026-11-21T23:59:59+07:00", received: "2026-11-21T08:00:00+07:00", .checkIn(details))
    var register = try Register()
    register.send(try Example.opening())
    register.send(first)
    register.send(try Example.event(11, at: "2026-11-21T09:00:00+07:00", .checkOut(stay: .number(10))))
    for hour in 0..<40 {
      let now = try at("2026-11-28T00:00:00+07:00").adding(hours: Int64(hour))
      register.tick(now)
      var again = first
      (again.captured, again.received) = (now, now)
      let isKnown = register.state.registration(of: first.id, at: first.establishment) != nil
      #expect(isKnown || register.state.needsIdIndex(for: again, now: now), "hour \(hour)")
    }
  }
}
