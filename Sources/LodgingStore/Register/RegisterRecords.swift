public import LodgingDomain
public import LodgingPipeline

/// The figures of one unit.
public struct UnitOccupancy: Hashable, Sendable {
  /// The unit.
  public var unit: UnitCode
  /// Its name where the catalogue or the register knows one.
  public var name: String?
  /// How full it is.
  public var occupancy: Occupancy
  /// Guests whose arrival lies in the local day.
  public var arrivals: Int
  /// Guests who left in the local day.
  public var departures: Int
}

/// The figures of a unit and of the next narrower ones.
public struct OccupancyReport: Hashable, Sendable {
  /// What it stands on.
  public var version: RegisterVersion
  /// The local day that arrivals and departures are of; nil while the register is empty.
  public var day: CivilDate?
  /// The unit.
  public var total: UnitOccupancy
  /// The units within it, in the order of their codes: provinces, communes or establishments.
  public var children: [UnitOccupancy]
}

/// A stay as the register holds it; nothing in it names the guest.
public struct StayRecord: Hashable, Sendable {
  /// Which stay.
  public var reference: StayReference
  /// The partition on whose ledger the sealed identity lies.
  public var partition: Int
  /// Where it stands.
  public var presence: RecordedPresence
  /// Which law's duty the guest falls under.
  public var guestKind: GuestKind
  /// The nationality.
  public var nationality: Nationality
  /// Whether the guest was under eighteen on arrival.
  public var isMinor: Bool
  /// The party, or nil.
  public var party: EventID?
  /// The room, or empty.
  public var room: String
  /// When the guest arrived, as it was read.
  public var arrival: Instant
  /// When the guest plans to leave.
  public var departure: Instant
  /// When the guest left, where that was said.
  public var departed: Instant?
  /// Since when the guest is taken to have left without a word, or nil.
  public var presumedLeft: Instant?
  /// When the stay was reported first.
  public var reported: Instant
  /// Ledger time of the last change.
  public var changed: Instant
  /// The reason for the stay, 1...20.
  public var reason: UInt8
  /// The last day of a foreigner's permitted stay, or nil.
  public var permitUntil: CivilDate?
  /// The codes of the last check-in or amendment.
  public var codes: CodeSet
  /// The month whose key the identity is sealed to.
  public var month: KeyMonth
  /// The ledger offset of the entry that holds the sealed identity.
  public var identityOffset: Int64
  /// The document's fingerprints.
  public var fingerprints: [DocumentFingerprint]
}

/// An establishment as the register holds it, with its figures.
public struct EstablishmentRecord: Hashable, Sendable {
  /// The identifier.
  public var id: EstablishmentID
  /// What it registered about itself, and when it was last heard of.
  public var row: EstablishmentRow
  /// How full it is.
  public var occupancy: Occupancy
}

/// An alert that stands, with the place whose unit should act.
public struct AlertRecord: Hashable, Sendable {
  /// The alert's name; see ``LodgingDomain/Alert/id``.
  public var id: String
  /// The alert.
  public var alert: Alert
  /// The commune of its establishment; nil where the register does not know the establishment.
  public var commune: CommuneCode?
}

/// What was decided so far, counted.
public struct RegisterTotals: Hashable, Sendable {
  /// Decisions on events of stays by outcome, quarantined records among them.
  public var decisions: [Outcome: Int]
  /// How often each code was given to events of stays.
  ///
  /// A duplicate repeats the codes of the first verdict, so those are not counted again.
  public var codes: [Code: Int]

  /// Events of stays, duplicates and garbage included.
  public var events: Int { decisions.values.reduce(0, +) }
}
