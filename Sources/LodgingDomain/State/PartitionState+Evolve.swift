extension PartitionState {
  /// Lets ledger time pass to `time`: presences change, stays expire, and ids leave the window, in the order of their moments.
  ///
  /// Earlier times change nothing.
  public mutating func advance(to time: Instant, observer: inout some StateObserver) {
    guard time > now else { return }
    while let moment = queue.first, moment.due <= time { pass(moment, observer: &observer) }
    now = time
    forgetIDs()
  }

  /// The same where nobody observes it.
  package mutating func advance(to time: Instant) {
    var observer = NoObserver()
    advance(to: time, observer: &observer)
  }

  /// Applies a decision that counts; `now` must be the entry's ledger time and `source` the event's offset.
  ///
  /// A decision that registered nothing changes only the time.
  public mutating func apply(
    _ event: StayEvent, facts: Facts, decision: Decision, source: Int64, now time: Instant, observer: inout some StateObserver
  ) {
    advance(to: time, observer: &observer)
    guard decision.outcome.isRegistered else { return }
    register(event, standing(of: event), facts: facts, decision: decision, source: source, observer: &observer)
  }

  /// Decides an event on this state, which stands at the time of the event's record, and applies the decision; nobody observes it.
  package mutating func decide(_ event: StayEvent, _ standing: EventStanding, facts: Facts, source: Int64) -> Decision {
    let decision = LodgingDomain.decide(event, standing, state: self, facts: facts, now: now)
    guard decision.outcome.isRegistered else { return decision }
    var observer = NoObserver()
    register(event, standing, facts: facts, decision: decision, source: source, observer: &observer)
    return decision
  }

  /// Notes that the identity of an open stay was sealed to another month's key, and the digest of its check-in under that key.
  ///
  /// Without a digest, the registration of the check-in keeps the one that it has.
  public mutating func reseal(_ stay: EventID, of establishment: EstablishmentID, to month: KeyMonth, digest: Digest128?) {
    guard let place = place(of: establishment) else { return }
    if let slot = all[place].stays.slot(of: stay) {
      months.move(from: all[place].stays[slot]?.month, to: month)
      all[place].stays.reseal(slot, to: month)
    }
    guard let digest else { return }
    registered.change(stay, at: UInt32(place), digest: digest, month: month)
  }

  private mutating func register(
    _ event: StayEvent, _ standing: EventStanding, facts: Facts, decision: Decision, source: Int64, observer: inout some StateObserver
  ) {
    switch event.body {
    case .establishmentOpened(let details): open(event.establishment, standing.place, details, observer: &observer)
    case .establishmentChanged(let details): change(standing.place, observer: &observer) { $0.details = details }
    case .establishmentClosed: change(standing.place, observer: &observer) { $0.status = .closed }
    case .checkIn, .amendment, .roomChange, .extended, .checkOut, .cancellation:
      applyStay(event, standing, facts: facts, decision: decision, observer: &observer)
    case .dailyClose(let day, let guests): applyDailyClose(standing.place, of: day, guests: guests, observer: &observer)
    }
    guard let place = standing.place ?? place(of: event.establishment) else { return }
    if !event.isAboutEstablishment { all[place].lastReport = now }
    let record = RegisteredEvent(event, facts: facts, decision: decision, source: source, registered: now)
    let registration = Registration(establishment: UInt32(place), event: event.id, record: record)
    if standing.registered == nil {
      registered.append(registration, standing.id.hash(at: registration.establishment))
    } else {
      registered.append(registration)
    }
  }

  // MARK: Establishments

  private mutating func open(
    _ id: EstablishmentID, _ known: Int?, _ details: EstablishmentDetails, observer: inout some StateObserver
  ) {
    guard let place = known else {
      append(EstablishmentState(id: id, details: details, status: .open))
      observer.establishment(id, at: now, state: all[all.count - 1])
      return
    }
    change(place, observer: &observer) { ($0.details, $0.status) = (details, .open) }
  }

  private mutating func change(_ place: Int?, observer: inout some StateObserver, _ body: (inout EstablishmentState) -> Void) {
    guard let place else { return }
    body(&all[place])
    all[place].noteCapacity(at: now)
    observer.establishment(all[place].id, at: now, state: all[place])
  }

  // MARK: Stays

  private mutating func applyStay(
    _ event: StayEvent, _ standing: EventStanding, facts: Facts, decision: Decision, observer: inout some StateObserver
  ) {
    guard let place = standing.place, let id = standing.stay else { return }
    if case .checkIn(let details) = event.body {
      var stay = Stay(details, facts: facts, reported: event.received, judged: decision.judged ?? event.received)
      stay.settle(at: now)
      put(stay, standing, place)
      observer.stay(id, of: event.establishment, .opened, at: now, stay: stay)
      return
    }
    guard let slot = standing.slot, var stay = all[place].stays[slot] else { return }
    var change = StayChange.changed
    switch event.body {
    case .amendment(_, let details):
      change = .amended(arrivalBefore: stay.arrival)
      stay = Stay(details, facts: facts, reported: stay.reported, judged: stay.judged)
    case .roomChange(_, let room):
      stay.room = room
    case .extended(_, let departure):
      stay.departure = departure.instant
    case .checkOut:
      return close(slot, place, .departed, observer: &observer)
    case .cancellation:
      return close(slot, place, .cancelled, observer: &observer)
    case .checkIn, .dailyClose, .establishmentOpened, .establishmentChanged, .establishmentClosed:
      return
    }
    stay.settle(at: now)
    replace(stay, slot, place)
    observer.stay(id, of: event.establishment, change, at: now, stay: stay)
  }

  private mutating func applyDailyClose(_ place: Int?, of day: CivilDate, guests: UInt32, observer: inout some StateObserver) {
    guard let place else { return }
    for stay in all[place].presumedLeft(closing: day, staying: guests) {
      if let slot = all[place].stays.slot(of: stay) { presumeLeft(slot, place, observer: &observer) }
    }
  }

  private mutating func presumeLeft(_ slot: Int, _ place: Int, observer: inout some StateObserver) {
    guard var stay = all[place].stays[slot] else { return }
    let old = stay.presence
    stay.presence = .presumedLeft
    stay.due = now.adding(days: RuleBook.presumedLeftKeptDays)
    replace(stay, slot, place)
    observer.stay(all[place].stays.id(in: slot), of: all[place].id, .presenceChanged(from: old), at: now, stay: stay)
  }

  /// Puts a stay that begins; where one is open under the same id, in its place.
  private mutating func put(_ stay: Stay, _ standing: EventStanding, _ place: Int) {
    if let slot = standing.ownSlot { return replace(stay, slot, place) }
    let slot = all[place].stays.insert(stay, standing.id)
    count(place, nil, stay)
    queue.insert(DueQueue.Item(due: stay.due, establishment: UInt32(place), slot: UInt32(slot)))
  }

  private mutating func replace(_ stay: Stay, _ slot: Int, _ place: Int) {
    guard let old = all[place].stays[slot] else { return }
    all[place].stays.replace(stay, in: slot)
    count(place, old, stay)
    if old.due != stay.due { queue.insert(DueQueue.Item(due: stay.due, establishment: UInt32(place), slot: UInt32(slot))) }
  }

  private mutating func close(_ slot: Int, _ place: Int, _ change: StayChange, observer: inout some StateObserver) {
    guard let stay = all[place].stays[slot] else { return }
    all[place].stays.remove(slot)
    count(place, stay, nil)
    observer.stay(all[place].stays.id(in: slot), of: all[place].id, change, at: now, stay: stay)
  }

  /// Counts a stay that opened, closed, or changed.
  private mutating func count(_ place: Int, _ before: Stay?, _ after: Stay?) {
    months.move(from: before?.month, to: after?.month)
    all[place].guests += (after?.presence.isGuest == true ? 1 : 0) - (before?.presence.isGuest == true ? 1 : 0)
    all[place].noteCapacity(at: now)
  }

  // MARK: Time

  /// The first moment that came up while time passed; `now` is moved to it, so that observers see when it happened.
  private mutating func pass<Observer: StateObserver>(_ moment: DueQueue.Item, observer: inout Observer) {
    let place = Int(moment.establishment)
    var slots = queue.removeFirstMoment()
    if Observer.needsOrder, slots.count > 1 { slots.sort { all[place].stays.id(in: Int($0)) < all[place].stays.id(in: Int($1)) } }
    for slot in slots {
      let slot = Int(slot)
      guard var stay = all[place].stays[slot], stay.due == moment.due else { continue }
      now = max(now, moment.due)
      let old = stay.presence
      switch old {
      case .presumedLeft:
        close(slot, place, .expired, observer: &observer)
      case .overdue:
        presumeLeft(slot, place, observer: &observer)
      case .present:
        stay.settle(at: moment.due)
        replace(stay, slot, place)
        observer.stay(all[place].stays.id(in: slot), of: all[place].id, .presenceChanged(from: old), at: now, stay: stay)
      }
    }
  }

  private mutating func forgetIDs() {
    let start = now.adding(days: -RuleBook.idWindowDays).adding(hours: -RuleBook.idWindowMarginHours)
    while let oldest = registered.oldest, oldest < start, let record = registered.removeFirst() { forgottenThrough = record.source }
  }
}

extension Stay {
  /// A stay as its details say; the arrival of a day alone is read at the time of the first report.
  init(_ details: StayDetails, facts: Facts, reported: Instant, judged: Instant) {
    self.init(
      guestKind: details.guestKind, isMinor: facts.isMinor, presence: .present, room: details.room,
      arrival: details.arrivalRead(received: reported), departure: details.departure.instant, due: details.departure.instant,
      party: details.party, month: facts.month, reported: reported, judged: judged)
  }

  /// Sets the presence that follows from the planned departure at `time`, and when it changes next.
  mutating func settle(at time: Instant) {
    let presumed = departure.adding(hours: RuleBook.presumedLeftAfterHours)
    if time < departure {
      presence = .present
      due = departure
    } else if time < presumed {
      presence = .overdue
      due = presumed
    } else {
      presence = .presumedLeft
      due = max(time, presumed).adding(days: RuleBook.presumedLeftKeptDays)
    }
  }
}
