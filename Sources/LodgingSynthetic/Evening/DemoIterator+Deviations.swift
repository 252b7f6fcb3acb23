import LodgingDomain

/// Draws deviations by the rates.
struct DeviationDraw: Sendable {
  private let bounds: [(bound: Int, deviation: Deviation)]
  /// What all deviations together have in 100,000.
  let total: Int

  init(rates: (EveningRates.CheckIn) -> Int) {
    var bound = 0
    bounds = EveningRates.checkIns.compactMap { rate in
      guard rates(rate) > 0 else { return nil }
      bound += rates(rate)
      return (bound, rate.deviation)
    }
    total = bound
  }

  /// The deviation at a place below ``total``, or nil beyond it.
  func callAsFunction(_ place: Int) -> Deviation? {
    bounds.first { place < $0.bound }?.deviation
  }

  static let citizens = DeviationDraw { $0.citizens }
  static let foreigners = DeviationDraw { $0.foreigners }
  static let typingErrors = DeviationDraw { DeviationSet.typingErrors.contains($0.deviation) ? $0.citizens : 0 }
}

extension Deviation {
  /// The part of a check-in that the deviation is about; two of one part exclude each other.
  fileprivate enum Part: Sendable {
    case time
    case facts
    case place
    case name
    case birth
    case document
    case seal
  }

  fileprivate var part: Part {
    switch self {
    case .late, .offline, .offlineTooLong, .arrivalInFuture, .arrivalTooOld, .departureBeforeArrival, .permitEnded, .permitShorter: .time
    case .accentsDropped, .wordsSwapped, .wordMissing, .letterChanged, .otherName, .nameMissing: .name
    case .birthSwapped, .birthDiffers, .birthYearOnly, .birthMissing, .birthInFuture, .sexDiffers: .birth
    case .unknownNumber, .deceased, .documentRevoked, .documentLost, .documentExpired, .documentNone, .documentReasonMissing,
      .numberMalformed,
      .numberMissing, .checkDigitWrong:
      .document
    case .sealDamaged, .sealAbsent, .sealExpired: .seal
    case .unknownEstablishment, .closedEstablishment: .place
    default: .facts
    }
  }
}

extension DemoIterator {
  /// Draws what is wrong with a check-in.
  mutating func deviate(_ stay: inout PlannedStay, isAlone: Bool) {
    var random = SyntheticRandom(seed: seed, stream: "deviation", index: stay.sequence)
    let draw = stay.isForeigner ? DeviationDraw.foreigners : DeviationDraw.citizens
    var first = draw(random.below(100_000))
    if first == nil, !stay.isForeigner, isCareless(stay.establishment), random.chance(EveningRates.carelessErrorsPer100k, of: 100_000) {
      first = random.chance(1, of: 2) ? .letterChanged : DeviationDraw.typingErrors(random.below(DeviationDraw.typingErrors.total))
    }
    if isAlone, random.chance(EveningRates.FollowUp.early, of: 100_000) {
      stay.deviations = DeviationSet(.early)
      return
    }
    guard let first else { return }
    add(first, to: &stay, isAlone: isAlone, &random)
    guard random.chance(EveningRates.secondDeviationPer100k, of: 100_000), let second = draw(random.below(draw.total)),
      second.part != first.part, second.part != .place, first.part != .place
    else { return }
    add(second, to: &stay, isAlone: isAlone, &random)
  }

  private func isCareless(_ place: Int) -> Bool {
    var random = SyntheticRandom(seed: seed, stream: "establishment.care", index: UInt64(place))
    return random.chance(EveningRates.carelessEstablishmentsPer100k, of: 100_000)
  }

  /// Adds a deviation where the guest and the party allow it.
  private mutating func add(_ deviation: Deviation, to stay: inout PlannedStay, isAlone: Bool, _ random: inout SyntheticRandom) {
    // Minors must not lose the adult that they came with.
    if stay.isGuardian, DeviationSet.rejecting.contains(deviation) { return }
    switch deviation {
    case .unknownEstablishment, .closedEstablishment:
      guard isAlone else { return }
      let place = deviation == .closedEstablishment ? cast.closedEstablishment(&random) : nil
      stay.establishment = place ?? -1 - random.below(90_000)
      stay.deviations.insert(DeviationSet(place == nil ? .unknownEstablishment : deviation))
      return
    case .arrivalTooOld:
      // Small children were not born then.
      guard !stay.isMinor else { return }
    case .afterMissing: stay.after = EveningWriter.Reserved.nowhere + stay.sequence
    case .deceased, .documentRevoked, .documentLost:
      // It is another guest, whose birth date need not allow what the first deviation was.
      guard !stay.isMinor, stay.deviations.isEmpty, let guest = cast.adult(with: deviation) else { return }
      stay.guest = guest
    case .wordMissing, .birthSwapped, .birthDiffers, .birthYearOnly:
      guard allows(deviation, stay) else { return }
    case .checkDigitWrong: stay.channel = .mrz
    default: break
    }
    stay.deviations.insert(DeviationSet(deviation))
  }

  private func allows(_ deviation: Deviation, _ stay: PlannedStay) -> Bool {
    guard !stay.isForeigner else { return false }
    let resident = country.people.person(at: stay.guest)
    let date = resident.birthDate
    switch deviation {
    case .birthSwapped:
      guard let day = date.day, let month = date.month else { return false }
      return day <= 12 && day != month
    case .birthDiffers: return date.precision == .day
    case .birthYearOnly: return date.year <= EveningClock.day.year - RuleBook.adultAgeYears - 2
    default: return resident.fullName.split(separator: " ").count > 2
    }
  }
}
