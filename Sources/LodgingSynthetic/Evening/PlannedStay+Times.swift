import LodgingDomain

extension PlannedStay {
  /// Fixes the times of the check-in, which is received at `received`.
  ///
  /// Without a deviation the report is on time: a citizen who would have arrived before 23:00 and is reported after it arrives after
  /// 23:00 instead, except for the share that the deadline catches.
  mutating func settle(received: Instant, seed: UInt64) {
    var random = SyntheticRandom(seed: seed, stream: "stay.times", index: sequence)
    let writing = Int64(random.within(1000...60_000))
    let isCaught = random.chance(EveningRates.caughtByDeadlinePer100k, of: 100_000)
    let share = Int64(random.below(1000))
    let isDated = random.chance(15, of: 100)
    self.received = received
    captured = received.adding(milliseconds: -min(writing, delay / 2))
    arrival = Self.wholeMinute(received.adding(milliseconds: -delay))
    let due = EveningClock.noticeDue
    let isBehind = !isForeigner && received >= due && arrival < due
    if isBehind, !isCaught {
      arrival = due.adding(milliseconds: (received - due) * share / 1000)
      captured = max(captured, arrival)
    }
    deviate(&random)
    if isBehind, isCaught, deviations.isDisjoint(with: Self.timed) { deviations.insert(DeviationSet(.late)) }
    leave(&random)
    let isOrdinary = deviations.isDisjoint(with: Self.timed)
    isArrivalDateOnly = isOrdinary && isDated && channel == .file && nights > 0
  }

  /// The deviations that set a time.
  private static let timed = DeviationSet(
    .late, .offline, .offlineTooLong, .arrivalInFuture, .arrivalTooOld, .departureBeforeArrival)

  private mutating func deviate(_ random: inout SyntheticRandom) {
    for deviation in deviations.intersection(Self.timed).deviations {
      switch deviation {
      case .late: arriveTooEarly(&random)
      case .offline: captureOffline(&random)
      case .offlineTooLong:
        captured = received.adding(minutes: -Int64(random.within(26 * 60...72 * 60)))
        arrival = captured.adding(minutes: -Int64(random.within(5...300)))
      case .arrivalInFuture: arrival = received.adding(minutes: Int64(random.within(150...72 * 60)))
      case .arrivalTooOld: arrival = received.adding(days: -Int64(random.within(367...800)))
      default: break
      }
    }
  }

  /// An arrival of which the report is late wherever the establishment lies.
  private mutating func arriveTooEarly(_ random: inout SyntheticRandom) {
    let due = EveningClock.noticeDue
    if isForeigner {
      arrival = received.adding(minutes: -Int64(random.within(25 * 60...60 * 60)))
    } else if received >= due {
      arrival = due.adding(minutes: -Int64(random.within(1...360)))
    } else {
      arrival = due.adding(hours: -24).adding(minutes: -Int64(random.within(1...600)))
    }
  }

  /// A capture within the allowance that is on time where the receipt of a citizen's report is late.
  private mutating func captureOffline(_ random: inout SyntheticRandom) {
    let due = EveningClock.noticeDue
    let minutes = Int64(random.within(1...10))
    if isForeigner {
      captured = received.adding(minutes: -Int64(random.within(13 * 60...23 * 60)))
      arrival = captured.adding(minutes: -minutes)
    } else if received >= due {
      captured = due.adding(minutes: -Int64(random.within(1...360)))
      arrival = captured.adding(minutes: -minutes)
    } else {
      // From the beginning of the allowance to the end of the day before; who arrived in its last hour was due in the morning.
      let earliest = received.adding(minutes: -(23 * 60 + 40))
      let span = max(1, (due.adding(minutes: 58 - 24 * 60) - earliest) / 60_000)
      captured = earliest.adding(minutes: Int64(random.below(Int(span))))
      let lastHour = due.adding(hours: -24)
      arrival = captured.adding(minutes: -minutes)
      if captured >= lastHour { arrival = max(arrival, lastHour) }
    }
  }

  private mutating func leave(_ random: inout SyntheticRandom) {
    let zone = LocalZone.vietnam
    let hours = Int64(random.within(2...5))
    let isDated = random.chance(1, of: 2)
    let typedBefore = Int64(random.within(1...5))
    // A permit that is too short leaves some nights after its last day.
    if deviations.contains(.permitShorter) { nights = max(nights, 3) }
    if deviations.contains(.departureBeforeArrival) {
      departure = arrival.adding(days: -typedBefore)
      isDepartureDateOnly = false
    } else if nights == 0 {
      departure = max(arrival, received).adding(hours: hours)
      isDepartureDateOnly = false
    } else {
      let day = zone.startOfDay(zone.date(at: max(arrival, received)).adding(days: nights))
      isDepartureDateOnly = isDated
      departure = isDated ? day.adding(seconds: 24 * 60 * 60 - 1) : day.adding(hours: 12)
    }
  }

  private static func wholeMinute(_ instant: Instant) -> Instant {
    Instant(milliseconds: instant.milliseconds / 60_000 * 60_000)
  }
}
