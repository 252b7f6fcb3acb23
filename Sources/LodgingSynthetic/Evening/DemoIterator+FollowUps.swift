import LodgingDomain

extension DemoIterator {
  /// Plans what follows from a check-in that is sent now; true if its bytes are sent again.
  mutating func planWhatFollows(_ checkIn: PlannedEvent) -> Bool {
    var random = SyntheticRandom(seed: seed, stream: "follow-up", index: checkIn.stay.sequence)
    guard checkIn.stay.isRegistered else {
      planCorrection(of: checkIn.stay, &random)
      return false
    }
    let end = planEnd(of: checkIn.stay, &random)
    planChanges(of: checkIn.stay, before: end, &random)
    if end == nil { planElsewhere(checkIn.stay, &random) }
    return planRepetitions(of: checkIn, &random)
  }

  private func chance(_ rate: Int, _ random: inout SyntheticRandom) -> Bool { random.chance(rate, of: 100_000) }

  /// So many minutes from now, to the millisecond.
  private func later(_ minutes: ClosedRange<Int>, _ random: inout SyntheticRandom) -> Instant {
    now.adding(milliseconds: Int64(random.within(minutes.lowerBound * 60_000...minutes.upperBound * 60_000)))
  }

  private mutating func plan(
    _ kind: PlannedEvent.Kind, _ stay: PlannedStay, due: Instant, deviations: DeviationSet = []
  ) {
    guard due < EveningClock.end else { return }
    agenda.add(.event(PlannedEvent(kind: kind, id: takeNumber(), stay: stay, deviations: deviations)), due: due)
  }

  /// The correction of a check-in that was rejected, under the same id.
  private mutating func planCorrection(of stay: PlannedStay, _ random: inout SyntheticRandom) {
    guard !stay.deviations.isDisjoint(with: .correctable), stay.establishment >= 0,
      stay.deviations.subtracting(.correctable).isDisjoint(with: .rejecting), chance(EveningRates.correctedPer100k, &random)
    else { return }
    var corrected = stay
    corrected.deviations = stay.deviations.subtracting(.correctable).subtracting(DeviationSet(.late)).union(DeviationSet(.corrected))
    agenda.add(.correction(corrected), due: later(1...20, &random))
  }

  /// The check-out or the cancellation, and what is said after it; returns when it is due.
  private mutating func planEnd(of stay: PlannedStay, _ random: inout SyntheticRandom) -> Instant? {
    let roll = random.below(100_000)
    let afterwards = chance(EveningRates.stayClosedPer100k, &random)
    guard !stay.isGuardian, !stay.isMinor else { return nil }
    let end: Instant
    var kind = PlannedEvent.Kind.checkOut
    let rates = EveningRates.FollowUp.self
    switch roll {
    case 0..<rates.checkOut: end = later(20...260, &random)
    case rates.checkOut..<rates.checkOut + rates.cancellation:
      kind = .cancellation
      end = later(2...60, &random)
    case rates.checkOut + rates.cancellation..<rates.checkOut + rates.cancellation + rates.movedOn
    where country.establishmentCount > 1 && stay.deviations.isEmpty:
      end = later(20...120, &random)
      let next = (stay.establishment + 1) % country.establishmentCount
      comeBack(stay, .movedOn, at: next, due: end.adding(minutes: Int64(random.within(20...60))))
    default: return nil
    }
    plan(kind, stay, due: end)
    if afterwards {
      let last: PlannedEvent.Kind = random.pick([.roomChange, .extended, .checkOut])
      plan(last, stay, due: end.adding(minutes: Int64(random.within(1...40))), deviations: DeviationSet(.stayClosed))
    }
    return end
  }

  private mutating func planChanges(of stay: PlannedStay, before end: Instant?, _ random: inout SyntheticRandom) {
    let last = end ?? EveningClock.end
    let roomChange = chance(EveningRates.FollowUp.roomChange, &random)
    let roomMissing = chance(EveningRates.roomMissingPer100k, &random)
    let extended = chance(EveningRates.FollowUp.extended, &random)
    let tooEarly = chance(EveningRates.extensionBeforeArrivalPer100k, &random)
    let hasRooms = country.kind(at: stay.establishment) != .privateHost
    if roomChange, hasRooms, let due = earlier(later(3...90, &random), than: last) {
      plan(.roomChange, stay, due: due, deviations: roomMissing ? DeviationSet(.roomMissing) : [])
    }
    if extended, let due = earlier(later(5...200, &random), than: last) {
      plan(.extended, stay, due: due, deviations: tooEarly ? DeviationSet(.extensionBeforeArrival) : [])
    }
    planAmendment(of: stay, before: last, &random)
  }

