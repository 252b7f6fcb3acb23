import LodgingDomain
import Testing

@Suite("Correcting a stay")
struct AmendmentTests {
  private func openRegister() throws -> Register {
    var register = try Register()
    register.send(try Example.opening(at: "2026-11-19T08:00:00+07:00"))
    return register
  }

  private func amendment(_ id: UInt64, at time: String, arrival: String, isDateOnly: Bool = false) throws -> StayEvent {
    var details = try Example.details(arrival: arrival, departure: "2026-11-25T12:00:00+07:00")
    details.arrival.isDateOnly = isDateOnly
    return try Example.event(id, at: time, .amendment(stay: .number(10), details))
  }

  private func arrival(_ register: Register) throws -> Instant? { register.state.stay(.number(10), at: try Example.inn())?.arrival }

  @Test("An arrival told as a day alone stays where the first report read it, whenever it is corrected")
  func dateOnly() throws {
    var register = try openRegister()
    var details = try Example.details(arrival: "2026-11-20T23:59:59+07:00", departure: "2026-11-25T12:00:00+07:00")
    details.arrival.isDateOnly = true
    register.send(try Example.event(10, at: "2026-11-20T23:59:59+07:00", received: "2026-11-20T07:44:56+07:00", .checkIn(details)))
    for (id, time) in [(UInt64(11), "2026-11-20T07:45:03+07:00"), (12, "2026-11-21T09:00:00+07:00")] {
      let decision = register.send(try amendment(id, at: time, arrival: "2026-11-20T23:59:59+07:00", isDateOnly: true))
      #expect(decision.outcome == .accepted, "\(decision.codes.codes)")
      #expect(try arrival(register) == (try at("2026-11-20T07:44:56+07:00")))
    }
  }

  @Test(
    "The corrected arrival is held against the time of the first report",
    arguments: [("2026-11-20T09:00:00+07:00", false), ("2026-11-19T22:59:59+07:00", true), ("2026-11-19T23:00:00+07:00", true)])
  func earlierArrival(arrival: String, isLate: Bool) throws {
    var register = try openRegister()
    #expect(register.send(try Example.checkIn(10)).codes.isEmpty)
    let decision = register.send(try amendment(11, at: "2026-11-21T20:00:00+07:00", arrival: arrival))
    #expect(decision.codes == (isLate ? CodeSet(.reportLate) : []))
    #expect(decision.judged == (try at("2026-11-20T18:00:00+07:00")))
  }

  @Test("A stay that was captured offline in time is not late when it is corrected")
  func offline() throws {
    var register = try openRegister()
    let event = try Example.checkIn(10, received: "2026-11-21T09:00:00+07:00", captured: "2026-11-20T19:00:00+07:00", offline: true)
    #expect(register.send(event).codes == CodeSet(.reportOffline))
    let decision = register.send(try amendment(11, at: "2026-11-21T20:00:00+07:00", arrival: "2026-11-20T18:30:00+07:00"))
    #expect(decision.codes.isEmpty)
    #expect(decision.judged == (try at("2026-11-20T19:00:00+07:00")))
  }

  @Test("A guest who has stayed for more than a year can still be corrected")
  func longStay() throws {
    var register = try openRegister()
    register.send(try Example.checkIn(10, until: "2028-11-20T12:00:00+07:00"))
    var details = try Example.details(arrival: "2026-11-20T18:00:00+07:00", departure: "2028-11-20T12:00:00+07:00", room: "303")
    #expect(
      register.send(try Example.event(11, at: "2028-01-10T09:00:00+07:00", .amendment(stay: .number(10), details))).outcome == .accepted)
    details.arrival = LocalMoment(try at("2025-11-19T17:00:00+07:00"))
    let tooOld = register.send(try Example.event(12, at: "2028-01-10T09:00:00+07:00", .amendment(stay: .number(10), details)))
    #expect(tooOld.codes == CodeSet(.timeArrivalTooOld), "the first report was more than 366 days later")
  }
}
