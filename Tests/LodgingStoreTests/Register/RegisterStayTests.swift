import LodgingDomain
import LodgingPipeline
import Testing

@testable import LodgingStore

@Suite("The register shows stays as the ledger left them")
struct RegisterStayTests {
  @Test("A check-in is shown with everything that it told")
  func showsCheckIn() throws {
    let register = try TestRegister()
    var driver = try Example.partition(3)
    driver.send(try Example.opening())
    let details = StayDetails(
      guestKind: .foreigner, nationality: .germany, room: "205", arrival: LocalMoment(try Example.at("2026-11-20T18:00:00+07:00")),
      departure: LocalMoment(try Example.at("2026-11-23T12:00:00+07:00")), reason: 4, party: .number(77),
      permitUntil: try CivilDate(year: 2026, month: 11, day: 22))
    let event = try Example.event(2, at: "2026-11-20T18:00:00+07:00", received: "2026-11-20T19:30:00+07:00", .checkIn(details))
    let documents = [Example.document(5), Example.document(.max, month: Example.month.previous)]
    driver.send(event, facts: .example(of: event, documents: documents, flags: CodeSet(.documentExpired)))
    try register.commit(&driver)
    let stay = try #require(try register.stay(2))
    #expect(stay.partition == 3)
    #expect(stay.presence == .present)
    #expect(stay.guestKind == .foreigner)
    #expect(stay.nationality == .germany)
    #expect(stay.room == "205")
    #expect(stay.arrival == details.arrival.instant)
    #expect(stay.departure == details.departure.instant)
    #expect(stay.reason == 4)
    #expect(stay.party == .number(77))
    #expect(stay.permitUntil == details.permitUntil)
    #expect(stay.reported == event.received)
    #expect(stay.changed == event.received)
    #expect(stay.codes == [CodeSet(.documentExpired), CodeSet(.permitShorterThanStay)])
    #expect(stay.month == Example.month)
    #expect(stay.identityOffset == 2)
    #expect(stay.fingerprints == documents)
    #expect(stay.departed == nil)
    #expect(stay.presumedLeft == nil)
  }

