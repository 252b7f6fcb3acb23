/// Decides an event; pure, and the same on every node.
///
/// - Parameters:
///   - event: The event.
///   - state: The partition's state, advanced to `now`.
///   - facts: What was looked up for the event. Where ``PartitionState/needsIdIndex(for:now:)`` says so, the id index must have been
///     asked at a position that covers ``PartitionState/forgottenThrough``.
///   - now: The append time of the event's record, never earlier than the state's.
/// - Returns: The decision with all its reasons.
public func decide(_ event: StayEvent, state: PartitionState, facts: Facts, now: Instant) -> Decision {
  var judge = EventJudge(event: event, state: state, facts: facts, now: now)
  return judge.decision()
}

/// One event held against the rules, version 1.
private struct EventJudge {
  let event: StayEvent
  let state: PartitionState
  let facts: Facts
  let now: Instant
  /// The place of the event's establishment in the state, looked up once; nil for one that was never opened.
  private let place: Int?

  private var codes: CodeSet = []
  private var fields: [FieldProblem] = []

  init(event: StayEvent, state: PartitionState, facts: Facts, now: Instant) {
    self.event = event
    self.state = state
    self.facts = facts
    self.now = now
    place = state.indexes[event.establishment].map { Int($0) }
  }

  mutating func decision() -> Decision {
    if facts.seal == .absent || facts.seal == .opened {
      if let first = registration(of: event.id) { return repeated(first) }
      // Whoever asked an index that does not know the check-in of a guest who still stays must not replace the guest.
      if isOpenStay(event.id) { return Decision(outcome: .rejected, codes: CodeSet(.eventIDReused)) }
    }
    reject()
    guard codes.isEmpty else { return Decision(outcome: .rejected, codes: codes, fields: fields) }
    return register()
  }

  // MARK: The establishment's state

  private func isOpenStay(_ id: EventID) -> Bool { place.map { state.all[$0].stays.index(forKey: id) != nil } ?? false }

  private func stay(_ id: EventID) -> Stay? { place.flatMap { state.all[$0].stays[id] } }

  // MARK: Sameness

  private func repeated(_ first: RegisteredEvent) -> Decision {
    let digest = first.month == facts.month ? facts.digest : facts.priorDigest
    guard digest == first.digest else { return Decision(outcome: .rejected, codes: CodeSet(.eventIDReused)) }
    return Decision(outcome: .duplicate, codes: first.codes, first: first)
  }

  private enum Reference { case event, stay, after }

  private func registration(of id: EventID, as reference: Reference = .event) -> RegisteredEvent? {
    if let place, let known = state.registration(of: id, at: place) { return known }
    guard case .asked(let event, let stay, let after, _) = facts.idIndex else { return nil }
    switch reference {
    case .event: return event
    case .stay: return stay
    case .after: return after
    }
  }

  // MARK: Rejections

  private mutating func reject() {
    switch facts.seal {
    case .absent, .opened: break
    case .unreadable: codes.insert(.identityUnreadable)
    case .expired: codes.insert(.eventSealExpired)
    case .plainRefused: codes.insert(.identityPlainRefused)
    }
    if let after = event.after, registration(of: after, as: .after) == nil { reject(.after, .eventAfterMissing) }
    rejectEstablishment()
    for problem in facts.problems { reject(problem.field, problem.code) }
    if !LineText.isFit(event.ownReference) { reject(.ownReference, .fieldInvalid) }
    if let details = event.stayDetails { rejectDetails(details) }
    rejectBody()
  }

  private mutating func reject(_ field: Field, _ code: Code) {
    codes.insert(code)
    fields.append(FieldProblem(field, code))
  }

  private mutating func rejectEstablishment() {
    if case .establishmentOpened = event.body { return }
    guard let place else {
      codes.insert(.establishmentUnknown)
      return
    }
    guard state.all[place].status == .closed else { return }
    switch event.body {
    case .amendment, .checkOut, .cancellation: break
    default: codes.insert(.establishmentClosed)
    }
  }

  private mutating func rejectDetails(_ details: StayDetails) {
    if facts.seal == .absent { reject(.identity, .fieldMissing) }
    if (details.guestKind == .citizen) != details.nationality.isVietnamese { reject(.nationality, .fieldInvalid) }
    if !(1...20).contains(details.reason) { reject(.reason, .fieldInvalid) }
    if !LineText.isFit(details.room) { reject(.room, .fieldInvalid) }
    let arrival = arrival(details)
    if details.departure.instant < arrival { reject(.departure, .timeDepartureBeforeArrival) }
    if arrival > latest { reject(.arrival, .timeArrivalInFuture) }
    // A guest who has stayed for years can still be corrected.
    let reported = corrected?.reported ?? now
    if arrival < reported.adding(days: -RuleBook.arrivalAgeMaxDays) { reject(.arrival, .timeArrivalTooOld) }
  }

  /// The latest moment at which anything may have happened.
  private var latest: Instant { now.adding(hours: RuleBook.arrivalInFutureMaxHours) }
  /// The earliest moment at which anything may have happened.
  private var earliest: Instant { now.adding(days: -RuleBook.arrivalAgeMaxDays) }

  /// The stay that an amendment corrects, while it is open.
  private var corrected: Stay? {
    guard case .amendment(let id, _) = event.body else { return nil }
    return stay(id)
  }