  private mutating func planAmendment(of stay: PlannedStay, before last: Instant, _ random: inout SyntheticRandom) {
    let isTyping = !stay.deviations.isDisjoint(with: .typingErrors)
    let rate = isTyping ? EveningRates.amendedPer100k : EveningRates.FollowUp.amendment
    guard chance(rate, &random), let due = earlier(later(2...45, &random), than: last) else { return }
    var amended = stay
    // What the register says of the person or of the permit stays true in the new version.
    let lasting = stay.deviations.subtracting(.typingErrors).intersection(Self.lasting)
    if isTyping {
      amended.deviations = stay.deviations.subtracting(.typingErrors)
    } else {
      amended.room += 1
      amended.departure = amended.departure.adding(days: 1)
    }
    plan(.amendment, amended, due: due, deviations: lasting.union(DeviationSet(.amended)))
  }

  /// What an amendment says again because it is in the whole new version, or because the first report was late.
  private static let lasting = DeviationSet(
    .late, .offlineTooLong, .permitEnded, .permitShorter, .minorAlone, .deceased, .documentRevoked, .documentLost, .documentExpired,
    .documentNone)

  private func earlier(_ due: Instant, than last: Instant) -> Instant? { due < last ? due : nil }

  // MARK: Again

  private mutating func planRepetitions(of checkIn: PlannedEvent, _ random: inout SyntheticRandom) -> Bool {
    let again = chance(EveningRates.FollowUp.sentAgain, &random)
    let anew = chance(EveningRates.FollowUp.sealedAnew, &random)
    let reused = chance(EveningRates.FollowUp.idReused, &random)
    let soon = now.adding(milliseconds: Int64(random.within(200...90_000)))
    if again { agenda.add(.again(checkIn, item: index, isSealedAnew: false), due: soon) }
    if anew { agenda.add(.again(checkIn, item: index, isSealedAnew: true), due: later(2...90, &random)) }
    if reused {
      var other = checkIn.stay
      other.sequence = takeNumber()
      other.isForeigner = false
      other.isMinor = false
      other.guest = cast.adult()
      other.deviations = []
      other.party = 0
      let event = PlannedEvent(kind: .checkIn, id: other.id, stay: other, deviations: DeviationSet(.idReused))
      agenda.add(.event(event), due: later(1...60, &random))
    }
    return again
  }

  // MARK: Elsewhere

  /// The same guest in another establishment, and the same id there.
  private mutating func planElsewhere(_ stay: PlannedStay, _ random: inout SyntheticRandom) {
    let rates = EveningRates.FollowUp.self
    let roll = random.below(100_000)
    let count = country.establishmentCount
    let isPlain = stay.deviations.isEmpty && !stay.isMinor && !stay.isGuardian
    guard isPlain, count > 1 else { return }
    var bound = rates.documentNearby
    if roll < bound {
      comeBack(stay, .documentNearby, at: (stay.establishment + 1) % count, due: later(15...120, &random))
      return
    }
    bound += rates.documentFar
    if roll < bound {
      comeBack(stay, .documentFar, at: (stay.establishment + count / 2) % count, due: later(10...45, &random))
      return
    }
    bound += rates.idShared
    if roll < bound {
      var other = self.stay(
        at: (stay.establishment + 1) % count, guest: cast.adult(), isForeign: false, party: 0, random: &random)
      other.id = stay.id
      other.deviations = DeviationSet(.idShared)
      other.delay = 60_000
      comeIn(other, due: later(1...60, &random))
    }
  }

  private mutating func comeBack(_ stay: PlannedStay, _ deviation: Deviation, at place: Int, due: Instant) {
    var again = stay
    let number = takeNumber()
    again.sequence = number
    again.id = number
    again.establishment = place
    again.party = 0
    again.after = 0
    again.delay = 3 * 60_000
    again.room = 0
    again.nights = max(1, stay.nights)
    again.deviations = DeviationSet(deviation)
    comeIn(again, due: due)
  }

  private mutating func comeIn(_ stay: PlannedStay, due: Instant) {
    guard due < EveningClock.end, !country.isClosed(at: stay.establishment) else { return }
    agenda.add(.arrival(stay), due: due)
  }

  // MARK: Out of order

  /// Sends a room change first, then the check-in that it is about, then the room change again.
  mutating func roomChangeBefore(_ planned: PlannedStay) -> DemoItem {
    var stay = planned
    stay.deviations = []
    var random = SyntheticRandom(seed: seed, stream: "early", index: stay.sequence)
    var event = PlannedEvent(kind: .roomChange, id: takeNumber(), stay: stay, deviations: DeviationSet(.early))
    event.received = receipt(&random)
    agenda.add(.arrival(stay), due: now.adding(milliseconds: 1))
    agenda.add(.again(event, item: index, isSealedAnew: false), due: now.adding(milliseconds: Int64(random.within(2...30_000))))
    return item(event, isSentAgain: true)
  }
}
