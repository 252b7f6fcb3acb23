extension PartitionState {
  /// Lets ledger time pass to `time`: presences change, stays expire, and ids leave the window, in the order of their moments.
  ///
  /// Earlier times change nothing.
  public mutating func advance(to time: Instant, observer: inout some StateObserver) {
    guard time > now else { return }
    while let item = queue.first, item.due <= time {
      queue.removeFirst()
      pass(item, observer: &observer)
    }
    now = time
    forgetIDs()
  }

  /// Applies a decision that counts; `now` must be the entry's ledger time and `source` the event's offset.
  ///
  /// A decision that registered nothing changes only the time.
  public mutating func apply(
    _ event: StayEvent, facts: Facts, decision: Decision, source: Int64, now time: Instant, observer: inout some StateObserver
  ) {
    advance(to: time, observer: &observer)
    guard decision.outcome.isRegistered else { return }
    switch event.body {
    case .establishmentOpened(let details): open(event.establishment, details, observer: &observer)
    case .establishmentChanged(let details): change(event.establishment, observer: &observer) { $0.details = details }
    case .establishmentClosed: change(event.establishment, observer: &observer) { $0.status = .closed }
    case .checkIn, .amendment, .roomChange, .extended, .checkOut, .cancellation:
      applyStay(event, facts: facts, decision: decision, observer: &observer)
    case .dailyClose(let day, let guests): applyDailyClose(event.establishment, of: day, guests: guests, observer: &observer)
    }
    remember(event, facts: facts, decision: decision, source: source)
  }

  /// Notes that the identity of an open stay was sealed to another month's key, and the digest of its check-in under that key.
  ///
  /// Without a digest, the registration of the check-in keeps the one that it has.
  public mutating func reseal(_ stay: EventID, of establishment: EstablishmentID, to month: KeyMonth, digest: Digest128?) {
    guard let index = indexes[establishment] else { return }
    all[Int(index)].stays[stay]?.month = month
    guard let digest else { return }
    let key = RegistrationKey(establishment: index, event: stay)
    registered[key]?.month = month
    registered[key]?.digest = digest
  }

  // MARK: Establishments

  private mutating func open(_ id: EstablishmentID, _ details: EstablishmentDetails, observer: inout some StateObserver) {
    guard let index = indexes[id] else {
      indexes[id] = UInt32(all.count)
      all.append(EstablishmentState(id: id, details: details, status: .open))
      observer.establishment(id, at: now, state: all[all.count - 1])
      return
    }
    all[Int(index)].details = details
    all[Int(index)].status = .open
    all[Int(index)].noteCapacity(at: now)
    observer.establishment(id, at: now, state: all[Int(index)])
  }

  private mutating func change(
    _ id: EstablishmentID, observer: inout some StateObserver, _ body: (inout EstablishmentState) -> Void
  ) {
    guard let index = indexes[id] else { return }
    body(&all[Int(index)])
    all[Int(index)].noteCapacity(at: now)
    observer.establishment(id, at: now, state: all[Int(index)])
  }

  // MARK: Stays

  private mutating func applyStay(_ event: StayEvent, facts: Facts, decision: Decision, observer: inout some StateObserver) {
    guard let index = indexes[event.establishment], let id = event.stay else { return }
    var stay = all[Int(index)].stays[id]
    var change = StayChange.changed
    switch event.body {
    case .checkIn(let details):
      stay = Stay(details, facts: facts, reported: event.received, judged: decision.judged ?? event.received)
      change = .opened
    case .amendment(_, let details):
      guard let old = stay else { return }
      stay = Stay(details, facts: facts, reported: old.reported, judged: old.judged)
      change = .amended(arrivalBefore: old.arrival)
    case .roomChange(_, let room):
      stay?.room = room
    case .extended(_, let departure):
      stay?.departure = departure.instant
    case .checkOut:
      close(id, index, .departed, observer: &observer)
      return
    case .cancellation:
      close(id, index, .cancelled, observer: &observer)
      return
    default:
      return
    }
    guard var changed = stay else { return }
    changed.settle(at: now)
    put(changed, id, index)
    observer.stay(id, of: event.establishment, change, at: now, stay: changed)
  }

  private mutating func applyDailyClose(
    _ id: EstablishmentID, of day: CivilDate, guests: UInt32, observer: inout some StateObserver
  ) {
    guard let index = indexes[id] else { return }
    for stay in all[Int(index)].presumedLeft(closing: day, staying: guests) { presumeLeft(stay, index, observer: &observer) }
  }

  private mutating func presumeLeft(_ id: EventID, _ index: UInt32, observer: inout some StateObserver) {
    guard var stay = all[Int(index)].stays[id] else { return }
    let old = stay.presence
    stay.presence = .presumedLeft
    stay.due = now.adding(days: RuleBook.presumedLeftKeptDays)
    put(stay, id, index)
    observer.stay(id, of: all[Int(index)].id, .presenceChanged(from: old), at: now, stay: stay)
  }

  private mutating func put(_ stay: Stay, _ id: EventID, _ index: UInt32) {
    let old = all[Int(index)].stays.updateValue(stay, forKey: id)
    all[Int(index)].guests += (stay.presence.isGuest ? 1 : 0) - (old?.presence.isGuest == true ? 1 : 0)
    all[Int(index)].noteCapacity(at: now)
    if old?.due != stay.due { queue.insert(DueQueue.Item(due: stay.due, establishment: index, stay: id)) }
  }

  private mutating func close(_ id: EventID, _ index: UInt32, _ change: StayChange, observer: inout some StateObserver) {
    guard let stay = all[Int(index)].stays.removeValue(forKey: id) else { return }
    if stay.presence.isGuest { all[Int(index)].guests -= 1 }
    all[Int(index)].noteCapacity(at: now)
    observer.stay(id, of: all[Int(index)].id, change, at: now, stay: stay)
  }

  /// One moment that came up while time passed; `now` is moved to it, so that observers see when it happened.
  private mutating func pass(_ item: DueQueue.Item, observer: inout some StateObserver) {
    guard var stay = all[Int(item.establishment)].stays[item.stay], stay.due == item.due else { return }
    now = max(now, item.due)
    let old = stay.presence
    switch old {
    case .presumedLeft:
      close(item.stay, item.establishment, .expired, observer: &observer)
    case .overdue:
      presumeLeft(item.stay, item.establishment, observer: &observer)
    case .present:
      stay.settle(at: item.due)
      put(stay, item.stay, item.establishment)
      observer.stay(item.stay, of: all[Int(item.establishment)].id, .presenceChanged(from: old), at: now, stay: stay)
    }
  }

  // MARK: Ids

  private mutating func remember(_ event: StayEvent, facts: Facts, decision: Decision, source: Int64) {
    guard let index = indexes[event.establishment] else { return }
    if !event.isAboutEstablishment { all[Int(index)].lastReport = now }
    let key = RegistrationKey(establishment: index, event: event.id)
    registered[key] = RegisteredEvent(event, facts: facts, decision: decision, source: source, registered: now)
    registrationOrder.append(key)
  }

  private mutating func forgetIDs() {
    let start = now.adding(days: -RuleBook.idWindowDays).adding(hours: -RuleBook.idWindowMarginHours)
    while let key = registrationOrder.first, let record = registered[key], record.registered < start {
      registered[key] = nil
      registrationOrder.removeFirst()
      forgottenThrough = record.source
    }
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
