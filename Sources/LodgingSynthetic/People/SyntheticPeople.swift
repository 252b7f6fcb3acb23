import LodgingDomain

/// A population of residents who do not exist, reached by index: the same seed gives the same people on every machine.
///
/// Personal numbers and passports are unique by construction and follow the structure of real ones; a person does not depend on ``count``,
/// so that a small population is the beginning of a larger one with the same seed.
///
///     let people = SyntheticPeople(seed: 7, count: 1_000_000)
///     print(people.person(at: 0).number)
public struct SyntheticPeople: Sendable {
  /// What the population is made from.
  public let seed: UInt64
  /// How many people there are, at most ``countMax``.
  public let count: Int

  /// The largest population whose numbers stay unique.
  public static let countMax = 1 << 30
  /// The day on which the population is as it is; ages and expiry dates are spread around it.
  static let referenceYear = 2026

  private let places: FeistelPermutation
  private let passports: FeistelPermutation

  private static let placeChoice = RankedChoice(weights: BirthPlaces.all.map(\.weight))
  private static let yearChoice = RankedChoice(weights: birthYearWeights)
  private static let familyChoice = RankedChoice(weights: NameLists.families.map(\.1))
  /// The first year of birth.
  private static let firstBirthYear = referenceYear - birthYearWeights.count
  /// Numbers that one pair of entries of the place and year tables holds for each sex.
  private static let serialsPerCell: UInt64 = 1 << 13

  /// Makes a population.
  ///
  /// - Parameters:
  ///   - seed: Any number.
  ///   - count: How many people; limited to 0...``countMax``.
  public init(seed: UInt64, count: Int) {
    self.seed = seed
    self.count = max(0, min(count, Self.countMax))
    places = FeistelPermutation(halfBits: 15, seed: seed, stream: "people.number")
    passports = FeistelPermutation(halfBits: 15, seed: seed, stream: "people.passport")
  }

  /// The person at a place of the population, in constant time.
  ///
  /// - Parameter index: 0 up to, but not including, ``countMax``; other values are taken modulo ``countMax``.
  /// - Returns: The same person for the same seed and index, always.
  public func person(at index: Int) -> SyntheticResident {
    let place = UInt64(truncatingIfNeeded: index) & UInt64(Self.countMax - 1)
    var generator = SyntheticRandom(seed: seed, stream: "people.person", index: place)
    let random = generator.next()
    let origin = Origin(places(place))
    let isMale = origin.sexDigit == 0
    let birth = Self.birthDate(year: origin.year, random: random)
    let passport = passports(place)
    // One resident in eight has a passport; what remains of the permuted place is its number.
    let hasPassport = passport & 7 == 0
    return SyntheticResident(
      index: Int(place), numberValue: origin.number(seed: seed), birthDate: birth, sex: isMale ? .male : .female,
      status: Self.status(random: random >> 20 & 1023), passport: hasPassport ? passport >> 3 : nil,
      documentExpiry: hasPassport ? Self.expiry(random: random >> 30 & 0xFFF) : nil,
      name: Self.name(isMale: isMale, random: generator.next()))
  }

  /// What a personal number says, chosen by the permuted place in the population.
  private struct Origin {
    let placeCode: UInt64
    let year: Int
    let sexDigit: UInt64
    /// Below a million, and different for each place that has the same code, year and sex.
    let serial: UInt64

    init(_ permuted: UInt64) {
      sexDigit = permuted & 1
      let placeEntry = Int(permuted >> 1 & 255)
      let yearEntry = Int(permuted >> 9 & 255)
      let place = Int(SyntheticPeople.placeChoice.choices[placeEntry])
      let yearIndex = Int(SyntheticPeople.yearChoice.choices[yearEntry])
      placeCode = BirthPlaces.all[place].code
      year = SyntheticPeople.firstBirthYear + yearIndex
      let yearShare = UInt64(SyntheticPeople.yearChoice.shares[yearIndex])
      let cell = UInt64(SyntheticPeople.placeChoice.ranks[placeEntry]) * yearShare + UInt64(SyntheticPeople.yearChoice.ranks[yearEntry])
      serial = cell * SyntheticPeople.serialsPerCell + permuted >> 17
    }

    /// Twelve digits: place, century and sex, year, and six digits that do not show the order.
    func number(seed: UInt64) -> UInt64 {
      let century = year < 2000 ? sexDigit : 2 + sexDigit
      let front = (placeCode * 10 + century) * 100 + UInt64(year % 100)
      // Multiplying by a number without the factors 2 and 5 permutes the numbers below a million.
      let shift = SyntheticRandom.mix(seed ^ front) % 1_000_000
      return front * 1_000_000 + (serial * 387_419 + shift) % 1_000_000
    }
  }

  /// The largest serial number that ``Origin`` can make; the numbers are unique while it is below a million.
  static var serialMax: Int {
    (placeChoice.shares.max() ?? 0) * (yearChoice.shares.max() ?? 0) * Int(serialsPerCell) - 1
  }

  /// Weights of the years of birth, oldest first: few of great age, many in their thirties, fewer children in late years.
  private static let birthYearWeights: [Int] = (0..<100).map { place in
    let age = 99 - place
    switch age {
    case 0..<15: return 30
    case 15..<25: return 28
    case 25..<45: return 34
    case 45..<60: return 26
    case 60..<75: return 16
    case 75..<85: return 6
    default: return 2
    }
  }

  private static func birthDate(year: Int, random: UInt64) -> PartialDate {
    let isLeap = CivilDate.daysInMonth(year: year, month: 2) == 29
    let dayOfYear = Int(random & 0xFFFF) % (isLeap ? 366 : 365)
    let newYear = (try? CivilDate(year: year, month: 1, day: 1)) ?? .earliest
    let date = newYear.adding(days: dayOfYear)
    let precision = random >> 16 & 15
    guard year < 1956, precision < 2, let coarse = try? PartialDate(year: year, month: precision == 0 ? nil : date.month) else {
      return PartialDate(date)
    }
    return coarse
  }

  /// Of a thousand and twenty-four residents five are deceased, four have a revoked document, twelve a lost one.
  private static func status(random: UInt64) -> ResidentStatus {
    switch random {
    case 0..<5: .deceased
    case 5..<9: .revoked
    case 9..<21: .lost
    default: .alive
    }
  }

  /// Expiry dates from two years before the reference year to nine years after it.
  private static func expiry(random: UInt64) -> CivilDate {
    let first = (try? CivilDate(year: referenceYear - 2, month: 1, day: 1)) ?? .earliest
    return first.adding(days: Int(random) % 4018)
  }

  private static func name(isMale: Bool, random: UInt64) -> SyntheticName {
    let middles = isMale ? NameLists.maleMiddles.count : NameLists.femaleMiddles.count
    let givens = isMale ? NameLists.maleGivens.count : NameLists.femaleGivens.count
    return SyntheticName(
      isMale: isMale, family: familyChoice.choices[Int(random & 255)],
      middle: UInt8(truncatingIfNeeded: (random >> 8 & 0xFFFF) % UInt64(middles)),
      given: UInt8(truncatingIfNeeded: (random >> 24 & 0xFFFF) % UInt64(givens)))
  }
}
