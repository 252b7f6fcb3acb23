/// Where a guest is, as far as the register knows.
public enum Presence: UInt8, CaseIterable, Sendable {
  /// Checked in, and the planned departure lies ahead.
  case present = 1
  /// The planned departure has passed and nobody said that the guest left.
  case overdue = 2
  /// Overdue for so long, or at a daily close, that the guest is taken to have left; corrections are still taken.
  case presumedLeft = 3

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .present: "present"
    case .overdue: "overdue"
    case .presumedLeft: "presumed_left"
    }
  }

  /// Whether the guest counts as staying.
  public var isGuest: Bool { self != .presumedLeft }
}

/// A stay that is open: what deciding further events about it takes, and nothing that names the guest.
///
/// A country has five million of them: the small parts stand together, so that a stay takes 81 bytes.
public struct Stay: Hashable, Sendable {
  /// Which law's duty the guest falls under.
  public var guestKind: GuestKind
  /// Whether the guest was under eighteen on arrival.
  public var isMinor: Bool
  /// Where the guest is.
  public var presence: Presence
  /// The month whose key the identity is sealed to.
  public var month: KeyMonth
  /// The room, or empty.
  public var room: String
  /// When the guest arrived, as it was read.
  public var arrival: Instant
  /// When the guest plans to leave.
  public var departure: Instant
  /// When the presence changes next by the passing of time.
  public var due: Instant
  /// When the stay was reported first; corrections keep it.
  public var reported: Instant
  /// The time of the first report that is held against deadlines: of receipt, or of capture within the offline allowance.
  public var judged: Instant
  /// The party, or nil.
  public var party: EventID?

  /// Makes a stay from its parts.
  public init(
    guestKind: GuestKind, isMinor: Bool, presence: Presence, room: String, arrival: Instant, departure: Instant, due: Instant,
    party: EventID?, month: KeyMonth, reported: Instant, judged: Instant
  ) {
    self.guestKind = guestKind
    self.isMinor = isMinor
    self.presence = presence
    self.room = room
    self.arrival = arrival
    self.departure = departure
    self.due = due
    self.party = party
    self.month = month
    self.reported = reported
    self.judged = judged
  }
}

/// What happened to a stay at one entry.
public enum StayChange: Hashable, Sendable {
  /// A check-in was registered.
  case opened
  /// A correction was registered; the guest was said to have arrived at this moment before it.
  case amended(arrivalBefore: Instant)
  /// A room change or an extension was registered.
  case changed
  /// The presence changed by the passing of time or a daily close.
  case presenceChanged(from: Presence)
  /// The guest left.
  case departed
  /// The stay never was.
  case cancelled
  /// Presumed left for so long that no correction is taken any more.
  case expired
}

/// Told by ``PartitionState`` what an entry changed, in order; a projection writes it down, the validator has no use for it.
public protocol StateObserver {
  /// Whether it is told in the order in which things happened; where not, in any, and what happens is the same.
  static var needsOrder: Bool { get }
  /// A stay changed at ledger time `at`; `stay` is its form after the change, or its last form where it closed.
  mutating func stay(_ id: EventID, of establishment: EstablishmentID, _ change: StayChange, at: Instant, stay: Stay)
  /// An establishment was opened, changed or closed.
  mutating func establishment(_ id: EstablishmentID, at: Instant, state: EstablishmentState)
}

extension StateObserver {
  /// In order, unless an observer says that it does without.
  public static var needsOrder: Bool { true }
}

/// An observer that does nothing.
public struct NoObserver: StateObserver, Sendable {
  /// What is told to nobody needs no order.
  public static var needsOrder: Bool { false }
  /// Makes one.
  public init() {}
  /// Does nothing.
  public mutating func stay(_ id: EventID, of establishment: EstablishmentID, _ change: StayChange, at: Instant, stay: Stay) {}
  /// Does nothing.
  public mutating func establishment(_ id: EstablishmentID, at: Instant, state: EstablishmentState) {}
}