  /// The arrival that counts; that of a correction is read at the time of the first report.
  private func arrival(_ details: StayDetails) -> Instant {
    details.arrivalRead(received: corrected?.reported ?? event.received)
  }

  /// Bounds when the event happened: an id is looked up as far back as the event's times lie, so that none of them may lie ahead.
  ///
  /// A check-in happens at its arrival, which has bounds and codes of its own.
  private mutating func rejectHappened() {
    switch event.body {
    case .checkIn(let details):
      if event.happened > max(latest, details.arrival.instant) { reject(.happened, .fieldInvalid) }
    case .establishmentOpened, .establishmentChanged, .establishmentClosed:
      if event.happened > latest { reject(.happened, .fieldInvalid) }
    case .amendment, .roomChange, .extended, .checkOut, .cancellation, .dailyClose:
      if event.happened > latest || event.happened < earliest { reject(.happened, .fieldInvalid) }
    }
  }

  private mutating func rejectBody() {
    rejectHappened()
    switch event.body {
    case .checkIn, .establishmentClosed: return
    case .dailyClose(let day, _):
      let zone = LocalZone.vietnam
      if day > zone.date(at: latest) || day < zone.date(at: earliest) { reject(.day, .fieldInvalid) }
    case .establishmentOpened(let details), .establishmentChanged(let details):
      if !EstablishmentDetails.isName(details.name) { reject(.name, details.name.isEmpty ? .fieldMissing : .fieldInvalid) }
    case .amendment, .cancellation: _ = openStay()
    case .roomChange(_, let room):
      _ = openStay()
      if room.isEmpty { reject(.room, .fieldMissing) }
      if !LineText.isFit(room) { reject(.room, .fieldInvalid) }
    case .extended(_, let departure):
      if let stay = openStay(), departure.instant < stay.arrival { reject(.departure, .timeDepartureBeforeArrival) }
    case .checkOut:
      if let stay = openStay(), event.happened < stay.arrival { reject(.happened, .timeDepartureBeforeArrival) }
    }
  }

  /// The open stay that the event names; without one, the reason is added.
  private mutating func openStay() -> Stay? {
    guard let id = event.stay else { return nil }
    if let stay = stay(id) { return stay }
    let isKnown = registration(of: id, as: .stay)?.isCheckIn == true
    reject(.stay, isKnown ? .stayClosed : .stayUnknown)
    return nil
  }

  // MARK: Registering

  private mutating func register() -> Decision {
    var due: Instant?
    var judged: Instant?
    if let details = event.stayDetails {
      codes.formUnion(facts.flags)
      flagPermit(details)
      flagMinor(details)
      (due, judged) = flagLateness(details)
    }
    switch event.body {
    case .checkIn(let details): flagCapacity(details)
    case .dailyClose(let day, let guests): flagCount(day, guests: Int(guests))
    default: break
    }
    return Decision(outcome: codes.isEmpty ? .accepted : .flagged, codes: codes, due: due, judged: judged)
  }

  /// Holds the arrival against the time of the report; a correction keeps that of the first one, so that it is neither punished as a late
  /// report nor a way round the deadline.
  private mutating func flagLateness(_ details: StayDetails) -> (due: Instant, judged: Instant) {
    let remote = place.map { state.all[$0].details.remote } ?? false
    let deadline = ReportingDuty.deadline(guest: details.guestKind, arrival: arrival(details), remote: remote)
    let judged = corrected?.judged ?? judgedNow()
    if !deadline.isMet(by: judged) { codes.insert(.reportLate) }
    return (deadline.due, judged)
  }

  private mutating func judgedNow() -> Instant {
    let allowed = event.received.adding(hours: -RuleBook.offlineAllowanceHours)
    guard event.capturedOffline, event.captured <= event.received, event.captured >= allowed else { return event.received }
    codes.insert(.reportOffline)
    return event.captured
  }

  /// Holds the guests that a daily close names against those whom the register knows.
  private mutating func flagCount(_ day: CivilDate, guests: Int) {
    guard let place else { return }
    let end = LocalZone.vietnam.startOfDay(day.adding(days: 1))
    guard now < end.adding(hours: RuleBook.dailyCloseComparedHours) else { return }
    if !state.all[place].guests(staying: day).contains(guests) { codes.insert(.establishmentCountDiffers) }
  }

  private mutating func flagCapacity(_ details: StayDetails) {
    guard let place, case let beds = state.all[place].details.beds, beds > 0 else { return }
    let presumed = details.departure.instant.adding(hours: RuleBook.presumedLeftAfterHours)
    if now < presumed, state.all[place].guests + 1 > beds { codes.insert(.establishmentOverCapacity) }
  }

  private mutating func flagPermit(_ details: StayDetails) {
    guard details.guestKind == .foreigner, let permit = details.permitUntil else { return }
    let zone = LocalZone.vietnam
    if permit < zone.date(at: arrival(details)) {
      codes.insert(.permitEnded)
    } else if permit < zone.date(at: details.departure.instant) {
      codes.insert(.permitShorterThanStay)
    }
  }

  private mutating func flagMinor(_ details: StayDetails) {
    guard facts.isMinor, let id = event.stay, let place else { return }
    if !state.all[place].hasAdult(party: details.party, room: details.room, besides: id) { codes.insert(.guestMinorAlone) }
  }
}
