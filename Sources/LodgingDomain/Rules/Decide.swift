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
  decide(event, state.standing(of: event), state: state, facts: facts, now: now)
}

/// The same with what the state knows of the event, where that was looked up before.
package func decide(_ event: StayEvent, _ standing: EventStanding, state: PartitionState, facts: Facts, now: Instant) -> Decision {
  if facts.seal == .absent || facts.seal == .opened {
    if let first = standing.registered ?? facts.idIndex.event { return repeated(first, facts) }
    // Whoever asked an index that does not know the check-in of a guest who still stays must not replace the guest.
    if standing.ownSlot != nil { return Decision(outcome: .rejected, codes: CodeSet(.eventIDReused)) }
  }
  var judge = EventJudge(standing, state: state, now: now)
  judge.reject(event, standing, facts)
  return judge.codes.isEmpty ? judge.register(event, standing, facts, state: state) : judge.rejection
}

/// The verdict on an event whose id was registered before.
private func repeated(_ first: RegisteredEvent, _ facts: Facts) -> Decision {
  let digest = first.month == facts.month ? facts.digest : facts.priorDigest
  guard digest == first.digest else { return Decision(outcome: .rejected, codes: CodeSet(.eventIDReused)) }
  return Decision(outcome: .duplicate, codes: first.codes, first: first)
}

/// One event held against the rules, version 1.
///
/// Event, standing, facts and state are large and handed on from call to call, and details are read where they lie in the event; what is
/// kept here is small.
private struct EventJudge {
  private let now: Instant
  /// What the rules ask about the event's establishment; nil for one that was never opened.
  private var establishment: Establishment?
  /// What they ask about the stay that the event names, while it is open.
  private var stay: OpenStay?

  private(set) var codes: CodeSet = []
  private var fields: [FieldProblem] = []

  private struct Establishment {
    var status: EstablishmentStatus
    var remote: Bool
    var beds: UInt32
    var guests: Int
  }

  private struct OpenStay {
    var arrival: Instant
    var reported: Instant
    var judged: Instant
  }

  init(_ standing: borrowing EventStanding, state: borrowing PartitionState, now: Instant) {
    self.now = now
    guard let place = standing.place else { return }
    establishment = Establishment(
      status: state.all[place].status, remote: state.all[place].details.remote, beds: state.all[place].details.beds,
      guests: state.all[place].guests)
    guard let slot = standing.slot, let stay = state.all[place].stays[slot] else { return }
    self.stay = OpenStay(arrival: stay.arrival, reported: stay.reported, judged: stay.judged)
  }

  var rejection: Decision { Decision(outcome: .rejected, codes: codes, fields: fields) }

  // MARK: Rejections

  mutating func reject(_ event: StayEvent, _ standing: EventStanding, _ facts: Facts) {
    switch facts.seal {
    case .absent, .opened: break
    case .unreadable: codes.insert(.identityUnreadable)
    case .expired: codes.insert(.eventSealExpired)
    case .plainRefused: codes.insert(.identityPlainRefused)
    }
    if event.after != nil, standing.after ?? facts.idIndex.after == nil { reject(.after, .eventAfterMissing) }
    rejectEstablishment(event)
    for problem in facts.problems { reject(problem.field, problem.code) }
    if !event.ownReference.isEmpty, !LineText.isFit(event.ownReference) { reject(.ownReference, .fieldInvalid) }
    switch event.body {
    case .checkIn(let details), .amendment(_, let details): rejectDetails(details, event, facts)
    default: break
    }
    rejectHappened(event)
    rejectBody(event, standing, facts)
  }

  private mutating func reject(_ field: Field, _ code: Code) {
    codes.insert(code)
    fields.append(FieldProblem(field, code))
  }

  private mutating func rejectEstablishment(_ event: StayEvent) {
    if case .establishmentOpened = event.body { return }
    guard let establishment else {
      codes.insert(.establishmentUnknown)
      return
    }
    guard establishment.status == .closed else { return }
    switch event.body {
    case .amendment, .checkOut, .cancellation: break
    default: codes.insert(.establishmentClosed)
    }
  }

  private mutating func rejectDetails(_ details: StayDetails, _ event: StayEvent, _ facts: Facts) {
    if facts.seal == .absent { reject(.identity, .fieldMissing) }
    if (details.guestKind == .citizen) != details.nationality.isVietnamese { reject(.nationality, .fieldInvalid) }
    if !(1...20).contains(details.reason) { reject(.reason, .fieldInvalid) }
    if !LineText.isFit(details.room) { reject(.room, .fieldInvalid) }
    let arrival = arrival(details, event)
    if details.departure.instant < arrival { reject(.departure, .timeDepartureBeforeArrival) }
    if arrival > latest { reject(.arrival, .timeArrivalInFuture) }
    // A guest who has stayed for years can still be corrected.
    let reported = corrected(event)?.reported ?? now
    if arrival < reported.adding(days: -RuleBook.arrivalAgeMaxDays) { reject(.arrival, .timeArrivalTooOld) }
  }

  /// The latest moment at which anything may have happened.
  private var latest: Instant { now.adding(hours: RuleBook.arrivalInFutureMaxHours) }
  /// The earliest moment at which anything may have happened.
  private var earliest: Instant { now.adding(days: -RuleBook.arrivalAgeMaxDays) }

  /// The stay that an amendment corrects, while it is open.
  private func corrected(_ event: StayEvent) -> OpenStay? {
    guard case .amendment = event.body else { return nil }
    return stay
  }

  /// The arrival that counts; that of a correction is read at the time of the first report.
  private func arrival(_ details: StayDetails, _ event: StayEvent) -> Instant {
    details.arrivalRead(received: corrected(event)?.reported ?? event.received)
  }

