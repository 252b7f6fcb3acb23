/// One thing that an establishment, or an officer on its behalf, tells the register.
///
/// An event holds stay facts only. The guest's identity travels beside it, sealed, and reaches the domain as ``Facts``.
public struct StayEvent: Hashable, Sendable {
  /// Unique within the establishment; sending the same event again under the same id is safe.
  public var id: EventID
  /// The establishment that it is about.
  public var establishment: EstablishmentID
  /// When it happened: the arrival of a check-in, the departure of a check-out, otherwise the moment of the change.
  public var happened: Instant
  /// When the establishment's software or clerk wrote it down.
  public var captured: Instant
  /// When the gateway or the ingress topic received it; this judges lateness.
  public var received: Instant
  /// Whether it was captured without a connection, so that the time of capture may count (within the allowance).
  public var capturedOffline: Bool
  /// An event of the same establishment that must be registered before this one, or nil.
  public var after: EventID?
  /// The sender's own reference, echoed and never interpreted; at most ``ownReferenceBytesMax`` bytes.
  public var ownReference: String
  /// The way it came.
  public var channel: Channel
  /// The officer who entered it on the establishment's behalf, as a pseudonymous reference; empty otherwise.
  public var officer: String
  /// What a command filled in by itself because the sender had not said it; it does not take part in the content digest.
  public var filledIn: FilledIn
  /// The record in quarantine that an operator sent again as this event, or nil; no part of the content.
  public var replayOf: QuarantinePlace?
  /// What is told.
  public var body: Body

  /// The longest own reference in bytes.
  public static let ownReferenceBytesMax = 128

  /// Makes an event from its parts.
  public init(
    id: EventID, establishment: EstablishmentID, happened: Instant, captured: Instant, received: Instant, capturedOffline: Bool = false,
    after: EventID? = nil, ownReference: String = "", channel: Channel, officer: String = "", filledIn: FilledIn = [],
    replayOf: QuarantinePlace? = nil, body: Body
  ) {
    self.id = id
    self.establishment = establishment
    self.happened = happened
    self.captured = captured
    self.received = received
    self.capturedOffline = capturedOffline
    self.after = after
    self.ownReference = ownReference
    self.channel = channel
    self.officer = officer
    self.filledIn = filledIn
    self.replayOf = replayOf
    self.body = body
  }
}

extension StayEvent {
  /// What an event tells.
  public enum Body: Hashable, Sendable {
    /// A guest's stay begins; the stay is named by the event's id.
    case checkIn(StayDetails)
    /// The whole new version of a stay that is registered; the time of the first report stays.
    case amendment(stay: EventID, StayDetails)
    /// The guest moved to another room.
    case roomChange(stay: EventID, room: String)
    /// The planned departure changed, to later or earlier.
    case extended(stay: EventID, departure: LocalMoment)
    /// The guest left, at the event's `happened`.
    case checkOut(stay: EventID)
    /// The stay never was.
    case cancellation(stay: EventID)
    /// The establishment closes the books of a day and says how many guests stay the night.
    ///
    /// Of the guests who were to leave by then, as many as the register counts too many are presumed to have left.
    case dailyClose(day: CivilDate, guests: UInt32)
    /// The establishment is registered, or registered again after it was closed.
    case establishmentOpened(EstablishmentDetails)
    /// The establishment's details change.
    case establishmentChanged(EstablishmentDetails)
    /// The establishment takes no more guests.
    case establishmentClosed
  }

  /// The ways in which events come.
  public enum Channel: UInt8, CaseIterable, Sendable {
    case file = 1
    case qr = 2
    case mrz = 3
    case api = 4
    case webForm = 5
    case officerDesk = 6
    case officerPhone = 7
    case producer = 8
    case command = 9

    /// The name in files and interfaces.
    public var name: String {
      switch self {
      case .file: "file"
      case .qr: "qr"
      case .mrz: "mrz"
      case .api: "api"
      case .webForm: "web-form"
      case .officerDesk: "officer-desk"
      case .officerPhone: "officer-phone"
      case .producer: "producer"
      case .command: "command"
      }
    }
  }

  /// The parts of an event that a command filled in by itself.
  public struct FilledIn: OptionSet, Hashable, Sendable {
    /// The bits as they are stored.
    public let rawValue: UInt8

    /// Makes a set from its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The time of arrival.
    public static let arrival = FilledIn(rawValue: 1)
    /// The planned departure.
    public static let departure = FilledIn(rawValue: 2)
  }

  /// The stay that the event is about: its own id for a check-in, nil for events that are about no stay.
  public var stay: EventID? {
    switch body {
    case .checkIn: id
    case .amendment(let stay, _), .roomChange(let stay, _), .extended(let stay, _), .checkOut(let stay), .cancellation(let stay): stay
    case .dailyClose, .establishmentOpened, .establishmentChanged, .establishmentClosed: nil
    }
  }

  /// The details of a check-in or of an amendment.
  public var stayDetails: StayDetails? {
    switch body {
    case .checkIn(let details), .amendment(_, let details): details
    default: nil
    }
  }

  /// Whether the event is about the establishment itself and not about a stay.
  public var isAboutEstablishment: Bool {
    switch body {
    case .establishmentOpened, .establishmentChanged, .establishmentClosed: true
    default: false
    }
  }
}

/// A moment that may have been told as a date only.
public struct LocalMoment: Hashable, Sendable {
  /// The moment; where only a date was told, 23:59:59 of that local day.
  public var instant: Instant
  /// Whether only a date was told.
  public var isDateOnly: Bool

  /// Makes a moment from its parts.
  public init(_ instant: Instant, isDateOnly: Bool = false) {
    self.instant = instant
    self.isDateOnly = isDateOnly
  }
}

/// The facts of one guest's stay; nothing here names the guest.
public struct StayDetails: Hashable, Sendable {
  /// Which law's duty the guest falls under.
  public var guestKind: GuestKind
  /// The guest's nationality.
  public var nationality: Nationality
  /// The room, bed or ward; empty where there is none.
  ///
  /// At most ``roomBytesMax`` bytes.
  public var room: String
  /// The arrival as it was told; see ``arrivalRead(received:)``.
  public var arrival: LocalMoment
  /// The planned departure as it was told.
  public var departure: LocalMoment
  /// The reason for the stay by the catalogue's number, 1...20.
  public var reason: UInt8
  /// The party that the guest travels with, or nil.
  public var party: EventID?
  /// The last day of a foreigner's permitted stay, or nil.
  public var permitUntil: CivilDate?

  /// The longest room label in bytes.
  public static let roomBytesMax = 32

  /// Makes details from their parts.
  public init(
    guestKind: GuestKind, nationality: Nationality, room: String = "", arrival: LocalMoment, departure: LocalMoment, reason: UInt8 = 1,
    party: EventID? = nil, permitUntil: CivilDate? = nil
  ) {
    self.guestKind = guestKind
    self.nationality = nationality
    self.room = room
    self.arrival = arrival
    self.departure = departure
    self.reason = reason
    self.party = party
    self.permitUntil = permitUntil
  }

  /// The first moment that the arrival may mean: a day alone begins at midnight.
  var arrivalEarliest: Instant {
    guard arrival.isDateOnly else { return arrival.instant }
    return LocalZone.vietnam.day(of: arrival.instant).start
  }

  /// The arrival that counts; a date without a time of day is read by ``ReportingDuty/arrival(onDayEnding:received:)``.
  public func arrivalRead(received: Instant) -> Instant {
    guard arrival.isDateOnly else { return arrival.instant }
    return ReportingDuty.arrival(onDayEnding: arrival.instant, received: received)
  }
}
