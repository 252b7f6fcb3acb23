import LodgingDomain
import LodgingWire
import Testing

@Suite("Content digest")
struct ContentDigestTests {
  private static func digest(_ event: StayEvent, _ identity: GuestIdentity? = identity, key: Range<UInt8> = 0..<16) throws -> Digest128 {
    let key = try #require(SipKey(bytes: key))
    return ContentDigest().make(event: event, identity: identity, key: key)
  }

  private static let details = StayDetails(
    guestKind: .citizen, nationality: .vietnam, room: "101", arrival: LocalMoment(Instant(milliseconds: 1000)),
    departure: LocalMoment(Instant(milliseconds: 2000)), reason: 1, party: EventID(high: 5, low: 6),
    permitUntil: CivilDate(daysSinceEpoch: 20_000))

  private static let identity = GuestIdentity(
    fullName: "Nguyễn Thị Mẫu", birthDate: PartialDate(CivilDate(daysSinceEpoch: 7000)), sex: .female, documentKind: .chipCard,
    documentNumber: "001190000001", documentExpiry: CivilDate(daysSinceEpoch: 21_000))

  private static func event(_ body: StayEvent.Body = .checkIn(details)) throws -> StayEvent {
    StayEvent(
      id: EventID(high: 1, low: 2), establishment: try EstablishmentID("hotel-1"), happened: Instant(milliseconds: 1000),
      captured: Instant(milliseconds: 1100), received: Instant(milliseconds: 1200), channel: .api, body: body)
  }

