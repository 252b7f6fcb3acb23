import LodgingDomain

/// Who a planned stay's guest is.
enum Guest: Sendable {
  case resident(SyntheticResident)
  case visitor(SyntheticForeigner)

  init(_ stay: PlannedStay, country: SyntheticCountry, visitors: SyntheticForeigners) {
    self =
      stay.isForeigner
      ? .visitor(visitors.person(at: stay.guest, group: stay.group)) : .resident(country.people.person(at: stay.guest))
  }
}

extension EveningWriter {
  /// The stay facts of a check-in or an amendment.
  func details(of stay: PlannedStay, guest: Guest, random: inout SyntheticRandom) -> StayDetails {
    var nationality = Nationality.vietnam
    if case .visitor(let visitor) = guest { nationality = visitor.nationality }
    let kind: GuestKind = stay.isForeigner != stay.deviations.contains(.guestKindInvalid) ? .foreigner : .citizen
    let permitDays = random.within(3...80)
    let reason = reason(of: stay, &random)
    let arrival = stay.isArrivalDateOnly ? Self.endOfDay(stay.arrival) : stay.arrival
    return StayDetails(
      guestKind: kind, nationality: nationality, room: roomText(stay, number: stay.room),
      arrival: LocalMoment(arrival, isDateOnly: stay.isArrivalDateOnly),
      departure: LocalMoment(stay.departure, isDateOnly: stay.isDepartureDateOnly), reason: reason,
      party: stay.party == 0 ? nil : eventID(stay.party), permitUntil: stay.isForeigner ? permit(stay, days: permitDays) : nil)
  }

  private func permit(_ stay: PlannedStay, days: Int) -> CivilDate {
    let zone = LocalZone.vietnam
    if stay.deviations.contains(.permitEnded) { return zone.date(at: stay.arrival).adding(days: -days) }
    if stay.deviations.contains(.permitShorter) { return zone.date(at: stay.arrival) }
    return zone.date(at: stay.departure).adding(days: days)
  }

  private func reason(of stay: PlannedStay, _ random: inout SyntheticRandom) -> UInt8 {
    let ordinary = UInt8(random.below(12) + 1)
    let isOther = random.chance(3, of: 100)
    let wrong: UInt8 = random.chance(1, of: 2) ? 0 : UInt8(random.within(21...99))
    if stay.deviations.contains(.reasonInvalid) { return wrong }
    if stay.deviations.contains(.reasonTextMissing) || isOther { return StayReason.other.number }
    return ordinary
  }

  /// What the room is called where the guest stays: a number, a ward, a berth, or nothing.
  func roomText(_ stay: PlannedStay, number: Int) -> String {
    switch stay.establishment < 0 ? .guestHouse : country.kind(at: stay.establishment) {
    case .hotel: String((number / 20 % 30 + 1) * 100 + number % 20 + 1)
    case .guestHouse, .other: String((number / 6 % 9 + 1) * 100 + number % 6 + 1)
    case .homestay: "P" + String(number % 4 + 1)
    case .hospital: Self.wards[number % Self.wards.count]
    case .vehicle: (number % 2 == 0 ? "A" : "B") + String(number % 40 / 2 + 1)
    case .privateHost: ""
    }
  }

  private static let wards = [
    "Khoa Nội 1", "Khoa Nội 2", "Khoa Ngoại 1", "Khoa Ngoại 2", "Khoa Sản", "Khoa Nhi", "Cấp cứu", "Hồi sức",
  ]

  /// 23:59:59 of the local day.
  static func endOfDay(_ instant: Instant) -> Instant {
    let zone = LocalZone.vietnam
    return zone.startOfDay(zone.date(at: instant)).adding(seconds: 24 * 60 * 60 - 1)
  }
}
