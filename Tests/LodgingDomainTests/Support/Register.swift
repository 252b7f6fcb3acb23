import LodgingDomain
import Testing

/// A partition under test: decides events at rising times and folds what was decided, as a validator does.
struct Register {
  private(set) var state: PartitionState
  private(set) var changes = Changes()
  private var source: Int64 = -1

  /// What the state told its observer, in order.
  struct Changes: StateObserver {
    struct Change: Equatable {
      var stay: EventID
      var change: StayChange
      var at: Instant
    }

    var stays: [Change] = []
    var establishments: [EstablishmentID] = []

    mutating func stay(_ id: EventID, of establishment: EstablishmentID, _ change: StayChange, at: Instant, stay: Stay) {
      stays.append(Change(stay: id, change: change, at: at))
    }

    mutating func establishment(_ id: EstablishmentID, at: Instant, state: EstablishmentState) { establishments.append(id) }
  }

  /// A register whose ledger time is the start of 20 November 2026, local time.
  init() throws {
    state = PartitionState(now: try at("2026-11-20T00:00:00+07:00"))
  }

  /// Decides an event that is appended at `now` and folds the decision.
  @discardableResult
  mutating func send(_ event: StayEvent, facts: Facts? = nil, now: Instant? = nil) -> Decision {
    let time = max(now ?? event.received, state.now)
    source += 1
    state.advance(to: time, observer: &changes)
    let facts = facts ?? .example(of: event)
    let decision = decide(event, state: state, facts: facts, now: time)
    state.apply(event, facts: facts, decision: decision, source: source, now: time, observer: &changes)
    return decision
  }

  /// Takes over that the identity of a stay was sealed to another month.
  mutating func reseal(_ stay: EventID, of establishment: EstablishmentID, to month: KeyMonth) {
    state.reseal(stay, of: establishment, to: month, digest: nil)
  }

  /// Lets ledger time pass.
  mutating func tick(_ time: Instant) { state.advance(to: time, observer: &changes) }
}

/// Reads an instant in RFC 3339.
func at(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

extension EventID {
  /// A readable identifier for tests.
  static func number(_ value: UInt64) -> EventID { EventID(high: 0, low: value) }
}

extension Facts {
  /// The facts of an event with a blameless identity; the digest follows from the event's own content.
  static func example(of event: StayEvent, minor: Bool = false, flags: CodeSet = [], problems: [FieldProblem] = []) -> Facts {
    var content = event
    content.received = Instant(milliseconds: 0)
    content.captured = Instant(milliseconds: 0)
    let digest = Digest128(first: UInt64(bitPattern: Int64(content.hashValue)), second: 0)
    return Facts(
      seal: event.stayDetails == nil ? .absent : .opened, month: KeyMonth(index: 24_322), digest: digest, problems: problems, flags: flags,
      isMinor: minor)
  }
}

/// Builders of events at one guest house.
enum Example {
  static func inn() throws -> EstablishmentID { try EstablishmentID("HN-0001") }

  static func opening(
    _ id: UInt64 = 1, beds: UInt32 = 10, remote: Bool = false, at time: String = "2026-11-20T08:00:00+07:00"
  ) throws -> StayEvent {
    let commune = try #require(CommuneCode("00004"))
    let details = EstablishmentDetails(name: "Nha nghi 1", kind: .guestHouse, commune: commune, remote: remote, rooms: 5, beds: beds)
    return try event(id, at: time, .establishmentOpened(details))
  }

  static func event(
    _ id: UInt64, at time: String, received: String? = nil, captured: String? = nil, offline: Bool = false, after: UInt64? = nil,
    _ body: StayEvent.Body
  ) throws -> StayEvent {
    let happened = try LodgingDomainTests.at(time)
    let received = try received.map(LodgingDomainTests.at) ?? happened
    return StayEvent(
      id: .number(id), establishment: try inn(), happened: happened, captured: try captured.map(LodgingDomainTests.at) ?? received,
      received: received, capturedOffline: offline, after: after.map(EventID.number), channel: .api, body: body)
  }

  static func details(
    arrival: String, departure: String, kind: GuestKind = .citizen, room: String = "101", party: UInt64? = nil, permit: CivilDate? = nil
  ) throws -> StayDetails {
    StayDetails(
      guestKind: kind, nationality: kind == .citizen ? .vietnam : .germany, room: room,
      arrival: LocalMoment(try LodgingDomainTests.at(arrival)), departure: LocalMoment(try LodgingDomainTests.at(departure)),
      party: party.map(EventID.number), permitUntil: permit)
  }

  static func checkIn(
    _ id: UInt64, at arrival: String = "2026-11-20T18:00:00+07:00", until departure: String = "2026-11-21T12:00:00+07:00",
    received: String? = nil, captured: String? = nil, offline: Bool = false, kind: GuestKind = .citizen, room: String = "101",
    party: UInt64? = nil, permit: CivilDate? = nil
  ) throws -> StayEvent {
    let details = try details(arrival: arrival, departure: departure, kind: kind, room: room, party: party, permit: permit)
    return try event(id, at: arrival, received: received, captured: captured, offline: offline, .checkIn(details))
  }
}