  @Test("A room change and an extension keep what was told", arguments: [true, false])
  func keepsWhatWasTold(inOneBatch: Bool) throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2, nationality: .germany), document: 5, flags: CodeSet(.documentExpired))
    if !inOneBatch { try register.commit(&driver) }
    driver.send(try Example.event(3, at: "2026-11-20T20:00:00+07:00", .roomChange(stay: .number(2), room: "9")))
    if !inOneBatch { try register.commit(&driver) }
    let departure = LocalMoment(try Example.at("2026-11-25T12:00:00+07:00"))
    driver.send(try Example.event(4, at: "2026-11-20T21:00:00+07:00", .extended(stay: .number(2), departure: departure)))
    try register.commit(&driver)
    let stay = try #require(try register.stay(2))
    #expect(stay.room == "9")
    #expect(stay.departure == departure.instant)
    #expect(stay.nationality == .germany)
    #expect(stay.codes == CodeSet(.documentExpired))
    #expect(stay.fingerprints == [Example.document(5)])
    #expect(stay.identityOffset == 2)
    #expect(stay.reported == (try Example.at("2026-11-20T18:00:00+07:00")))
    #expect(stay.changed == (try Example.at("2026-11-20T21:00:00+07:00")))
  }

  @Test("An id that is taken again long after its stay ended stands for the later stay, whatever batch either is in", arguments: [1, 2, 9])
  func takesIDAgain(entriesInBatch: Int) throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    var sent = 0
    func commit(_ driver: inout PartitionDriver) throws {
      sent += 1
      if sent % entriesInBatch == 0 { try register.commit(&driver) }
    }
    driver.send(try Example.opening())
    try commit(&driver)
    driver.send(try Example.checkIn(2), document: 5, flags: CodeSet(.directoryDeceased))
    try commit(&driver)
    let told = try Example.stay(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-21T12:00:00+07:00", room: "7")
    driver.send(
      try Example.event(3, at: "2026-11-20T19:00:00+07:00", .amendment(stay: .number(2), told)), document: 6,
      flags: CodeSet(.directoryDeceased))
    try commit(&driver)
    driver.send(try Example.event(4, at: "2026-11-21T10:00:00+07:00", .checkOut(stay: .number(2))))
    try commit(&driver)
    driver.tick(try Example.at("2026-12-10T12:00:00+07:00"))
    try commit(&driver)
    let again = try Example.checkIn(2, at: "2026-12-10T18:00:00+07:00", until: "2026-12-12T12:00:00+07:00", room: "9")
    #expect(driver.send(again, document: 8).outcome == .accepted)
    try register.commit(&driver)
    let stay = try #require(try register.stay(2))
    #expect(stay.presence == .present && stay.room == "9" && stay.departed == nil)
    #expect(stay.arrival == (try Example.at("2026-12-10T18:00:00+07:00")))
    #expect(stay.fingerprints == [Example.document(8)])
    #expect(try register.versions(2) == [2], "no amendment of the stay before is left")
    #expect(try register.alerts().isEmpty, "nor an alert about it")
    let found = try register.store.read { view in
      try [5, 6, 8].map { try view.stays(by: [Example.document($0)]).count }
    }
    #expect(found == [0, 0, 1])
  }

  @Test("An amendment replaces what was told and keeps the first report's time", arguments: [true, false])
  func amends(inOneBatch: Bool) throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5, flags: CodeSet(.documentExpired))
    if !inOneBatch { try register.commit(&driver) }
    let details = try Example.stay(
      arrival: "2026-11-20T17:00:00+07:00", departure: "2026-11-22T12:00:00+07:00", nationality: .germany, room: "3", party: 8)
    driver.send(try Example.event(3, at: "2026-11-20T22:00:00+07:00", .amendment(stay: .number(2), details)), document: 6)
    try register.commit(&driver)
    let stay = try #require(try register.stay(2))
    #expect(stay.nationality == .germany)
    #expect(stay.guestKind == .foreigner)
    #expect(stay.arrival == details.arrival.instant)
    #expect(stay.party == .number(8))
    #expect(stay.codes == [])
    #expect(stay.fingerprints == [Example.document(6)])
    #expect(stay.identityOffset == 3)
    #expect(stay.reported == (try Example.at("2026-11-20T18:00:00+07:00")))
    let found = try register.store.read { view throws in
      (try view.stays(by: [Example.document(5)]), try view.stays(by: [Example.document(6)]).map(\.reference))
    }
    #expect(found.0.isEmpty)
    #expect(found.1 == [try .example(2)])
  }

  @Test("A stay passes from present to overdue, presumed left and expired, and keeps since when the guest is gone")
  func passesByTime() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2))
    var seen: [RecordedPresence] = []
    for time in ["2026-11-21T11:59:59", "2026-11-21T12:00:00", "2026-11-22T12:00:00", "2026-11-28T12:00:00", "2026-11-29T12:00:00"] {
      driver.tick(try Example.at("\(time)+07:00"))
      try register.commit(&driver)
      seen.append(try #require(try register.stay(2)).presence)
    }
    #expect(seen == [.present, .overdue, .presumedLeft, .presumedLeft, .expired])
    #expect(try register.stay(2)?.presumedLeft == (try Example.at("2026-11-22T12:00:00+07:00")))
    #expect(try register.store.positions()[0]?.state.openStays == 0)
  }

  @Test("A guest who was taken to have left and then is said to stay longer is present again", arguments: [true, false])
  func comesBack(inOneBatch: Bool) throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2))
    driver.tick(try Example.at("2026-11-22T13:00:00+07:00"))
    if !inOneBatch { try register.commit(&driver) }
    let departure = LocalMoment(try Example.at("2026-11-24T12:00:00+07:00"))
    driver.send(try Example.event(3, at: "2026-11-22T14:00:00+07:00", .extended(stay: .number(2), departure: departure)))
    try register.commit(&driver)
    let stay = try #require(try register.stay(2))
    #expect(stay.presence == .present)
    #expect(stay.presumedLeft == nil)
  }

  @Test("A stay that is reported long after its end is presumed left from the report on, whatever is corrected later")
  func arrivesPresumedLeft() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening(at: "2026-11-20T00:00:00+07:00"))
    let details = try Example.stay(arrival: "2026-11-10T18:00:00+07:00", departure: "2026-11-11T12:00:00+07:00")
    driver.send(try Example.event(2, at: "2026-11-10T18:00:00+07:00", received: "2026-11-20T09:00:00+07:00", .checkIn(details)))
    try register.commit(&driver)
    driver.send(try Example.event(3, at: "2026-11-20T10:00:00+07:00", .roomChange(stay: .number(2), room: "4")))
    try register.commit(&driver)
    let stay = try #require(try register.stay(2))
    #expect(stay.presence == .presumedLeft)
    #expect(stay.presumedLeft == (try Example.at("2026-11-20T09:00:00+07:00")))
  }

  @Test("A check-out keeps when the guest left, a cancellation keeps the row")
  func closes() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2))
    driver.send(try Example.checkIn(3))
    try register.commit(&driver)
    driver.send(
      try Example.event(4, at: "2026-11-21T09:00:00+07:00", received: "2026-11-21T10:00:00+07:00", .checkOut(stay: .number(2))))
    driver.send(try Example.event(5, at: "2026-11-21T10:00:00+07:00", .cancellation(stay: .number(3))))
    try register.commit(&driver)
    #expect(try register.stay(2)?.presence == .departed)
    #expect(try register.stay(2)?.departed == (try Example.at("2026-11-21T09:00:00+07:00")))
    #expect(try register.stay(3)?.presence == .cancelled)
    #expect(try register.stay(3)?.departed == nil)
  }

  @Test("An identity that is sealed anew is found under both months, and an amendment after it counts alone", arguments: [true, false])
  func sealsAnew(inOneBatch: Bool) throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    let later = Example.document(50, month: Example.month.next)
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5)
    if !inOneBatch { try register.commit(&driver) }
    driver.reseal(.number(2), of: try Example.id(Example.inn), to: Example.month.next, fingerprints: [later])
    try register.commit(&driver)
    #expect(try register.stay(2)?.fingerprints == [Example.document(5), later])
    #expect(try register.stay(2)?.month == Example.month.next)
    #expect(try register.stay(2)?.identityOffset == 3)
    #expect(try register.store.read { try $0.stays(by: [later, Example.document(5)]).count } == 1)

    driver.reseal(.number(2), of: try Example.id(Example.inn), to: Example.month.next.next, fingerprints: [Example.document(60)])
    if !inOneBatch { try register.commit(&driver) }
    let details = try Example.stay(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-22T12:00:00+07:00")
    driver.send(try Example.event(3, at: "2026-11-20T22:00:00+07:00", .amendment(stay: .number(2), details)), document: 7)
    try register.commit(&driver)
    #expect(try register.stay(2)?.fingerprints == [Example.document(7)])
    #expect(try register.stay(2)?.month == Example.month)
    #expect(try register.stay(2)?.identityOffset == 5)
    #expect(try register.store.read { try $0.stays(by: [later, Example.document(5), Example.document(60)]).count } == 0)
  }

  @Test("Stays of an establishment come with the latest arrival first")
  func listsStays() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.opening(10, of: "HN-0002"))
    driver.send(try Example.checkIn(2, at: "2026-11-20T18:00:00+07:00"))
    driver.send(try Example.checkIn(3, at: "2026-11-20T20:00:00+07:00"))
    driver.send(try Example.checkIn(2, of: "HN-0002", at: "2026-11-20T21:00:00+07:00"))
    try register.commit(&driver)
    let id = try Example.id(Example.inn)
    #expect(try register.store.read { try $0.stays(of: id).map(\.reference.stay) } == [.number(3), .number(2)])
  }

  @Test("The stays that an imported row may be about are at the same place, under the same document and of the same day")
  func findsStaysOfRow() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.opening(20, of: "HN-0002"))
    driver.send(try Example.checkIn(2), document: 5)
    driver.send(try Example.checkIn(3), document: 5)
    driver.send(try Example.checkIn(4), document: 6)
    driver.send(try Example.event(5, at: "2026-11-20T19:00:00+07:00", .checkOut(stay: .number(4))))
    try register.commit(&driver)
    let day = try CivilDate(year: 2026, month: 11, day: 20)
    func find(_ value: UInt64, at establishment: String = Example.inn, on day: CivilDate = day) throws -> [EventID] {
      let id = try Example.id(establishment)
      return try register.store.read {
        try $0.stays(at: id, fingerprints: [Example.document(value, month: Example.month.next), Example.document(value)], arrivalDay: day)
      }.map(\.reference.stay)
    }
    #expect(try find(5) == [.number(2), .number(3)], "the one reported first, then the lesser id")
    #expect(try find(5, on: try CivilDate(year: 2026, month: 11, day: 19)) == [])
    #expect(try find(5, at: "HN-0002") == [])
    #expect(try find(6) == [.number(4)], "the guest left")
    #expect(try find(99) == [])
  }

  @Test("The versions of a stay are its check-in and its amendments, whether one batch brings them or several")
  func versions() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5)
    func amend(_ id: UInt64, room: String) throws {
      let details = try Example.stay(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-21T12:00:00+07:00", room: room)
      driver.send(try Example.event(id, at: "2026-11-20T19:00:00+07:00", .amendment(stay: .number(2), details)), document: 5)
    }
    try amend(3, room: "102")
    try register.commit(&driver)
    #expect(try register.versions(2) == [2, 3])
    try amend(4, room: "103")
    driver.send(try Example.event(5, at: "2026-11-20T19:00:00+07:00", .roomChange(stay: .number(2), room: "104")))
    try amend(6, room: "105")
    try register.commit(&driver)
    #expect(try register.versions(2) == [2, 3, 4, 6])
    #expect(try register.versions(99) == [])
    try register.store.reset()
    #expect(try register.versions(2) == [])
  }
}
