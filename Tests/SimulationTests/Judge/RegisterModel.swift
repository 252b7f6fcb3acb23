import LodgingDomain
import LodgingPipeline

/// One partition's register as the judge keeps it: what was told and when, never folded; nothing is shared with the production state.
///
/// It remembers every registration for ever and says of each record what must come of it.
struct RegisterModel {
  /// What must come of a record.
  enum Expected: Equatable {
    case registered
    case rejected(CodeSet)
    case duplicate(firstSource: Int64)
  }

  struct Registration {
    var content: Int
    var source: Int64
    var isCheckIn: Bool
    var outcome: UInt64 = 0
    var codes: UInt64 = 0
  }

  struct Stay {
    var kind: GuestKind
    var isMinor: Bool
    var room: String
    var arrival: Int64
    var departure: Int64
    /// When the check-in was received.
    var reported: Int64
    /// Ledger time of the last change that was told.
    var told: Int64
    /// Ledger time of a daily close that found the guest overdue, after the last change.
    var closedOut: Int64?
    var isOver = false
    /// The month that the identity is sealed to, and who the guest is.
    var month: KeyMonth
    var identity: GuestIdentity?
    var isResealed = false

    /// From when on the guest is presumed to have left.
    var presumedSince: Int64 { closedOut ?? max(told, departure + RegisterModel.day) }

    func isOpen(at now: Int64) -> Bool { !isOver && now < presumedSince + 7 * RegisterModel.day }
    func isOverdue(at now: Int64) -> Bool { departure <= now && now < presumedSince }
  }

  struct Key: Hashable {
    var establishment: EstablishmentID
    var id: EventID
  }

  static let hour: Int64 = 3_600_000
  static let day: Int64 = 24 * hour

  private(set) var registrations: [Key: Registration] = [:]
  private(set) var stays: [Key: Stay] = [:]
  private(set) var isOpenByEstablishment: [EstablishmentID: Bool] = [:]
  private(set) var beds: [EstablishmentID: Int] = [:]
  let isPlainAllowed: Bool
  let ring: any KeyRing

  // MARK: What must come of an event

  /// What must come of a record that is an event, appended at `appended` and decided at ledger time `now`.
  func expected(_ sent: Sent, appended: Int64, now: Int64) -> Expected {
    let seal = sealCode(sent, appended: appended)
    let key = Key(establishment: sent.event.establishment, id: sent.event.id)
    if seal == nil, let first = registrations[key] {
      return first.content == sent.content ? .duplicate(firstSource: first.source) : .rejected(CodeSet(.eventIDReused))
    }
    var codes: CodeSet = seal.map { CodeSet($0) } ?? []
    if seal == nil, sent.identity != nil { codes.formUnion(sent.problems) }
    if let after = sent.event.after, registrations[Key(establishment: key.establishment, id: after)] == nil {
      codes.insert(.eventAfterMissing)
    }
    codes.formUnion(establishmentCodes(sent.event))
    if let details = sent.event.stayDetails { codes.formUnion(detailCodes(details, sent, now: now)) }
    codes.formUnion(bodyCodes(sent.event, now: now))
    codes.formUnion(momentCodes(sent.event, now: now))
    return codes.isEmpty ? .registered : .rejected(codes)
  }

  /// Whether the validator gets to see the guest of a record that was appended at `appended`.
  func isReadable(_ sent: Sent, appended: Int64) -> Bool { sent.identity != nil && sealCode(sent, appended: appended) == nil }

  private func sealCode(_ sent: Sent, appended: Int64) -> Code? {
    switch sent.seal {
    case .none: return nil
    case .plain: return isPlainAllowed ? nil : .identityPlainRefused
    case .sealed(let month), .broken(let month):
      switch ring.standing(of: month, at: Instant(milliseconds: appended)) {
      case .unknown: return .identityUnreadable
      case .expired, .destroyed: return .eventSealExpired
      case .sealing, .accepting:
        if case .broken = sent.seal { return .identityUnreadable }
        return nil
      }
    }
  }