  /// The bodies whose digests must all differ although they tell about the same stay.
  private static func bodies() throws -> [StayEvent.Body] {
    let stay = EventID(high: 1, low: 2)
    let establishment = EstablishmentDetails(
      name: "Mẫu", kind: .hotel, commune: try #require(CommuneCode(number: 4)), remote: false, rooms: 1, beds: 2)
    return [
      .checkIn(details), .amendment(stay: stay, details), .roomChange(stay: stay, room: "101"),
      .extended(stay: stay, departure: details.departure),
      .checkOut(stay: stay), .cancellation(stay: stay), .dailyClose(day: CivilDate(daysSinceEpoch: 1), guests: 2),
      .establishmentOpened(establishment), .establishmentChanged(establishment), .establishmentClosed,
    ]
  }

  @Test("what may differ when the same thing is sent again does not count")
  func leftOut() throws {
    let expected = try Self.digest(try Self.event())
    let changes: [(inout StayEvent) -> Void] = [
      { $0.captured = Instant(milliseconds: 9) }, { $0.received = Instant(milliseconds: 9) }, { $0.capturedOffline = true },
      { $0.channel = .officerDesk }, { $0.officer = "officer-7" }, { $0.happened = Instant(milliseconds: 9) },
    ]
    for change in changes {
      var event = try Self.event()
      change(&event)
      #expect(try Self.digest(event) == expected)
    }
  }

  @Test("every other part of an event counts")
  func parts() throws {
    let changes: [(inout StayEvent) throws -> Void] = [
      { _ in }, { $0.id = EventID(high: 1, low: 3) }, { $0.establishment = try EstablishmentID("hotel-2") },
      { $0.after = EventID(high: 0, low: 0) }, { $0.ownReference = "7" },
    ]
    try Self.expectAllDifferent(
      changes.map { change in
        var event = try Self.event()
        try change(&event)
        return try Self.digest(event)
      })
  }

  @Test("every part of a stay's details counts")
  func details() throws {
    let changes: [(inout StayDetails) throws -> Void] = [
      { _ in }, { $0.guestKind = .foreigner }, { $0.nationality = .germany }, { $0.room = "102" }, { $0.room = "" },
      { $0.arrival.instant = Instant(milliseconds: 1001) }, { $0.arrival.isDateOnly = true },
      { $0.departure.instant = Instant(milliseconds: 2001) }, { $0.departure.isDateOnly = true }, { $0.reason = 2 }, { $0.party = nil },
      { $0.party = EventID(high: 5, low: 7) }, { $0.permitUntil = nil }, { $0.permitUntil = CivilDate(daysSinceEpoch: 20_001) },
    ]
    try Self.expectAllDifferent(
      changes.map { change in
        var details = Self.details
        try change(&details)
        return try Self.digest(try Self.event(.checkIn(details)))
      })
  }

  @Test("every part of an identity counts, and so does whether there is one")
  func identityParts() throws {
    let changes: [(inout GuestIdentity) throws -> Void] = [
      { _ in }, { $0.fullName = "Nguyễn Thị Mậu" }, { $0.birthDate = nil }, { $0.birthDate = try PartialDate(year: 1989) },
      { $0.birthDate = try PartialDate(year: 1989, month: 3) }, { $0.sex = .male }, { $0.sex = nil }, { $0.documentKind = .identityCard },
      { $0.documentNumber = "001190000002" }, { $0.documentName = "x" }, { $0.documentExpiry = nil },
      { $0.documentExpiry = CivilDate(daysSinceEpoch: 21_001) }, { $0.noDocumentReason = .lost }, { $0.machineReadableZone = "x" },
      { $0.phone = "x" }, { $0.address = "x" }, { $0.reasonText = "x" }, { $0.note = "x" },
    ]
    var digests = try changes.map { change in
      var identity = Self.identity
      try change(&identity)
      return try Self.digest(try Self.event(), identity)
    }
    digests.append(try Self.digest(try Self.event(), nil))
    try Self.expectAllDifferent(digests)
  }

  @Test("the kind of event and its own parts count")
  func kinds() throws {
    try Self.expectAllDifferent(try Self.bodies().map { try Self.digest(try Self.event($0)) })
    let stay = EventID(high: 1, low: 2)
    let other = EventID(high: 1, low: 3)
    try Self.expectAllDifferent(
      [
        .roomChange(stay: stay, room: "1"), .roomChange(stay: stay, room: "2"), .roomChange(stay: other, room: "1"), .checkOut(stay: stay),
        .checkOut(stay: other), .cancellation(stay: stay), .cancellation(stay: other),
        .extended(stay: stay, departure: LocalMoment(Instant(milliseconds: 1))),
        .extended(stay: stay, departure: LocalMoment(Instant(milliseconds: 1), isDateOnly: true)),
        .dailyClose(day: CivilDate(daysSinceEpoch: 1), guests: 2), .dailyClose(day: CivilDate(daysSinceEpoch: 1), guests: 3),
        .dailyClose(day: CivilDate(daysSinceEpoch: 2), guests: 2),
      ].map { try Self.digest(try Self.event($0)) })
  }

  @Test("an establishment's details count part by part")
  func establishments() throws {
    let changes: [(inout EstablishmentDetails) throws -> Void] = [
      { _ in }, { $0.name = "Khác" }, { $0.kind = .homestay }, { $0.commune = try #require(CommuneCode(number: 5)) }, { $0.remote = true },
      { $0.rooms = 9 }, { $0.beds = 9 },
    ]
    try Self.expectAllDifferent(
      changes.map { change in
        var details = EstablishmentDetails(
          name: "Mẫu", kind: .hotel, commune: try #require(CommuneCode(number: 4)), remote: false, rooms: 1, beds: 2)
        try change(&details)
        return try Self.digest(try Self.event(.establishmentOpened(details)))
      })
  }

  @Test("the moment of a room change and of a check-out counts, of nothing else")
  func happened() throws {
    for body in try Self.bodies() {
      var event = try Self.event(body)
      let before = try Self.digest(event)
      event.happened = Instant(milliseconds: 77)
      let counts =
        switch body {
        case .roomChange, .checkOut: true
        default: false
        }
      #expect((try Self.digest(event) != before) == counts)
    }
  }

  @Test("times that a command filled in do not count, and what it did not fill in does")
  func filledIn() throws {
    func digest(_ filledIn: StayEvent.FilledIn, arrival: Int64 = 1000, departure: Int64 = 2000) throws -> Digest128 {
      var details = Self.details
      details.arrival = LocalMoment(Instant(milliseconds: arrival))
      details.departure = LocalMoment(Instant(milliseconds: departure))
      var event = try Self.event(.checkIn(details))
      event.filledIn = filledIn
      return try Self.digest(event)
    }
    #expect(try digest(.arrival) == digest(.arrival, arrival: 7))
    #expect(try digest(.arrival) != digest(.arrival, departure: 7))
    #expect(try digest(.departure) == digest(.departure, departure: 7))
    #expect(try digest(.departure) != digest(.departure, arrival: 7))
    #expect(try digest([.arrival, .departure]) == digest([.arrival, .departure], arrival: 7, departure: 8))
    try Self.expectAllDifferent([digest([]), digest(.arrival), digest(.departure), digest([.arrival, .departure])])
  }

  @Test("a departure that a command filled in does not count for an extension either")
  func filledInExtension() throws {
    func digest(_ filledIn: StayEvent.FilledIn, departure: Int64) throws -> Digest128 {
      let departure = LocalMoment(Instant(milliseconds: departure))
      var event = try Self.event(.extended(stay: EventID(high: 3, low: 4), departure: departure))
      event.filledIn = filledIn
      return try Self.digest(event)
    }
    #expect(try digest(.departure, departure: 1) == digest(.departure, departure: 2))
    #expect(try digest([], departure: 1) != digest([], departure: 2))
  }

  @Test("texts that differ in their normalization only are the same")
  func normalization() throws {
    var decomposed = Self.identity
    decomposed.fullName = "Nguye\u{302}\u{303}n Thi\u{323} Ma\u{302}\u{303}u"
    #expect(try Self.digest(try Self.event(), decomposed) == Self.digest(try Self.event()))
    var (composed, apart) = (try Self.event(), try Self.event())
    composed.ownReference = "\u{1EBF}"
    apart.ownReference = "e\u{302}\u{301}"
    #expect(try Self.digest(composed) == Self.digest(apart))
  }

  @Test("text does not flow from one field into the next")
  func boundaries() throws {
    var (first, second) = (Self.identity, Self.identity)
    (first.phone, first.address) = ("ab", "c")
    (second.phone, second.address) = ("a", "bc")
    #expect(try Self.digest(try Self.event(), first) != Self.digest(try Self.event(), second))
  }

  @Test("two seals of one event give one digest, and another key gives another")
  func seals() throws {
    let keys = MonthKeys.sample()
    let event = try Self.event()
    let opener = IdentityOpener()
    let digests = try (0..<2).map { _ in
      let sealed = try IdentitySealer(month: keys.month, publicKey: keys.publicBytes)
        .seal(Self.identity, establishment: event.establishment, event: event.id)
      let opened = opener.open(sealed, establishment: event.establishment, event: event.id, keys: keys)
      return try Self.digest(event, opened)
    }
    #expect(digests[0] == digests[1])
    #expect(try digests[0] == Self.digest(event))
    #expect(try Self.digest(event) != Self.digest(event, key: 1..<17))
  }

  // The values are those of a Python implementation of the encoding and of SipHash.
  @Test("the digest of a known event never changes")
  func stable() throws {
    #expect(try Self.digest(try Self.event()).description == "43cd108a12d87974f77506cc61cb8a61")
    #expect(
      try Self.digest(try Self.event(.checkOut(stay: EventID(high: 3, low: 4))), nil).description == "4321582578cf227e78eaead17316a267")
  }

  private static func expectAllDifferent(_ digests: [Digest128]) throws {
    for (index, digest) in digests.enumerated() {
      #expect(digests.firstIndex(of: digest) == index, "number \(index) is the same as an earlier one")
    }
  }
}
