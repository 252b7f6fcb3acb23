import Testing

@testable import LodgingDomain

@Suite("Presence in ledger time")
struct PresenceTests {
  private func registerWithGuest() throws -> Register {
    var register = try Register()
    register.send(try Example.opening())
    register.send(try Example.checkIn(10))
    return register
  }

  private func presence(_ register: Register) throws -> Presence? {
    register.state.stay(.number(10), at: try Example.inn())?.presence
  }

  @Test(
    "A guest is present until the planned departure, overdue for a day, then presumed to have left, then closed",
    arguments: [
      ("2026-11-21T11:59:59.999+07:00", Presence.present), ("2026-11-21T12:00:00+07:00", .overdue),
      ("2026-11-22T11:59:59.999+07:00", .overdue),
      ("2026-11-22T12:00:00+07:00", .presumedLeft), ("2026-11-29T11:59:59.999+07:00", .presumedLeft), ("2026-11-29T12:00:00+07:00", nil),
    ] as [(String, Presence?)])
  func edges(time: String, expected: Presence?) throws {
    var register = try registerWithGuest()
    register.tick(try at(time))
    #expect(try presence(register) == expected)
  }

  @Test("What time passes over in one leap happens at its own moments, as with many ticks")
  func leapsEqualTicks() throws {
    var leap = try registerWithGuest()
    var steps = leap
    leap.tick(try at("2026-12-01T00:00:00+07:00"))
    for hour in 0..<(11 * 24) { steps.tick(try at("2026-11-20T18:00:00+07:00").adding(hours: Int64(hour))) }
    steps.tick(try at("2026-12-01T00:00:00+07:00"))
    #expect(leap.changes.stays == steps.changes.stays)
    #expect(leap.changes.stays.last?.change == .expired)
  }

  @Test("Guests who are due at one moment change in the order of their ids, whatever came before")
  func oneMoment() throws {
    var register = try Register()
    register.send(try Example.opening())
    for id in [30, 10, 40, 20] as [UInt64] { register.send(try Example.checkIn(id)) }
    register.send(try Example.event(50, at: "2026-11-20T19:00:00+07:00", .cancellation(stay: .number(40))))
    // It lies where the one that was cancelled lay, and comes up for both.
    register.send(try Example.checkIn(5))
    let before = register.changes.stays.count
    register.tick(try at("2026-11-21T12:00:00+07:00"))
    #expect(register.changes.stays.dropFirst(before).map(\.stay) == [5, 10, 20, 30].map { EventID.number($0) })
    #expect(register.changes.stays.dropFirst(before).allSatisfy { $0.change == .presenceChanged(from: .present) })
  }

  @Test("A daily close presumes overdue guests to have left, and an extension brings them back")
  func dailyClose() throws {
    var register = try registerWithGuest()
    let day = try CivilDate(year: 2026, month: 11, day: 21)
    register.send(try Example.event(20, at: "2026-11-21T11:00:00+07:00", .dailyClose(day: day, guests: 1)))
    #expect(try presence(register) == .present, "only overdue guests are concerned")
    register.send(try Example.event(21, at: "2026-11-21T13:00:00+07:00", .dailyClose(day: day, guests: 0)))
    #expect(try presence(register) == .presumedLeft)
    #expect(register.state.establishment(try Example.inn())?.guests == 0)
    let departure = LocalMoment(try at("2026-11-23T12:00:00+07:00"))
    register.send(try Example.event(22, at: "2026-11-21T14:00:00+07:00", .extended(stay: .number(10), departure: departure)))
    #expect(try presence(register) == .present)
    #expect(register.state.establishment(try Example.inn())?.guests == 1)
  }

  @Test("A check-in that is reported long after the departure is presumed left at once")
  func reportedAfterwards() throws {
    var register = try Register()
    register.send(try Example.opening(at: "2026-11-20T08:00:00+07:00"))
    register.send(
      try Example.checkIn(10, at: "2026-11-10T18:00:00+07:00", until: "2026-11-11T12:00:00+07:00", received: "2026-11-20T18:00:00+07:00"))
    #expect(try presence(register) == .presumedLeft)
    register.tick(try at("2026-11-27T18:00:00+07:00"))
    #expect(try presence(register) == nil)
  }

  @Test("Event ids leave the window and say how far the id index must reach")
  func window() throws {
    var register = try registerWithGuest()
    #expect(register.state.registered.count == 2)
    #expect(register.state.forgottenThrough == -1)
    register.tick(try at("2026-11-27T18:00:00+07:00").adding(hours: RuleBook.idWindowMarginHours))
    #expect(register.state.registered.count == 1)
    #expect(register.state.forgottenThrough == 0)
    register.tick(register.state.now.adding(milliseconds: 1))
    #expect(register.state.registered.count == 0)
    #expect(register.state.forgottenThrough == 1)
    let again = try Example.checkIn(10)
    #expect(register.state.needsIdIndex(for: again, now: register.state.now))
    #expect(!register.state.needsIdIndex(for: try Example.checkIn(11, at: "2026-11-27T18:00:00+07:00"), now: register.state.now))
  }

  @Test("Over capacity is counted from its first moment without a break")
  func overSince() throws {
    var register = try Register()
    register.send(try Example.opening(beds: 1))
    register.send(try Example.checkIn(10, at: "2026-11-20T17:00:00+07:00"))
    #expect(register.state.establishment(try Example.inn())?.overSince == nil)
    register.send(try Example.checkIn(11, at: "2026-11-20T18:00:00+07:00"))
    register.send(try Example.checkIn(12, at: "2026-11-20T19:00:00+07:00"))
    #expect(register.state.establishment(try Example.inn())?.overSince == (try at("2026-11-20T18:00:00+07:00")))
    register.send(try Example.event(20, at: "2026-11-20T20:00:00+07:00", .cancellation(stay: .number(10))))
    register.send(try Example.event(21, at: "2026-11-20T20:00:00+07:00", .cancellation(stay: .number(11))))
    #expect(register.state.establishment(try Example.inn())?.overSince == nil)
  }

  @Test("Occupancy counts guests by kind, and rooms in use once")
  func occupancy() throws {
    var register = try Register()
    register.send(try Example.opening())
    let child = try Example.checkIn(11)
    register.send(try Example.checkIn(10))
    register.send(child, facts: .example(of: child, minor: true))
    register.send(try Example.checkIn(12, kind: .foreigner, room: "102"))
    register.send(try Example.checkIn(13, until: "2026-11-20T18:30:00+07:00", room: "103"))
    register.tick(try at("2026-11-20T19:00:00+07:00"))
    let counted = Occupancy(of: try #require(register.state.establishment(try Example.inn())))
    #expect(counted.present == 3 && counted.overdue == 1 && counted.guests == 4)
    #expect(counted.citizens == 3 && counted.foreigners == 1 && counted.minors == 1)
    #expect(counted.roomsInUse == 3 && counted.beds == 10 && counted.establishments == 1)
    #expect(counted - counted == Occupancy() && (counted + counted).guests == 8)
  }
}
