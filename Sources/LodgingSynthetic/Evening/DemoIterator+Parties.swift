import LodgingDomain

extension DemoIterator {
  /// Who arrives together.
  private struct Party {
    var adults: Int
    var minors = 0
    var isForeign = false
    /// Whether the guests carry a party id; the guests of a bus do not.
    var isTogether = true
    /// Guests to a room.
    var perRoom = 3
  }

  /// A party arrives: its first guest now, the others right after, adults first.
  mutating func arrivingParty() -> DemoItem {
    let number = takeNumber()
    var random = SyntheticRandom(seed: seed, stream: "party", index: number)
    if now < EveningClock.noticeDue.adding(hours: -3), random.chance(EveningRates.crowdsPer100k, of: 100_000),
      let place = smallEstablishment(&random)
    {
      return crowd(at: place, &random)
    }
    if random.chance(EveningRates.minorsAlonePer100k, of: 100_000), let minor = cast.minor(ages: 14...17) {
      var stay = stay(at: cast.establishment(&random), guest: minor, isForeign: false, party: number, random: &random)
      stay.isMinor = true
      stay.deviations = DeviationSet(.minorAlone)
      return checkIn(stay)
    }
    var place = cast.establishment(&random)
    var party = party(for: country.kind(at: place), &random)
    for _ in 0..<4 where !cast.hasRoom(for: party.adults + party.minors, at: place) {
      place = cast.establishment(&random)
      party = self.party(for: country.kind(at: place), &random)
    }
    return arrive(party, at: place, number: number, &random)
  }

  private mutating func arrive(_ party: Party, at place: Int, number: UInt64, _ random: inout SyntheticRandom) -> DemoItem {
    let size = party.adults + party.minors
    var first: PlannedStay?
    // One sequence for what the whole party shares: channel, delay, nights and first room.
    let common = random
    for member in 0..<size {
      let isMinor = member >= party.adults
      let minor = isMinor ? cast.minor(ages: 0...17) : nil
      if isMinor, minor == nil { continue }
      var shared = common
      let guest = minor ?? (party.isForeign ? cast.visitor() : cast.adult())
      var stay = stay(
        at: place, guest: guest, isForeign: party.isForeign, party: party.isTogether && size > 1 ? number : 0, random: &shared)
      stay.isMinor = isMinor
      stay.isGuardian = member == 0 && party.minors > 0
      stay.group = number
      stay.room += member / party.perRoom
      stay.delay += Int64(member) * 20_000
      deviate(&stay, isAlone: size == 1)
      if first == nil { first = stay } else { agenda.add(.arrival(stay), due: now) }
    }
    guard let first else { return checkIn(stay(at: place, guest: cast.adult(), isForeign: false, party: 0, random: &random)) }
    return first.deviations.contains(.early) ? roomChangeBefore(first) : checkIn(first)
  }

  /// A party as the kind of establishment has them.
  private func party(for kind: EstablishmentKind, _ random: inout SyntheticRandom) -> Party {
    let isForeign = random.chance(Self.foreignPartiesPer1000(kind), of: 1000)
    var party = Party(adults: 1)
    let roll = random.below(100)
    switch kind {
    case .hotel:
      party = Self.party(roll, shares: (33, 67, 84, 87, 95), &random)
    case .guestHouse, .other:
      party = Self.party(roll, shares: (42, 82, 91, 94, 100), &random)
    case .homestay, .privateHost:
      party = Self.party(roll, shares: (20, 52, 77, 82, 99), &random)
    case .hospital:
      // A patient alone, with somebody, or a child with a parent.
      party = roll < 78 ? Party(adults: 1) : roll < 90 ? Party(adults: 2) : Party(adults: 1, minors: 1)
    case .vehicle:
      party = Party(adults: random.within(4...16), isTogether: false, perRoom: 1)
    }
    if isForeign {
      // Visitors are all of age.
      party.adults += party.minors
      party.minors = 0
      party.isForeign = true
    }
    return party
  }

