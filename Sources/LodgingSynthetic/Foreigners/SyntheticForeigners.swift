public import LodgingDomain

/// Foreign visitors who do not exist, reached by index: the same seed gives the same visitors on every machine.
public struct SyntheticForeigners: Sendable {
  private let seed: UInt64
  private let shift: UInt64

  /// Passport numbers that exist: a letter and eight digits.
  private static let passports: UInt64 = 26 * 100_000_000

  /// Makes the visitors of a seed.
  public init(seed: UInt64) {
    self.seed = seed
    shift = SyntheticRandom.mix(seed ^ 0x70_61_73_73) % Self.passports
  }

  /// The visitor at an index, in constant time.
  ///
  /// - Parameters:
  ///   - index: 0 up to 2.6 billion; passport numbers are unique within that.
  ///   - group: Visitors of one group have one nationality.
  /// - Returns: The visitor.
  public func person(at index: Int, group: UInt64) -> SyntheticForeigner {
    var choice = SyntheticRandom(seed: seed, stream: "foreigner.nation", index: group)
    let nation = ForeignNames.nations[ForeignNames.table.draw(&choice)]
    var random = SyntheticRandom(seed: seed, stream: "foreigner", index: UInt64(truncatingIfNeeded: index))
    let sex: Sex = random.chance(1, of: 2) ? .male : .female
    let names = nation.names
    let surname = random.pick(names.surnames)
    let given = random.pick(sex == .male ? names.male : names.female)
    let second = random.chance(1, of: 3) ? random.pick(sex == .male ? names.male : names.female) : given
    let birth = Self.birthReference.adding(days: -random.within(19 * 365...74 * 365))
    let expiry = Self.birthReference.adding(days: random.within(240...9 * 365))
    return SyntheticForeigner(
      surname: surname, givenNames: second == given ? given : given + " " + second, sex: sex, birthDate: birth,
      nationality: nation.nationality, passportNumber: passport(index), passportExpiry: expiry)
  }

  private func passport(_ index: Int) -> String {
    // 1,618,033,991 has none of the prime factors of the count of passports (2, 5 and 13), so the product permutes them.
    let place = (UInt64(truncatingIfNeeded: index) % Self.passports * 1_618_033_991 + shift) % Self.passports
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 9) { text in
      text[0] = UInt8(ascii: "A") + UInt8(truncatingIfNeeded: place / 100_000_000)
      var rest = place % 100_000_000
      for digit in stride(from: 8, through: 1, by: -1) {
        text[digit] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      return String(decoding: text, as: UTF8.self)
    }
  }

  /// The day that ages and expiry dates are counted from: the evening's.
  private static let birthReference = EveningClock.day
}

/// A foreign visitor who does not exist.
public struct SyntheticForeigner: Hashable, Sendable {
  /// The family name in capital letters.
  public let surname: String
  /// The given names in capital letters.
  public let givenNames: String
  /// The sex.
  public let sex: Sex
  /// The birth date; all visitors are of age.
  public let birthDate: CivilDate
  /// The nationality.
  public let nationality: Nationality
  /// The passport's number: a letter and eight digits.
  public let passportNumber: String
  /// The passport's last day.
  public let passportExpiry: CivilDate

  /// The full name as the foreigners' declaration writes it.
  public var fullName: String { surname + " " + givenNames }
}