  /// Bounds when the event happened: an id is looked up as far back as the event's times lie, so that none of them may lie ahead.
  ///
  /// A check-in happens at its arrival, which has bounds and codes of its own.
  private mutating func rejectHappened(_ event: StayEvent) {
    switch event.body {
    case .checkIn(let details):
      if event.happened > max(latest, details.arrival.instant) { reject(.happened, .fieldInvalid) }
    case .establishmentOpened, .establishmentChanged, .establishmentClosed:
      if event.happened > latest { reject(.happened, .fieldInvalid) }
    case .amendment, .roomChange, .extended, .checkOut, .cancellation, .dailyClose:
      if event.happened > latest || event.happened < earliest { reject(.happened, .fieldInvalid) }
    }
  }

  private mutating func rejectBody(_ event: StayEvent, _ standing: EventStanding, _ facts: Facts) {
    switch event.body {
    case .checkIn, .establishmentClosed: return
    case .dailyClose(let day, _):
      let zone = LocalZone.vietnam
      if day > zone.date(at: latest) || day < zone.date(at: earliest) { reject(.day, .fieldInvalid) }
    case .establishmentOpened(let details), .establishmentChanged(let details):
      if !EstablishmentDetails.isName(details.name) { reject(.name, details.name.isEmpty ? .fieldMissing : .fieldInvalid) }
    case .amendment, .cancellation: rejectStay(standing, facts)
    case .roomChange(_, let room):
      rejectStay(standing, facts)
      if room.isEmpty { reject(.room, .fieldMissing) }
      if !LineText.isFit(room) { reject(.room, .fieldInvalid) }
    case .extended(_, let departure):
      rejectStay(standing, facts)
      if let stay, departure.instant < stay.arrival { reject(.departure, .timeDepartureBeforeArrival) }
    case .checkOut:
      rejectStay(standing, facts)
      if let stay, event.happened < stay.arrival { reject(.happened, .timeDepartureBeforeArrival) }
    }
  }

  /// Adds the reason where the stay that the event names is not open.
  private mutating func rejectStay(_ standing: EventStanding, _ facts: Facts) {
    guard stay == nil else { return }
    let isKnown = (standing.closed ?? facts.idIndex.stay)?.isCheckIn == true
    reject(.stay, isKnown ? .stayClosed : .stayUnknown)
  }

  // MARK: Registering

  mutating func register(_ event: StayEvent, _ standing: EventStanding, _ facts: Facts, state: PartitionState) -> Decision {
    var due: Instant?
    var judged: Instant?
    switch event.body {
    case .checkIn(let details), .amendment(_, let details):
      codes.formUnion(facts.flags)
      let arrival = arrival(details, event)
      flagPermit(details, arrival)
      if facts.isMinor { flagMinor(details, standing, state) }
      (due, judged) = flagLateness(details, arrival, event)
    default: break
    }
    switch event.body {
    case .checkIn(let details): flagCapacity(details)
    case .dailyClose(let day, let guests): flagCount(day, guests: Int(guests), standing, state)
    default: break
    }
    return Decision(outcome: codes.isEmpty ? .accepted : .flagged, codes: codes, due: due, judged: judged)
  }

  /// Holds the arrival against the time of the report; a correction keeps that of the first one, so that it is neither punished as a late
  /// report nor a way round the deadline.
  private mutating func flagLateness(_ details: StayDetails, _ arrival: Instant, _ event: StayEvent) -> (due: Instant, judged: Instant) {
    let deadline = ReportingDuty.deadline(guest: details.guestKind, arrival: arrival, remote: establishment?.remote ?? false)
    let judged = corrected(event)?.judged ?? judgedNow(event)
    if !deadline.isMet(by: judged) { codes.insert(.reportLate) }
    return (deadline.due, judged)
  }

  private mutating func judgedNow(_ event: StayEvent) -> Instant {
    let allowed = event.received.adding(hours: -RuleBook.offlineAllowanceHours)
    guard event.capturedOffline, event.captured <= event.received, event.captured >= allowed else { return event.received }
    codes.insert(.reportOffline)
    return event.captured
  }

  /// Holds the guests that a daily close names against those whom the register knows.
  private mutating func flagCount(_ day: CivilDate, guests: Int, _ standing: EventStanding, _ state: PartitionState) {
    guard let place = standing.place else { return }
    let end = LocalZone.vietnam.startOfDay(day.adding(days: 1))
    guard now < end.adding(hours: RuleBook.dailyCloseComparedHours) else { return }
    if !state.all[place].guests(staying: day).contains(guests) { codes.insert(.establishmentCountDiffers) }
  }

  private mutating func flagCapacity(_ details: StayDetails) {
    guard let establishment, establishment.beds > 0 else { return }
    let presumed = details.departure.instant.adding(hours: RuleBook.presumedLeftAfterHours)
    if now < presumed, establishment.guests + 1 > Int(establishment.beds) { codes.insert(.establishmentOverCapacity) }
  }

  private mutating func flagPermit(_ details: StayDetails, _ arrival: Instant) {
    guard details.guestKind == .foreigner, let permit = details.permitUntil else { return }
    let zone = LocalZone.vietnam
    if permit < zone.date(at: arrival) {
      codes.insert(.permitEnded)
    } else if permit < zone.date(at: details.departure.instant) {
      codes.insert(.permitShorterThanStay)
    }
  }

  private mutating func flagMinor(_ details: StayDetails, _ standing: EventStanding, _ state: PartitionState) {
    guard let id = standing.stay, let place = standing.place else { return }
    if !state.all[place].stays.hasAdult(party: details.party, room: details.room, besides: id) { codes.insert(.guestMinorAlone) }
  }
}
