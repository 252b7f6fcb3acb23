import LodgingDomain
import Testing

@Suite("Closing the books of a day")
struct DailyCloseTests {
  /// Guests 10 and 11 were to leave on 21 November, 12 on the 22nd; 13 stays for long.
  private func register() throws -> Register {
    var register = try Register()
    register.send(try Example.opening())
    register.send(try Example.checkIn(10, until: "2026-11-21T10:00:00+07:00"))
    register.send(try Example.checkIn(11, until: "2026-11-21T12:00:00+07:00"))
    register.send(try Example.checkIn(12, until: "2026-11-22T00:00:00+07:00"))
    register.send(try Example.checkIn(13, until: "2026-11-29T12:00:00+07:00"))
    return register
  }

  private func close(_ register: inout Register, _ day: String, guests: UInt32, at time: String, id: UInt64 = 20) throws -> Decision {
    let body = StayEvent.Body.dailyClose(day: try CivilDate(parsing: day), guests: guests)
    return register.send(try Example.event(id, at: time, body))
  }

  private func presumedLeft(_ register: Register) throws -> Set<EventID> {
    Set(try #require(register.state.establishment(try Example.inn())).stays.filter { $0.stay.presence == .presumedLeft }.map(\.id))
  }

  @Test("Only guests who were to leave by the end of that day are presumed to have left")
  func day() throws {
    var register = try register()
    _ = try close(&register, "2026-11-20", guests: 0, at: "2026-11-22T01:00:00+07:00")
    #expect(try presumedLeft(register) == [])
    _ = try close(&register, "2026-11-21", guests: 0, at: "2026-11-22T01:10:00+07:00", id: 21)
    #expect(try presumedLeft(register) == [.number(10), .number(11)], "the one of midnight belongs to the next day")
    _ = try close(&register, "2026-11-22", guests: 0, at: "2026-11-22T01:20:00+07:00", id: 22)
    #expect(try presumedLeft(register) == [.number(10), .number(11), .number(12)])
  }

  @Test(
    "As many are presumed to have left as the register counts too many, the first to leave first",
    arguments: [
      (UInt32(5), []), (4, []), (3, [10]), (2, [10, 11]), (0, [10, 11]),
    ] as [(UInt32, [UInt64])])
  func guests(staying: UInt32, left: [UInt64]) throws {
    var register = try register()
    _ = try close(&register, "2026-11-21", guests: staying, at: "2026-11-21T22:00:00+07:00")
    #expect(try presumedLeft(register) == Set(left.map(EventID.number)))
  }

  @Test(
    "A number that cannot be is flagged: fewer than are sure to stay, or more than are there",
    arguments: [
      (UInt32(1), true), (2, false), (3, false), (4, false), (5, true),
    ])
  func count(staying: UInt32, isFlagged: Bool) throws {
    var register = try register()
    let decision = try close(&register, "2026-11-21", guests: staying, at: "2026-11-21T22:00:00+07:00")
    let names = decision.codes.names
    #expect(names == (isFlagged ? ["establishment.count-differs"] : []))
  }

  @Test(
    "Hours after the day nothing is said of the number: guests have left since",
    arguments: [
      ("2026-11-22T03:59:59.999+07:00", true), ("2026-11-22T04:00:00+07:00", false),
    ])
  func countOfThePast(time: String, isFlagged: Bool) throws {
    var register = try register()
    #expect(try close(&register, "2026-11-21", guests: 40, at: time).codes.isEmpty != isFlagged)
  }
}
