import LodgingDomain

/// Writes out the events of planned stays; pure, so that an event can be written again from the same plan.
struct EveningWriter: Sendable {
  let country: SyntheticCountry
  let seed: UInt64
  let visitors: SyntheticForeigners
  private let idShift: UInt64

  init(country: SyntheticCountry, seed: UInt64) {
    self.country = country
    self.seed = seed
    visitors = SyntheticForeigners(seed: seed)
    idShift = SyntheticRandom.mix(seed ^ 0x65_76_65_6E_74)
  }

  /// Numbers of ids that are no events of the stream.
  enum Reserved {
    static let opened: UInt64 = 1 << 60
    static let closed: UInt64 = 2 << 60
    static let nowhere: UInt64 = 3 << 60
  }

  /// The id that a number makes, different for each number below 2⁶²; a UUID of version 8 (RFC 9562).
  func eventID(_ number: UInt64) -> EventID {
    let high = SyntheticRandom.mix(number ^ idShift) & ~0xF000 | 0x8000
    // Multiplying by an odd number permutes the 62 bits that the variant leaves free.
    let low = (number &* 0x2545_F491_4F6C_DD1D &+ idShift) & (1 << 62 - 1) | 1 << 63
    return EventID(high: high, low: low)
  }

  /// The identifier of an establishment; negative indices are establishments that do not exist.
  func establishment(_ index: Int) -> EstablishmentID {
    index < 0 ? country.unknownID(-index) : country.id(at: index)
  }

  /// Writes an event with the identity that goes with it.
  func write(_ planned: PlannedEvent) -> (StayEvent, GuestIdentity?) {
    switch planned.kind {
    case .checkIn: return checkIn(planned.stay)
    case .amendment: return amendment(planned)
    case .roomChange, .extended, .checkOut, .cancellation, .dailyClose: return (later(planned), nil)
    }
  }

  private func checkIn(_ stay: PlannedStay) -> (StayEvent, GuestIdentity?) {
    let guest = Guest(stay, country: country, visitors: visitors)
    var random = SyntheticRandom(seed: seed, stream: "stay.facts", index: stay.sequence)
    let details = details(of: stay, guest: guest, random: &random)
    let event = StayEvent(
      id: eventID(stay.id), establishment: establishment(stay.establishment), happened: details.arrivalRead(received: stay.received),
      captured: stay.captured, received: stay.received, capturedOffline: !stay.deviations.isDisjoint(with: Self.offline),
      after: stay.after == 0 ? nil : eventID(stay.after), ownReference: ownReference(stay, &random), channel: stay.channel,
      officer: officer(stay, &random), filledIn: stay.channel == .qr && stay.nights == 1 ? .departure : [], body: .checkIn(details))
    return (event, identity(of: stay, guest: guest, reason: details.reason))
  }

  private func amendment(_ planned: PlannedEvent) -> (StayEvent, GuestIdentity?) {
    let stay = planned.stay
    let guest = Guest(stay, country: country, visitors: visitors)
    var random = SyntheticRandom(seed: seed, stream: "stay.facts", index: stay.sequence)
    let details = details(of: stay, guest: guest, random: &random)
    var event = frame(planned, body: .amendment(stay: eventID(stay.id), details))
    event.happened = planned.received
    return (event, identity(of: stay, guest: guest, reason: details.reason))
  }

  private static let offline = DeviationSet(.offline, .offlineTooLong)

  private func later(_ planned: PlannedEvent) -> StayEvent {
    let stay = planned.stay
    let id = eventID(stay.id)
    switch planned.kind {
    case .roomChange:
      let room = roomText(stay, number: stay.room + 1)
      return frame(planned, body: .roomChange(stay: id, room: planned.deviations.contains(.roomMissing) ? "" : room.isEmpty ? "1" : room))
    case .extended:
      return frame(planned, body: .extended(stay: id, departure: LocalMoment(extended(planned), isDateOnly: stay.isDepartureDateOnly)))
    case .checkOut:
      var event = frame(planned, body: .checkOut(stay: id))
      event.happened = max(event.happened, stay.arrival)
      return event
    case .cancellation: return frame(planned, body: .cancellation(stay: id))
    case .checkIn, .amendment, .dailyClose:
      return frame(planned, body: .dailyClose(day: EveningClock.day, guests: UInt32(clamping: planned.guests)))
    }
  }

  private func extended(_ planned: PlannedEvent) -> Instant {
    guard !planned.deviations.contains(.extensionBeforeArrival) else { return planned.stay.arrival.adding(days: -2) }
    let days = 1 + Int64(SyntheticRandom.mix(planned.id) % 3)
    return planned.stay.departure.adding(days: days)
  }

  /// What every event but a check-in has, with times a little before the receipt.
  private func frame(_ planned: PlannedEvent, body: StayEvent.Body) -> StayEvent {
    var random = SyntheticRandom(seed: seed, stream: "event.frame", index: planned.id)
    let captured = planned.received.adding(milliseconds: -Int64(random.within(300...20_000)))
    let happened = captured.adding(seconds: -Int64(random.within(0...300)))
    // Who speaks of a stay that nobody knows does not say what it comes after.
    let namesAfter = planned.stay.sequence != 0 && planned.deviations.isEmpty
    let after = namesAfter && random.chance(EveningRates.namesAfterPer100k, of: 100_000) ? eventID(planned.stay.id) : nil
    let channel: StayEvent.Channel = planned.stay.channel == .file ? .webForm : planned.stay.channel
    return StayEvent(
      id: eventID(planned.id), establishment: establishment(planned.stay.establishment), happened: happened, captured: captured,
      received: planned.received, after: after, ownReference: ownReference(planned.stay, &random), channel: channel,
      officer: officer(planned.stay, &random), body: body)
  }

  private func ownReference(_ stay: PlannedStay, _ random: inout SyntheticRandom) -> String {
    let number = random.below(9_000_000) + 1_000_000
    switch stay.channel {
    case .api, .producer, .file: return "R-" + String(number)
    default: return ""
    }
  }

  private func officer(_ stay: PlannedStay, _ random: inout SyntheticRandom) -> String {
    let number = random.below(900) + 100
    switch stay.channel {
    case .officerDesk, .officerPhone: return "officer-" + String(number)
    default: return ""
    }
  }
}
