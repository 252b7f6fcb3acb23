import LodgingDomain

/// Chooses guests and establishments, each guest once as long as there are enough.
struct EveningCast: Sendable {
  let country: SyntheticCountry
  private let order: AffinePermutation
  private let places: AliasTable
  private var adults = 0
  private var minors = 0
  private var visitors = 0
  private var deceased: [Int] = []
  private var revoked: [Int] = []
  private var lost: [Int] = []
  private let closed: [Int32]

  /// Guests of each establishment whom the register should count as staying.
  private(set) var guests: [UInt32]
  /// Whether an establishment had a check-in this evening and has not closed its books.
  private var isOpen: [Bool]
  private var closing = 0
  private let closingOrder: AffinePermutation

  private static let spareMax = 1024
  private static let searchMax = 256

  init(country: SyntheticCountry, seed: UInt64) {
    self.country = country
    var random = SyntheticRandom(seed: seed, stream: "cast")
    order = AffinePermutation(count: country.people.count, random: &random)
    closingOrder = AffinePermutation(count: country.establishmentCount, random: &random)
    let indices = 0..<country.establishmentCount
    places = AliasTable(weights: indices.isEmpty ? [0] : indices.map { Self.weight(of: $0, in: country, seed: seed) })
    guests = [UInt32](repeating: 0, count: indices.count)
    isOpen = [Bool](repeating: false, count: indices.count)
    closed = indices.filter(country.isClosed).map(Int32.init)
  }

  /// How many guests an establishment draws: its beds, by how many of them change hands in an evening.
  private static func weight(of index: Int, in country: SyntheticCountry, seed: UInt64) -> UInt32 {
    guard !country.isClosed(at: index) else { return 0 }
    var random = SyntheticRandom(seed: seed, stream: "establishment.luck", index: UInt64(index))
    let turnover =
      switch country.kind(at: index) {
      case .hotel: 10
      case .guestHouse: 9
      case .homestay: 6
      case .hospital: 3
      case .vehicle: 8
      case .privateHost: 3
      case .other: 6
      }
    return UInt32(max(1, country.beds(at: index)) * turnover * random.within(5...15))
  }

  // MARK: Guests

  /// The next adult whose papers are in order; of age for the whole year, so that a birth date typed wrong does not make a minor.
  mutating func adult() -> Int {
    var index = 0
    for _ in 0..<Self.searchMax {
      index = order(adults)
      adults += 1
      let resident = country.people.person(at: index)
      guard EveningClock.day.year - resident.birthDate.year > RuleBook.adultAgeYears else { continue }
      guard resident.status == .alive else {
        keep(index, resident.status)
        continue
      }
      break
    }
    return index
  }

  /// The next minor whose papers are in order and who reaches one of these ages this year, or nil where none is found soon.
  mutating func minor(ages: ClosedRange<Int>) -> Int? {
    for _ in 0..<Self.searchMax {
      let index = order(minors)
      minors += 1
      let resident = country.people.person(at: index)
      if resident.status == .alive, ages.contains(EveningClock.day.year - resident.birthDate.year) { return index }
    }
    return nil
  }

  /// An adult of whom the register says something else than alive, where one was met.
  mutating func adult(with deviation: Deviation) -> Int? {
    switch deviation {
    case .deceased: deceased.popLast()
    case .documentRevoked: revoked.popLast()
    case .documentLost: lost.popLast()
    default: nil
    }
  }

  /// The next visitor.
  mutating func visitor() -> Int {
    visitors += 1
    return visitors
  }

  private mutating func keep(_ index: Int, _ status: ResidentStatus) {
    switch status {
    case .alive: break
    case .deceased: if deceased.count < Self.spareMax { deceased.append(index) }
    case .revoked: if revoked.count < Self.spareMax { revoked.append(index) }
    case .lost: if lost.count < Self.spareMax { lost.append(index) }
    }
  }

  // MARK: Establishments

  /// Any open establishment, by weight.
  func establishment(_ random: inout SyntheticRandom) -> Int { places.draw(&random) }

  /// Whether so many guests more have a bed; establishments that never said how many they have take everybody.
  func hasRoom(for count: Int, at index: Int) -> Bool {
    let beds = country.beds(at: index)
    return beds == 0 || Int(guests[index]) + count <= beds
  }

  /// An establishment that closed before the evening, or nil.
  func closedEstablishment(_ random: inout SyntheticRandom) -> Int? {
    closed.isEmpty ? nil : Int(random.pick(closed))
  }

  /// Counts a registered check-in.
  mutating func arrived(at index: Int) {
    guests[index] &+= 1
    isOpen[index] = true
  }

  /// Counts a check-out or a cancellation.
  mutating func left(_ index: Int) {
    guests[index] -= min(1, guests[index])
  }

  /// The next establishment that closes its books, or nil where none is left.
  mutating func nextToClose() -> Int? {
    while closing < isOpen.count {
      let index = closingOrder(closing)
      closing += 1
      if isOpen[index] {
        isOpen[index] = false
        return index
      }
    }
    return nil
  }
}