  private func establishmentCodes(_ event: StayEvent) -> CodeSet {
    if case .establishmentOpened = event.body { return [] }
    guard let isOpen = isOpenByEstablishment[event.establishment] else { return CodeSet(.establishmentUnknown) }
    if isOpen { return [] }
    switch event.body {
    case .amendment, .checkOut, .cancellation: return []
    default: return CodeSet(.establishmentClosed)
    }
  }

  private func detailCodes(_ details: StayDetails, _ sent: Sent, now: Int64) -> CodeSet {
    var codes: CodeSet = []
    let arrival = details.arrival.instant.milliseconds
    if sent.identity == nil { codes.insert(.fieldMissing) }
    if (details.guestKind == .citizen) != (details.nationality.code == "VNM") { codes.insert(.fieldInvalid) }
    if details.reason < 1 || details.reason > 20 { codes.insert(.fieldInvalid) }
    if details.departure.instant.milliseconds < arrival { codes.insert(.timeDepartureBeforeArrival) }
    if arrival > now + 2 * Self.hour { codes.insert(.timeArrivalInFuture) }
    // A correction is as old as the first report.
    var reported = now
    if case .amendment = sent.event.body, let stay = openStay(of: sent.event, now: now) { reported = stay.reported }
    if arrival < reported - 366 * Self.day { codes.insert(.timeArrivalTooOld) }
    return codes
  }

  /// Everything but a check-in, whose arrival has codes of its own, happens at most two hours ahead and, about a stay, 366 days ago.
  private func momentCodes(_ event: StayEvent, now: Int64) -> CodeSet {
    let happened = event.happened.milliseconds
    let (latest, earliest) = (now + 2 * Self.hour, now - 366 * Self.day)
    var isRight = happened <= latest
    switch event.body {
    case .checkIn(let details): isRight = isRight || happened <= details.arrival.instant.milliseconds
    case .establishmentOpened, .establishmentChanged, .establishmentClosed: break
    case .dailyClose(let day, _):
      let days = { (time: Int64) in (time + 7 * Self.hour) / Self.day }
      isRight = isRight && happened >= earliest && (days(earliest)...days(latest)).contains(Int64(day.daysSinceEpoch))
    case .amendment, .roomChange, .extended, .checkOut, .cancellation: isRight = isRight && happened >= earliest
    }
    return isRight ? [] : CodeSet(.fieldInvalid)
  }

  private func openStay(of event: StayEvent, now: Int64) -> Stay? {
    guard let id = event.stay, let stay = stays[Key(establishment: event.establishment, id: id)], stay.isOpen(at: now) else { return nil }
    return stay
  }

  private func bodyCodes(_ event: StayEvent, now: Int64) -> CodeSet {
    var codes: CodeSet = []
    switch event.body {
    case .checkIn, .dailyClose, .establishmentOpened, .establishmentChanged, .establishmentClosed: return []
    case .amendment, .roomChange, .extended, .checkOut, .cancellation: break
    }
    let stay = event.stay.map { Key(establishment: event.establishment, id: $0) }
    let open = openStay(of: event, now: now)
    if open == nil { codes.insert(stay.flatMap { registrations[$0] }?.isCheckIn == true ? .stayClosed : .stayUnknown) }
    switch event.body {
    case .roomChange(_, let room): if room.isEmpty { codes.insert(.fieldMissing) }
    case .extended(_, let departure):
      if let open, departure.instant.milliseconds < open.arrival { codes.insert(.timeDepartureBeforeArrival) }
    case .checkOut:
      if let open, event.happened.milliseconds < open.arrival { codes.insert(.timeDepartureBeforeArrival) }
    default: break
    }
    return codes
  }

  /// Whether a check-in that is registered now brings one guest more than there are beds; an establishment without beds has no limit.
  func isOverCapacity(_ sent: Sent, now: Int64) -> Bool {
    guard case .checkIn(let details) = sent.event.body, let beds = beds[sent.event.establishment], beds > 0,
      now < details.departure.instant.milliseconds + Self.day
    else { return false }
    let guests = stays.count { key, stay in
      key.establishment == sent.event.establishment && stay.isOpen(at: now) && now < stay.presumedSince
    }
    return guests + 1 > beds
  }

  // MARK: What a registered event tells

