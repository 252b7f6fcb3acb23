import LodgingDomain
import Testing

@Suite("Deciding")
struct DecideTests {
  private func openRegister(beds: UInt32 = 10, remote: Bool = false) throws -> Register {
    var register = try Register()
    let opened = register.send(try Example.opening(beds: beds, remote: remote))
    try #require(opened.outcome == .accepted)
    return register
  }

  @Test("A check-in without remark is accepted and says when it was due")
  func plainCheckIn() throws {
    var register = try openRegister()
    let decision = register.send(try Example.checkIn(10))
    #expect(decision.outcome == .accepted)
    #expect(decision.codes.isEmpty)
    #expect(decision.due == (try at("2026-11-20T23:00:00+07:00")))
    #expect(decision.judged == (try at("2026-11-20T18:00:00+07:00")))
  }

  @Test("An unknown establishment is a retryable rejection, a closed one is not")
  func establishments() throws {
    var register = try Register()
    let unknown = register.send(try Example.checkIn(10))
    #expect(unknown.outcome == .rejected)
    #expect(unknown.codes == CodeSet(.establishmentUnknown))
    #expect(Code.establishmentUnknown.isRetryable && !Code.establishmentClosed.isRetryable)
    register.send(try Example.opening())
    register.send(try Example.checkIn(10))
    register.send(try Example.event(2, at: "2026-11-20T19:00:00+07:00", .establishmentClosed))
    #expect(register.send(try Example.checkIn(11, at: "2026-11-20T20:00:00+07:00")).codes == CodeSet(.establishmentClosed))
    let left = register.send(try Example.event(12, at: "2026-11-20T20:30:00+07:00", .checkOut(stay: .number(10))))
    #expect(left.outcome == .accepted, "guests of a closed establishment can still leave")
    #expect(register.send(try Example.opening(3, at: "2026-11-20T21:00:00+07:00")).outcome == .accepted)
    #expect(register.send(try Example.checkIn(13, at: "2026-11-20T21:10:00+07:00")).outcome == .accepted)
  }

  @Test("Sending again is a duplicate with the first verdict, under another content the id is reused")
  func sameness() throws {
    var register = try openRegister()
    let late = try Example.checkIn(10, received: "2026-11-20T23:30:00+07:00")
    #expect(register.send(late).codes == CodeSet(.reportLate))
    let again = register.send(late, now: try at("2026-11-21T01:00:00+07:00"))
    #expect(again.outcome == .duplicate)
    #expect(again.codes == CodeSet(.reportLate))
    #expect(again.first?.source == 1)
    let other = try Example.checkIn(10, room: "102")
    #expect(register.send(other).codes == CodeSet(.eventIDReused))
    #expect(register.state.openStays == 1)
  }

  @Test("The id of a guest who still stays is taken, however long ago the check-in was, and the guest is not replaced")
  func idOfLongStay() throws {
    var register = try openRegister()
    register.send(try Example.checkIn(10, until: "2026-12-20T12:00:00+07:00"))
    register.tick(try at("2026-11-28T12:00:00+07:00"))
    let inn = try Example.inn()
    #expect(register.state.registration(of: .number(10), at: inn) == nil, "the check-in has left the window")
    let fresh = try Example.checkIn(10, at: "2026-11-28T18:00:00+07:00", until: "2026-11-29T12:00:00+07:00", room: "102")
    #expect(register.state.needsIdIndex(for: fresh, now: register.state.now))
    let move = try Example.event(10, at: "2026-11-28T18:00:00+07:00", .roomChange(stay: .number(11), room: "3"))
    #expect(register.state.needsIdIndex(for: move, now: register.state.now))
    let decision = register.send(fresh)
    #expect(decision.outcome == .rejected && decision.codes == CodeSet(.eventIDReused))
    #expect(register.state.stay(.number(10), at: inn)?.room == "101")
  }

  @Test("A room or an own reference with control characters is refused, they are shown on terminals")
  func controlCharacters() throws {
    var register = try openRegister()
    var event = try Example.checkIn(10, room: "1\u{1B}[2J")
    event.ownReference = "a\nb"
    let decision = register.send(event)
    #expect(decision.outcome == .rejected)
    #expect(decision.fields == [FieldProblem(.ownReference, .fieldInvalid), FieldProblem(.room, .fieldInvalid)])
  }

  @Test("A rejected event is not sticky")
  func rejectedIsNotSticky() throws {
    var register = try openRegister()
    let event = try Example.checkIn(10)
    let first = register.send(event, facts: .example(of: event, problems: [FieldProblem(.fullName, .fieldMissing)]))
    #expect(first.outcome == .rejected && first.fields == [FieldProblem(.fullName, .fieldMissing)])
    #expect(register.send(event).outcome == .accepted)
  }

