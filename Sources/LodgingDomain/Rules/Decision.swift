/// What became of an event.
public enum Outcome: UInt8, CaseIterable, Sendable {
  /// Registered without remark.
  case accepted = 1
  /// Registered with flags.
  case flagged = 2
  /// Not registered; all reasons are in the codes.
  case rejected = 3
  /// The same event was registered before; the first verdict and receipt hold.
  case duplicate = 4
  /// Not readable as an event; kept in quarantine.
  case undecodable = 5

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .accepted: "accepted"
    case .flagged: "flagged"
    case .rejected: "rejected"
    case .duplicate: "duplicate"
    case .undecodable: "undecodable"
    }
  }

  /// Whether the event is registered by this decision.
  public var isRegistered: Bool { self == .accepted || self == .flagged }
}

/// A field that caused a code.
public struct FieldProblem: Hashable, Sendable {
  /// The field.
  public var field: Field
  /// What is wrong with it.
  public var code: Code

  /// Makes a problem from its parts.
  public init(_ field: Field, _ code: Code) {
    self.field = field
    self.code = code
  }
}

/// The fields that a reason can name.
///
/// The raw value is stored; the name is the one of the interface.
public enum Field: UInt8, CaseIterable, Sendable {
  case fullName = 1
  case birthDate = 2
  case sex = 3
  case nationality = 4
  case documentKind = 5
  case documentNumber = 6
  case documentName = 7
  case documentExpiry = 8
  case noDocumentReason = 9
  case machineReadableZone = 10
  case arrival = 11
  case departure = 12
  case room = 13
  case reason = 14
  case reasonText = 15
  case permitUntil = 16
  case stay = 17
  case after = 18
  case ownReference = 19
  case captured = 20
  case happened = 21
  case phone = 22
  case address = 23
  case note = 24
  case name = 25
  case commune = 26
  case identity = 27
  case officer = 28
  case establishment = 29
  case kind = 30
  case remote = 31
  case rooms = 32
  case beds = 33
  case status = 34
  case day = 35

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .fullName: "full_name"
    case .birthDate: "birth_date"
    case .sex: "sex"
    case .nationality: "nationality"
    case .documentKind: "document.kind"
    case .documentNumber: "document.number"
    case .documentName: "document.name"
    case .documentExpiry: "document.expiry"
    case .noDocumentReason: "document.none_reason"
    case .machineReadableZone: "document.mrz"
    case .arrival: "arrival"
    case .departure: "departure"
    case .room: "room"
    case .reason: "reason"
    case .reasonText: "reason_text"
    case .permitUntil: "permit_until"
    case .stay: "stay"
    case .after: "after"
    case .ownReference: "own_reference"
    case .captured: "captured"
    case .happened: "happened"
    case .phone: "phone"
    case .address: "address"
    case .note: "note"
    case .name: "name"
    case .commune: "commune"
    case .identity: "identity"
    case .officer: "officer"
    case .establishment: "establishment"
    case .kind: "kind"
    case .remote: "remote"
    case .rooms: "rooms"
    case .beds: "beds"
    case .status: "status"
    case .day: "day"
    }
  }
}

/// The verdict on one event: the outcome, every reason for it, and what a receipt and an audit need.
public struct Decision: Hashable, Sendable {
  /// What became of the event.
  public var outcome: Outcome
  /// Every reason at once; for a duplicate, the codes of the first verdict.
  public var codes: CodeSet
  /// The fields behind the field and document codes.
  public var fields: [FieldProblem]
  /// When the report of the stay was due, for check-ins and amendments that are registered.
  public var due: Instant?
  /// The time that was held against `due`: of the first report's receipt, or of its capture within the offline allowance.
  public var judged: Instant?
  /// For a duplicate, where the event was registered first.
  public var first: RegisteredEvent?

  /// Makes a decision from its parts.
  public init(
    outcome: Outcome, codes: CodeSet = [], fields: [FieldProblem] = [], due: Instant? = nil, judged: Instant? = nil,
    first: RegisteredEvent? = nil
  ) {
    self.outcome = outcome
    self.codes = codes
    self.fields = fields
    self.due = due
    self.judged = judged
    self.first = first
  }
}

/// What is remembered of a registered event so that sending it again is safe.
public struct RegisteredEvent: Hashable, Sendable {
  /// The event's offset on its partition of the events topic.
  public var source: Int64
  /// The digest of its content under the key of `month`.
  public var digest: Digest128
  /// The month whose key made the digest.
  public var month: KeyMonth
  /// The first verdict.
  public var outcome: Outcome
  /// The first verdict's codes.
  public var codes: CodeSet
  /// Whether the event opened a stay, so that its id names one.
  public var isCheckIn: Bool
  /// Ledger time of the first verdict.
  public var registered: Instant

  /// Makes a record from its parts.
  public init(
    source: Int64, digest: Digest128, month: KeyMonth, outcome: Outcome, codes: CodeSet, isCheckIn: Bool, registered: Instant
  ) {
    self.source = source
    self.digest = digest
    self.month = month
    self.outcome = outcome
    self.codes = codes
    self.isCheckIn = isCheckIn
    self.registered = registered
  }
}

extension RegisteredEvent {
  /// What is to be remembered of an event that a decision registered.
  public init(_ event: StayEvent, facts: Facts, decision: Decision, source: Int64, registered: Instant) {
    var isCheckIn = false
    if case .checkIn = event.body { isCheckIn = true }
    self.init(
      source: source, digest: facts.digest, month: facts.month, outcome: decision.outcome, codes: decision.codes, isCheckIn: isCheckIn,
      registered: registered)
  }
}