  /// Takes an event that the ledger says is registered.
  mutating func register(_ sent: Sent, source: Int64, now: Int64, verdict: LedgerLine.Verdict) {
    let event = sent.event
    var isCheckIn = false
    if case .checkIn = event.body { isCheckIn = true }
    registrations[Key(establishment: event.establishment, id: event.id)] = Registration(
      content: sent.content, source: source, isCheckIn: isCheckIn, outcome: verdict.outcome, codes: verdict.codes)
    switch event.body {
    case .establishmentOpened(let details):
      isOpenByEstablishment[event.establishment] = true
      beds[event.establishment] = Int(details.beds)
    case .establishmentClosed: isOpenByEstablishment[event.establishment] = false
    case .establishmentChanged(let details): beds[event.establishment] = Int(details.beds)
    case .dailyClose(let day, let guests):
      close(event.establishment, before: (Int64(day.daysSinceEpoch) + 1) * Self.day - 7 * Self.hour, guests: Int(guests), now: now)
    default: if let id = event.stay { tell(Key(establishment: event.establishment, id: id), sent, month: verdict.month, now: now) }
    }
  }

  /// Closes the books of the day that ends at `end`: as many guests as are too many are taken to have left, of those who were to leave by
  /// then the first ones first.
  private mutating func close(_ establishment: EstablishmentID, before end: Int64, guests: Int, now: Int64) {
    let here = stays.filter { key, stay in
      key.establishment == establishment && stay.arrival < end && !stay.isOver && now < stay.presumedSince
    }
    let due = here.filter { $0.value.isOverdue(at: now) && $0.value.departure < end }
    let first = due.sorted { ($0.value.departure, $0.key.id) < ($1.value.departure, $1.key.id) }
    for (key, _) in first.prefix(max(0, here.count - guests)) { stays[key]?.closedOut = now }
  }

  private mutating func tell(_ key: Key, _ sent: Sent, month: KeyMonth, now: Int64) {
    switch sent.event.body {
    case .checkIn(let details), .amendment(_, let details):
      let reported = stays[key]?.reported ?? sent.event.received.milliseconds
      stays[key] = Stay(
        kind: details.guestKind, isMinor: sent.isMinor, room: details.room, arrival: details.arrival.instant.milliseconds,
        departure: details.departure.instant.milliseconds, reported: reported, told: now,
        month: month, identity: sent.identity)
    case .roomChange(_, let room): change(key, now) { $0.room = room }
    case .extended(_, let departure): change(key, now) { $0.departure = departure.instant.milliseconds }
    case .checkOut, .cancellation: stays[key]?.isOver = true
    default: break
    }
  }

  private mutating func change(_ key: Key, _ now: Int64, _ body: (inout Stay) -> Void) {
    guard var stay = stays[key] else { return }
    body(&stay)
    (stay.told, stay.closedOut) = (now, nil)
    stays[key] = stay
  }

  /// Takes the entry that seals a stay to a later month.
  mutating func reseal(_ key: Key, to month: KeyMonth) {
    stays[key]?.month = month
    stays[key]?.isResealed = true
  }

  // MARK: Occupancy

  /// Guests of every establishment at ledger time `now`; rooms and beds of the establishment itself are not counted.
  func occupancy(at now: Int64) -> [EstablishmentID: Occupancy] {
    var result = isOpenByEstablishment.mapValues { _ in Occupancy() }
    var rooms: [EstablishmentID: Set<String>] = [:]
    for (key, stay) in stays where stay.isOpen(at: now) {
      guard now < stay.presumedSince else {
        result[key.establishment, default: Occupancy()].presumedLeft += 1
        continue
      }
      if stay.isOverdue(at: now) {
        result[key.establishment, default: Occupancy()].overdue += 1
      } else {
        result[key.establishment, default: Occupancy()].present += 1
      }
      if stay.kind == .citizen {
        result[key.establishment, default: Occupancy()].citizens += 1
      } else {
        result[key.establishment, default: Occupancy()].foreigners += 1
      }
      if stay.isMinor { result[key.establishment, default: Occupancy()].minors += 1 }
      if !stay.room.isEmpty { rooms[key.establishment, default: []].insert(stay.room) }
    }
    for (establishment, labels) in rooms { result[establishment]?.roomsInUse = labels.count }
    return result
  }
}
