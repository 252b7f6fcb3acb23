import LodgingDomain

extension EveningWriter {
  /// The identity of a guest as it was typed, with the stay's mistakes.
  func identity(of stay: PlannedStay, guest: Guest, reason: UInt8) -> GuestIdentity {
    var random = SyntheticRandom(seed: seed, stream: "stay.identity", index: stay.sequence)
    var identity: GuestIdentity
    switch guest {
    case .visitor(let visitor): identity = self.identity(of: visitor, stay)
    case .resident(let resident): identity = self.identity(of: resident, stay, &random)
    }
    if reason == StayReason.other.number, !stay.deviations.contains(.reasonTextMissing) { identity.reasonText = "Thăm người quen" }
    if random.chance(3, of: 100) { identity.note = "Khách đi theo đoàn" }
    guard !stay.deviations.isDisjoint(with: Self.mistakes) else { return identity }
    mistype(&identity, of: stay, guest: guest)
    return identity
  }

  private func identity(of visitor: SyntheticForeigner, _ stay: PlannedStay) -> GuestIdentity {
    let isRead = stay.channel == .mrz && stay.deviations.isDisjoint(with: Self.mistakes)
    let isMisread = stay.deviations.contains(.checkDigitWrong)
    return GuestIdentity(
      fullName: visitor.fullName, birthDate: PartialDate(visitor.birthDate), sex: visitor.sex, documentKind: .passport,
      documentNumber: visitor.passportNumber, documentExpiry: visitor.passportExpiry,
      machineReadableZone: isRead || isMisread ? visitor.machineReadableZone(wrongBy: isMisread ? UInt8(1 + stay.guest % 9) : 0) : "")
  }

  private func identity(of resident: SyntheticResident, _ stay: PlannedStay, _ random: inout SyntheticRandom) -> GuestIdentity {
    let day = LocalZone.vietnam.date(at: stay.arrival)
    let roll = random.below(100)
    let expiryDays = random.within(30...3650)
    var identity = GuestIdentity(
      fullName: resident.fullName, birthDate: resident.birthDate, sex: resident.sex, documentKind: .identityCard,
      documentNumber: resident.number)
    guard stay.deviations.isDisjoint(with: Self.mistakes), stay.deviations.isDisjoint(with: Self.statuses) else { return identity }
    switch roll {
    case 0..<80 where resident.birthDate.latest.age(on: day) < 14: identity.documentKind = .birthCertificate
    case 0..<3:
      // A passport that is still good; whoever has none shows the card.
      guard let number = resident.documentNumber, let expiry = resident.documentExpiry, expiry > day else { break }
      identity.documentKind = .passport
      identity.documentNumber = number
      identity.documentExpiry = expiry
    case 3..<5: identity.documentKind = .identificationNotice
    case 5..<52: identity.documentKind = .chipCard
    case 90..<100: identity.documentExpiry = day.adding(days: expiryDays)
    default: break
    }
    return identity
  }

  /// Findings of the register that the sender cannot know of: the card is shown as it is.
  private static let statuses = DeviationSet(.deceased, .documentRevoked, .documentLost)

  /// What changes the identity.
  private static let mistakes = DeviationSet.typingErrors.union(
    DeviationSet(
      .nameMissing, .birthYearOnly, .birthMissing, .birthInFuture, .documentExpired, .documentNone, .documentReasonMissing,
      .numberMalformed,
      .numberMissing))

  private func mistype(_ identity: inout GuestIdentity, of stay: PlannedStay, guest: Guest) {
    var random = SyntheticRandom(seed: seed, stream: "stay.mistakes", index: stay.sequence)
    for deviation in stay.deviations.deviations {
      switch deviation {
      case .accentsDropped: identity.fullName = TypingErrors.withoutMarks(identity.fullName)
      case .wordsSwapped: identity.fullName = TypingErrors.familyNameLast(identity.fullName)
      case .wordMissing: identity.fullName = TypingErrors.withoutMiddleWord(identity.fullName, &random)
      case .letterChanged: identity.fullName = TypingErrors.withLetterChanged(identity.fullName, &random)
      case .otherName: identity.fullName = country.people.person(at: country.people.count + random.below(1_000_000)).fullName
      case .nameMissing: identity.fullName = ""
      case .birthSwapped, .birthDiffers, .birthYearOnly, .birthMissing, .birthInFuture:
        identity.birthDate = birthDate(identity.birthDate, with: deviation, stay, &random)
      case .sexDiffers: identity.sex = identity.sex == .male ? .female : .male
      case .unknownNumber:
        // Residents beyond the country's count have numbers that nobody in it has.
        identity.documentNumber = country.people.person(at: country.people.count + stay.guest).number
      case .documentExpired:
        identity.documentExpiry = LocalZone.vietnam.date(at: stay.arrival).adding(days: -random.within(1...900))
      case .documentNone, .documentReasonMissing:
        identity.documentKind = .noDocument
        identity.documentNumber = ""
        identity.documentExpiry = nil
        let reason: NoDocumentReason = stay.isMinor ? .child : random.pick([.lost, .neverIssued, .unreadable])
        identity.noDocumentReason = deviation == .documentReasonMissing ? nil : reason
      case .numberMalformed: identity.documentNumber = TypingErrors.malformed(identity.documentNumber, &random)
      case .numberMissing: identity.documentNumber = ""
      default: break
      }
    }
  }

  private func birthDate(
    _ date: PartialDate?, with deviation: Deviation, _ stay: PlannedStay, _ random: inout SyntheticRandom
  ) -> PartialDate? {
    guard let date, deviation != .birthMissing else { return nil }
    switch deviation {
    case .birthSwapped: return try? PartialDate(year: date.year, month: date.day, day: date.month)
    case .birthYearOnly: return try? PartialDate(year: date.year)
    case .birthInFuture: return PartialDate(LocalZone.vietnam.date(at: stay.arrival).adding(days: random.within(2...900)))
    default:
      // Another day of the same month, never the one that swapping would give.
      guard let month = date.month, let day = date.day else { return try? PartialDate(year: date.year - 1) }
      let other = (day + random.within(1...20) - 1) % 28 + 1
      return try? PartialDate(year: date.year, month: month, day: other == day ? day % 28 + 1 : other)
    }
  }
}
