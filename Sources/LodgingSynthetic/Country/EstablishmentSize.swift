import LodgingDomain

/// The kind, rooms and beds of a synthetic establishment.
struct EstablishmentSize: Sendable {
  let kind: EstablishmentKind
  let rooms: Int
  /// Beds; 0 where the host never said.
  let beds: Int

  /// Shares of kinds in a thousand.
  private static let urban: [(EstablishmentKind, Int)] = [
    (.guestHouse, 490), (.hotel, 260), (.homestay, 90), (.privateHost, 90), (.vehicle, 25), (.other, 25), (.hospital, 20),
  ]
  private static let rural: [(EstablishmentKind, Int)] = [
    (.guestHouse, 560), (.homestay, 190), (.privateHost, 110), (.hotel, 90), (.vehicle, 15), (.other, 20), (.hospital, 15),
  ]

  /// Draws a size.
  init(isUrban: Bool, random: inout SyntheticRandom) {
    var rest = random.below(1000)
    var kind = EstablishmentKind.guestHouse
    for (candidate, share) in isUrban ? Self.urban : Self.rural {
      kind = candidate
      rest -= share
      if rest < 0 { break }
    }
    self.kind = kind
    let (rooms, beds) = Self.draw(kind, &random)
    self.rooms = rooms
    self.beds = beds
  }

  private static func draw(_ kind: EstablishmentKind, _ random: inout SyntheticRandom) -> (rooms: Int, beds: Int) {
    switch kind {
    case .guestHouse:
      let beds = skewed(5...20, &random)
      return (max(3, beds * 3 / 4), beds)
    case .hotel:
      let beds = skewed(20...400, &random)
      return (beds * 10 / random.within(13...19), beds)
    case .homestay:
      let beds = random.within(2...8)
      return ((beds + 1) / 2, beds)
    case .hospital:
      let beds = skewed(50...1500, &random)
      return (beds / random.within(3...6), beds)
    case .vehicle:
      return (1, random.within(10...20) * 2)
    case .privateHost:
      return (random.within(1...2), random.chance(3, of: 10) ? 0 : random.within(1...4))
    case .other:
      let beds = skewed(6...60, &random)
      return (max(1, beds / 3), beds)
    }
  }

  /// Many near the lower bound, few near the upper one: the larger part of the range times the product of two draws.
  private static func skewed(_ range: ClosedRange<Int>, _ random: inout SyntheticRandom) -> Int {
    let width = range.upperBound - range.lowerBound
    let product = random.below(1001) * random.below(1001)
    return range.lowerBound + width * product / 1_000_000
  }
}