  /// Alone, a couple, a family, one parent, friends, or a group; `shares` are the upper bounds of the first five in a hundred.
  private static func party(_ roll: Int, shares: (Int, Int, Int, Int, Int), _ random: inout SyntheticRandom) -> Party {
    if roll < shares.0 { return Party(adults: 1) }
    if roll < shares.1 { return Party(adults: 2) }
    if roll < shares.2 { return Party(adults: 2, minors: random.within(1...3), perRoom: 5) }
    if roll < shares.3 { return Party(adults: 1, minors: random.within(1...2)) }
    if roll < shares.4 { return Party(adults: random.within(3...5)) }
    return Party(adults: random.within(6...14), perRoom: 2)
  }

  private static func foreignPartiesPer1000(_ kind: EstablishmentKind) -> Int {
    switch kind {
    case .hotel: 110
    case .homestay: 90
    case .guestHouse, .other: 25
    case .privateHost, .vehicle: 15
    case .hospital: 6
    }
  }

  // MARK: One guest

  /// A stay that nothing is wrong with; the same random sequence gives the same circumstances.
  mutating func stay(
    at place: Int, guest: Int, isForeign: Bool, party: UInt64, random: inout SyntheticRandom
  ) -> PlannedStay {
    let number = takeNumber()
    let kind = country.kind(at: place)
    var channel = random.pick(Self.channels(of: kind))
    if channel == .mrz, !isForeign { channel = .qr }
    let delay = random.within(Self.minutes(for: channel))
    let room = random.below(max(1, country.rooms(at: place)))
    let nights = Self.nights(kind, random.below(100), random.within(3...20))
    if random.chance(EveningRates.officerEntriesPer100k, of: 100_000) { channel = random.chance(1, of: 2) ? .officerDesk : .officerPhone }
    return PlannedStay(
      sequence: number, id: number, establishment: place, guest: guest, isForeigner: isForeign, group: number, party: party, room: room,
      channel: channel, delay: Int64(delay) * 60_000, nights: nights)
  }

  private static func channels(of kind: EstablishmentKind) -> [StayEvent.Channel] {
    switch kind {
    case .hotel: hotelChannels
    case .hospital, .vehicle: systemChannels
    default: smallChannels
    }
  }

  private static let hotelChannels: [StayEvent.Channel] = [.api, .api, .api, .producer, .mrz, .mrz, .qr, .file]
  private static let systemChannels: [StayEvent.Channel] = [.api, .producer, .file]
  private static let smallChannels: [StayEvent.Channel] = [.webForm, .webForm, .qr, .qr, .file, .mrz]

  /// From the arrival to the report.
  private static func minutes(for channel: StayEvent.Channel) -> ClosedRange<Int> {
    switch channel {
    case .api, .producer: 1...6
    case .qr, .mrz: 1...12
    case .webForm: 2...40
    default: 5...120
    }
  }

  private static func nights(_ kind: EstablishmentKind, _ roll: Int, _ many: Int) -> Int {
    switch kind {
    case .vehicle: return 1
    case .hospital: return roll < 40 ? 1 + roll % 4 : many
    case .guestHouse: if roll >= 94 { return 0 }
    default: break
    }
    switch roll {
    case 0..<62: return 1
    case 62..<82: return 2
    case 82..<96: return 3 + roll % 5
    default: return many
    }
  }

  // MARK: Crowds

  /// An establishment of few beds, most of which can be filled soon.
  private func smallEstablishment(_ random: inout SyntheticRandom) -> Int? {
    for _ in 0..<24 {
      let place = cast.establishment(&random)
      let free = country.beds(at: place) - Int(cast.guests[place])
      if (1...8).contains(free), country.kind(at: place) != .privateHost { return place }
    }
    return nil
  }

  /// More guests than a small establishment has beds, one after the other.
  private mutating func crowd(at place: Int, _ random: inout SyntheticRandom) -> DemoItem {
    let free = country.beds(at: place) - Int(cast.guests[place])
    for guest in 1..<free + random.within(2...4) {
      var stay = stay(at: place, guest: cast.adult(), isForeign: false, party: 0, random: &random)
      stay.nights = max(1, stay.nights)
      agenda.add(.arrival(stay), due: now.adding(seconds: Int64(guest) * 50))
    }
    return checkIn(stay(at: place, guest: cast.adult(), isForeign: false, party: 0, random: &random))
  }
}
