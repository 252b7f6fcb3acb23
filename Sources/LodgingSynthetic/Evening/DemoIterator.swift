import LodgingDomain

/// Makes the items of an evening one after the other.
public struct DemoIterator: IteratorProtocol, Sendable {
  let writer: EveningWriter
  let seed: UInt64
  var cast: EveningCast
  var agenda = Agenda()
  /// The item that is being made.
  var index = 0
  /// Its append time.
  var now = EveningClock.start
  private let clock: EveningClock
  private var number: UInt64 = 0

  init(_ plan: DemoPlan) {
    seed = plan.seed
    writer = EveningWriter(country: plan.country, seed: plan.seed)
    cast = EveningCast(country: plan.country, seed: plan.seed)
    clock = EveningClock(count: plan.count)
  }

  var country: SyntheticCountry { writer.country }

  /// The next item; nil after the last one.
  public mutating func next() -> DemoItem? {
    guard index < clock.count else { return nil }
    now = clock.instant(at: index)
    let item = stray() ?? agenda.next(at: now).map { carryOut($0) } ?? somethingNew()
    index += 1
    return item
  }

  /// A number that makes an id and addresses random numbers; never 0.
  mutating func takeNumber() -> UInt64 {
    number += 1
    return number
  }

  /// When what is appended now was received.
  func receipt(_ random: inout SyntheticRandom) -> Instant {
    now.adding(milliseconds: -Int64(random.within(5...250)))
  }

  /// What comes whatever waits to be sent: garbage, stray events, and events about stays that nobody knows.
  private mutating func stray() -> DemoItem? {
    var random = SyntheticRandom(seed: seed, stream: "evening.item", index: UInt64(index))
    if let garbage = Self.garbage(random.below(100_000)) { return self.garbage(garbage, &random) }
    guard country.establishmentCount > 0 else { return self.garbage(.randomBytes, &random) }
    if random.chance(EveningRates.Item.stayUnknown, of: 100_000) { return unknownStay(&random) }
    if random.chance(EveningRates.Item.wrongKey, of: 100_000) { return strayEvent(.wrongKey) }
    if random.chance(EveningRates.Item.wrongPartition, of: 100_000) { return strayEvent(.wrongPartition) }
    return nil
  }

  private mutating func somethingNew() -> DemoItem {
    var random = SyntheticRandom(seed: seed, stream: "evening.new", index: UInt64(index))
    if now >= EveningClock.closingTime, random.chance(EveningRates.dailyClosePer100k, of: 100_000), let place = cast.nextToClose() {
      return dailyClose(place, &random)
    }
    return arrivingParty()
  }

  private mutating func carryOut(_ action: PlannedAction) -> DemoItem {
    switch action {
    case .arrival(let stay): return checkIn(stay)
    case .correction(let stay): return checkIn(stay)
    case .event(let planned): return send(planned)
    case .again(let planned, let item, let isSealedAnew): return sendAgain(planned, item: item, isSealedAnew: isSealedAnew)
    }
  }

  // MARK: Sending

  /// Sends a check-in and plans what follows from it.
  mutating func checkIn(_ planned: PlannedStay) -> DemoItem {
    var stay = planned
    var random = SyntheticRandom(seed: seed, stream: "check-in", index: UInt64(index))
    stay.settle(received: receipt(&random), seed: seed)
    if stay.isRegistered, stay.establishment >= 0 {
      if !cast.hasRoom(for: 1, at: stay.establishment) { stay.deviations.insert(DeviationSet(.overCapacity)) }
      cast.arrived(at: stay.establishment)
    }
    let event = PlannedEvent(kind: .checkIn, id: stay.id, stay: stay, received: stay.received, deviations: stay.deviations)
    let isSentAgain = planWhatFollows(event)
    return item(event, isSentAgain: isSentAgain)
  }

  private mutating func send(_ planned: PlannedEvent) -> DemoItem {
    var event = planned
    var random = SyntheticRandom(seed: seed, stream: "event", index: UInt64(index))
    event.received = receipt(&random)
    if event.deviations.isDisjoint(with: .rejecting), event.kind == .checkOut || event.kind == .cancellation {
      cast.left(event.stay.establishment)
    }
    if event.kind == .checkIn { event.stay.settle(received: event.received, seed: seed) }
    return item(event, isSentAgain: false)
  }

  func item(_ planned: PlannedEvent, isSentAgain: Bool) -> DemoItem {
    let (event, identity) = writer.write(planned)
    let key = planned.deviations.contains(.wrongKey) ? otherKey(than: planned.stay.establishment) : event.establishment
    return DemoItem(
      index: index, appended: now, key: key, content: .event(event, identity), deviations: planned.deviations, isSentAgain: isSentAgain)
  }

  private func otherKey(than index: Int) -> EstablishmentID {
    let next = (index + 1) % country.establishmentCount
    return next == index ? country.unknownID(index) : country.id(at: next)
  }

  private func sendAgain(_ planned: PlannedEvent, item: Int, isSealedAnew: Bool) -> DemoItem {
    var (event, identity) = writer.write(planned)
    if isSealedAnew {
      var random = SyntheticRandom(seed: seed, stream: "event.again", index: UInt64(index))
      event.received = receipt(&random)
    }
    // Only what is read from the event itself is still said of it: the first verdict holds.
    return DemoItem(
      index: index, appended: now, key: event.establishment,
      content: .again(of: item, event, identity, isSealedAnew: isSealedAnew),
      deviations: DeviationSet(isSealedAnew ? .sealedAnew : .sentAgain), isSentAgain: false)
  }
}
