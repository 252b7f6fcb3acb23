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
  /// The notice that the stay fits.
  public var notice: NoticeID?
  /// When what it is about happened.
  public var at: Instant
  /// Why, without identity.
  public var reasons: [AlertReason]

  /// Makes an alert from its parts.
  public init(
    kind: AlertKind, severity: AlertSeverity, score: Int, establishment: EstablishmentID, stay: EventID? = nil, other: StayReference? = nil,
    day: CivilDate? = nil, notice: NoticeID? = nil, at: Instant, reasons: [AlertReason]
  ) {
    self.kind = kind
    self.severity = severity
    self.score = score
    self.establishment = establishment
    self.stay = stay
    self.other = other
    self.day = day
    self.notice = notice
    self.at = at
    self.reasons = reasons
  }

  /// The text that makes two alerts the same one; ids are hashes of it.
  public var subject: String {
    var parts = [kind.name, establishment.description]
    if let stay { parts.append(stay.description) }
    if let other { parts += [other.establishment.description, other.stay.description] }
    if let day { parts.append(day.description) }
    if let notice { parts.append(notice.description) }
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