  @Test("The content sealed to another month is compared under the month of the first registration")
  func samenessAcrossMonths() throws {
    var register = try openRegister()
    let event = try Example.checkIn(10)
    let first = Facts.example(of: event)
    register.send(event, facts: first)
    var anew = first
    anew.month = first.month.next
    anew.digest = Digest128(first: 9, second: 9)
    #expect(register.send(event, facts: anew).codes == CodeSet(.eventIDReused), "without the first month's key nothing can be compared")
    anew.priorDigest = first.digest
    #expect(register.send(event, facts: anew).outcome == .duplicate)
  }

  @Test("All reasons come at once")
  func allReasons() throws {
    var register = try Register()
    let event = try Example.event(
      10, at: "2026-11-20T18:00:00+07:00", after: 99,
      .checkIn(try Example.details(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-20T17:59:59+07:00")))
    let facts = Facts.example(of: event, problems: [FieldProblem(.sex, .fieldMissing)])
    let expected: CodeSet = [
      CodeSet(.eventAfterMissing), CodeSet(.establishmentUnknown), CodeSet(.fieldMissing), CodeSet(.timeDepartureBeforeArrival),
    ]
    #expect(register.send(event, facts: facts).codes == expected)
  }

  @Test("An event waits for nothing: `after` must be registered", arguments: [(UInt64(10), Outcome.accepted), (11, .rejected)])
  func after(id: UInt64, outcome: Outcome) throws {
    var register = try openRegister()
    register.send(try Example.checkIn(10))
    let body = StayEvent.Body.roomChange(stay: .number(10), room: "202")
    #expect(register.send(try Example.event(20, at: "2026-11-20T20:00:00+07:00", after: id, body)).outcome == outcome)
  }

  @Test(
    "An arrival may lie two hours ahead and 366 days back",
    arguments: [
      ("2026-11-20T20:00:00+07:00", Outcome.accepted), ("2026-11-20T20:00:00.001+07:00", .rejected),
      ("2025-11-19T18:00:00+07:00", .flagged),
      ("2025-11-19T17:59:59.999+07:00", .rejected),
    ])
  func arrivalBounds(arrival: String, outcome: Outcome) throws {
    var register = try openRegister()
    let event = try Example.checkIn(10, at: arrival, received: "2026-11-20T18:00:00+07:00")
    #expect(register.send(event).outcome == outcome)
  }

  @Test("An arrival told as a date only is read in the sender's favour")
  func dateOnly() throws {
    var register = try openRegister()
    var details = try Example.details(arrival: "2026-11-20T23:59:59+07:00", departure: "2026-11-21T12:00:00+07:00")
    details.arrival.isDateOnly = true
    let event = try Example.event(10, at: "2026-11-20T23:59:59+07:00", received: "2026-11-20T20:00:00+07:00", .checkIn(details))
    let decision = register.send(event)
    #expect(decision.outcome == .accepted)
    #expect(register.state.stay(.number(10), at: try Example.inn())?.arrival == (try at("2026-11-20T20:00:00+07:00")))
  }

  @Test(
    "A capture without a connection counts within 24 hours",
    arguments: [
      ("2026-11-20T22:00:00+07:00", true, CodeSet(.reportOffline)),
      ("2026-11-20T22:00:00+07:00", false, CodeSet(.reportLate)),
      ("2026-11-20T23:30:00+07:00", true, [CodeSet(.reportOffline), CodeSet(.reportLate)]),
      ("2026-11-20T20:59:59.999+07:00", true, CodeSet(.reportLate)),
    ] as [(String, Bool, CodeSet)])
  func offline(captured: String, offline: Bool, codes: CodeSet) throws {
    var register = try openRegister()
    let event = try Example.checkIn(10, received: "2026-11-21T21:00:00+07:00", captured: captured, offline: offline)
    #expect(register.send(event, now: try at("2026-11-21T11:00:00+07:00")).codes == codes)
  }

  @Test("A remote establishment has 24 hours for a foreigner", arguments: [(false, true), (true, false)])
  func remoteForeigner(remote: Bool, late: Bool) throws {
    var register = try openRegister(remote: remote)
    let event = try Example.checkIn(10, until: "2026-11-22T12:00:00+07:00", received: "2026-11-21T18:00:00+07:00", kind: .foreigner)
    #expect(register.send(event).codes.contains(.reportLate) == late)
  }

  @Test("The bed that is one too many is flagged, and a guest who is gone frees it")
  func capacity() throws {
    var register = try openRegister(beds: 2)
    #expect(register.send(try Example.checkIn(10)).outcome == .accepted)
    #expect(register.send(try Example.checkIn(11)).outcome == .accepted)
    #expect(register.send(try Example.checkIn(12)).codes == CodeSet(.establishmentOverCapacity))
    register.send(try Example.event(20, at: "2026-11-20T19:00:00+07:00", .checkOut(stay: .number(10))))
    register.send(try Example.event(21, at: "2026-11-20T19:00:00+07:00", .checkOut(stay: .number(11))))
    #expect(register.send(try Example.checkIn(13, at: "2026-11-20T19:30:00+07:00")).outcome == .accepted)
  }

  @Test("A minor needs an adult of the party, or of the room where no party is named")
  func minors() throws {
    var register = try openRegister()
    func child(_ id: UInt64, room: String, party: UInt64?) throws -> Decision {
      let event = try Example.checkIn(id, room: room, party: party)
      return register.send(event, facts: .example(of: event, minor: true))
    }
    register.send(try Example.checkIn(10, room: "101", party: 7))
    #expect(try child(11, room: "101", party: 7).outcome == .accepted)
    #expect(try child(12, room: "101", party: nil).outcome == .accepted)
    #expect(try child(13, room: "102", party: nil).codes == CodeSet(.guestMinorAlone))
    #expect(try child(14, room: "101", party: 8).codes == CodeSet(.guestMinorAlone))
    #expect(try child(15, room: "", party: nil).codes == CodeSet(.guestMinorAlone))
  }

  @Test("A permit is held against arrival and departure")
  func permits() throws {
    func codes(_ year: Int, _ month: Int, _ day: Int) throws -> CodeSet {
      var register = try openRegister()
      let permit = try CivilDate(year: year, month: month, day: day)
      return register.send(try Example.checkIn(10, kind: .foreigner, permit: permit)).codes
    }
    #expect(try codes(2026, 11, 19) == CodeSet(.permitEnded))
    #expect(try codes(2026, 11, 20) == CodeSet(.permitShorterThanStay))
    #expect(try codes(2026, 11, 21).isEmpty)
  }

  @Test(
    "An identity that cannot be taken is rejected by its reason",
    arguments: [
      (SealOutcome.unreadable, Code.identityUnreadable), (.expired, .eventSealExpired), (.plainRefused, .identityPlainRefused),
      (.absent, .fieldMissing),
    ])
  func seals(seal: SealOutcome, code: Code) throws {
    var register = try openRegister()
    let event = try Example.checkIn(10)
    var facts = Facts.example(of: event)
    facts.seal = seal
    #expect(register.send(event, facts: facts).codes == CodeSet(code))
  }

  @Test("A stay that was never registered is unknown, one that ended is closed")
  func stayReferences() throws {
    var register = try openRegister()
    register.send(try Example.checkIn(10))
    let unknown = register.send(try Example.event(20, at: "2026-11-20T19:00:00+07:00", .cancellation(stay: .number(99))))
    #expect(unknown.codes == CodeSet(.stayUnknown))
    register.send(try Example.event(21, at: "2026-11-20T19:00:00+07:00", .checkOut(stay: .number(10))))
    let closed = register.send(try Example.event(22, at: "2026-11-20T19:10:00+07:00", .roomChange(stay: .number(10), room: "3")))
    #expect(closed.codes == CodeSet(.stayClosed))
    let notAStay = register.send(try Example.event(23, at: "2026-11-20T19:10:00+07:00", .cancellation(stay: .number(21))))
    #expect(notAStay.codes == CodeSet(.stayUnknown))
  }

  @Test("A guest cannot leave before the arrival, nor stay until before it")
  func departures() throws {
    var register = try openRegister()
    register.send(try Example.checkIn(10))
    let early = try Example.event(20, at: "2026-11-20T17:59:59+07:00", received: "2026-11-20T19:00:00+07:00", .checkOut(stay: .number(10)))
    #expect(register.send(early).codes == CodeSet(.timeDepartureBeforeArrival))
    let moment = LocalMoment(try at("2026-11-20T17:00:00+07:00"))
    let shorter = try Example.event(21, at: "2026-11-20T19:00:00+07:00", .extended(stay: .number(10), departure: moment))
    #expect(register.send(shorter).codes == CodeSet(.timeDepartureBeforeArrival))
  }

  @Test("A correction keeps the time of the first report and is not late where that was not")
  func amendment() throws {
    var register = try openRegister()
    register.send(try Example.checkIn(10))
    let details = try Example.details(arrival: "2026-11-20T17:00:00+07:00", departure: "2026-11-22T12:00:00+07:00", room: "303")
    let decision = register.send(try Example.event(11, at: "2026-11-21T20:00:00+07:00", .amendment(stay: .number(10), details)))
    #expect(decision.outcome == .accepted)
    #expect(decision.due == (try at("2026-11-20T23:00:00+07:00")))
    #expect(decision.judged == (try at("2026-11-20T18:00:00+07:00")))
    let stay = try #require(register.state.stay(.number(10), at: try Example.inn()))
    #expect(stay.room == "303")
    #expect(stay.reported == (try at("2026-11-20T18:00:00+07:00")))
  }

  @Test("Kind of guest and nationality must agree")
  func nationality() throws {
    var register = try openRegister()
    var details = try Example.details(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-21T12:00:00+07:00")
    details.nationality = .germany
    let decision = register.send(try Example.event(10, at: "2026-11-20T18:00:00+07:00", .checkIn(details)))
    #expect(decision.fields == [FieldProblem(.nationality, .fieldInvalid)])
  }
}
