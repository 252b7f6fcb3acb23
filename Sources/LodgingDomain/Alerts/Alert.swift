/// The kinds of alert that entries of the ledger give rise to.
public enum AlertKind: UInt8, CaseIterable, Sendable {
  /// What was declared does not agree with the population register.
  case identityMismatch = 1
  /// One document stays in two places at the same time.
  case stayOverlap = 2
  /// One document moved faster than anybody travels.
  case impossibleTravel = 3
  /// An establishment has been over its capacity for hours.
  case overCapacityPersisting = 4
  /// An establishment that used to report has fallen silent.
  case establishmentSilent = 5
  /// Many identities of one establishment fail in one day.
  case failedIdentities = 6

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .identityMismatch: "identity.mismatch"
    case .stayOverlap: "stay.overlap"
    case .impossibleTravel: "stay.impossible-travel"
    case .overCapacityPersisting: "establishment.over-capacity-persisting"
    case .establishmentSilent: "establishment.silent"
    case .failedIdentities: "establishment.failed-identities"
    }
  }
}

/// How much an alert matters.
public enum AlertSeverity: UInt8, Comparable, CaseIterable, Sendable {
  case low = 1
  case medium = 2
  case high = 3
  case critical = 4

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .low: "low"
    case .medium: "medium"
    case .high: "high"
    case .critical: "critical"
    }
  }

  /// Orders by weight.
  public static func < (left: AlertSeverity, right: AlertSeverity) -> Bool { left.rawValue < right.rawValue }
}

/// Something that a police unit should look at, as it follows from the stays known now.
///
/// An alert holds ids, places and reasons, and no identity. Whether it exists, and all its parts, depend on what the ledger says and not
/// on the order in which partitions were read.
public struct Alert: Hashable, Sendable {
  /// The kind.
  public var kind: AlertKind
  /// How much it matters.
  public var severity: AlertSeverity
  /// 1 to 100; the reasons say how it came about.
  public var score: Int
  /// The establishment whose unit should act.
  public var establishment: EstablishmentID
  /// The stay that it is about, or nil where it is about the establishment.
  public var stay: EventID?
  /// The other stay, where two are held against each other.
  public var other: StayReference?
  /// The local day, for alerts of one day.
  public var day: CivilDate?
  /// When what it is about happened.
  public var at: Instant
  /// Why, each in words without identity, in English.
  public var reasons: [String]

  /// Makes an alert from its parts.
  public init(
    kind: AlertKind, severity: AlertSeverity, score: Int, establishment: EstablishmentID, stay: EventID? = nil, other: StayReference? = nil,
    day: CivilDate? = nil, at: Instant, reasons: [String]
  ) {
    self.kind = kind
    self.severity = severity
    self.score = score
    self.establishment = establishment
    self.stay = stay
    self.other = other
    self.day = day
    self.at = at
    self.reasons = reasons
  }

  /// The text that makes two alerts the same one; ids are hashes of it.
  public var subject: String {
    var parts = [kind.name, establishment.description]
    if let stay { parts.append(stay.description) }
    if let other { parts += [other.establishment.description, other.stay.description] }
    if let day { parts.append(day.description) }
    return parts.joined(separator: "|")
  }
}

/// A stay by its full name.
public struct StayReference: Hashable, Comparable, Sendable {
  /// The establishment.
  public var establishment: EstablishmentID
  /// The stay within it.
  public var stay: EventID

  /// Makes a reference from its parts.
  public init(establishment: EstablishmentID, stay: EventID) {
    self.establishment = establishment
    self.stay = stay
  }

  /// Orders by establishment, then stay.
  public static func < (left: StayReference, right: StayReference) -> Bool {
    (left.establishment, left.stay) < (right.establishment, right.stay)
  }
}
