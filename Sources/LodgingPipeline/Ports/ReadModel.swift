public import LodgingDomain

/// The tables that answer people's questions: register, receipts, occupancy, alerts, quarantine.
///
/// Everything in them is a fold of ledger entries that count; they can be thrown away and built again.
public protocol ReadModel: Sendable {
  /// Where each partition's fold stands, with the state there (without event ids, which a projection does not need).
  ///
  /// Whoever asks goes on from there: stays are held against no notices until the next batch that brings some, and what a commit without any
  /// finds of alerts about notices is taken away.
  func positions() throws -> [Int: ProjectionPosition]

  /// Writes what a batch of entries changed, alerts included, and the new positions, in one transaction; after an error nothing of it is
  /// there.
  func commit(_ batch: ProjectionBatch) throws

  /// Empties all tables.
  func reset() throws

  /// Goes back to an earlier state that stands on what the ledger still holds, or to nothing, after the ledger lost what the tables stand on.
  ///
  /// - Parameter isHeld: Whether the ledger holds this entry of a partition.
  /// - Throws: What `isHeld` throws, and what writing throws; the tables are as they were then.
  func goBack(isHeld: (_ partition: Int, _ position: ChainPosition) throws -> Bool) throws
}

extension ReadModel {
  /// Without copies there is no earlier state.
  public func goBack(isHeld: (_ partition: Int, _ position: ChainPosition) throws -> Bool) throws { try reset() }
}

/// Where the fold of one partition stands.
public struct ProjectionPosition: Sendable {
  /// The last entry that is in the tables.
  public var position: ChainPosition
  /// The state right after it, with establishments and open stays.
  public var state: PartitionState

  /// Makes a position from its parts.
  public init(position: ChainPosition, state: PartitionState) {
    self.position = position
    self.state = state
  }
}

/// What a batch of counted entries changed, ready to be written.
public struct ProjectionBatch: Sendable {
  /// The new position of each partition that got on, and its ledger time.
  public var positions: [Int: PartitionProgress] = [:]
  /// Establishments that were heard of, in their form after the batch.
  public var establishments: [EstablishmentID: EstablishmentRow] = [:]
  /// Changes of stays in their order; the last one of a stay holds its form after the batch.
  public var stays: [StayUpdate] = []
  /// Identities that were sealed to a later month.
  public var reseals: [ResealRow] = []
  /// Verdicts in their order.
  public var receipts: [ReceiptRow] = []
  /// Records that are no events.
  public var quarantine: [QuarantineRow] = []
  /// Events that say which record in quarantine they were.
  public var replays: [ReplayRow] = []
  /// What is to be added to the occupancy of establishments (``UnitCode`` and above follow from the establishment's commune).
  public var occupancy: [EstablishmentID: OccupancyChange] = [:]
  /// What is to be added to the flows of an establishment's local day; less than nothing where a stay was cancelled or moved to another day.
  public var flows: [FlowKey: Flow] = [:]

  /// The alerts about establishments that stand in a partition, judged once an hour of ledger time; they replace those that stood before.
  public var standing: [Int: [Alert]] = [:]

  /// The notices that stays are held against from this batch on; nil where those of the batch before stay so.
  package var notices: NoticeSet?

  /// An empty batch.
  public init() {}

  /// The number of entries that it stands for.
  public var entries = 0
}

/// How far a partition's fold got.
public struct PartitionProgress: Sendable, Hashable {
  /// The last entry.
  public var position: ChainPosition
  /// Ledger time there.
  public var now: Instant

  /// Makes it from its parts.
  package init(position: ChainPosition, now: Instant) {
    self.position = position
    self.now = now
  }
}

/// An establishment as the register shows it.
public struct EstablishmentRow: Sendable, Hashable {
  /// The partition that it lives on.
  public var partition: Int
  /// Its place among the partition's establishments.
  public var ordinal: Int
  /// What it registered about itself.
  public var details: EstablishmentDetails
  /// Whether it takes guests.
  public var status: EstablishmentStatus
  /// When it last reported; nil where it never has.
  public var lastReport: Instant?
  /// Since when it has had more guests than beds, or nil.
  public var overSince: Instant?

  /// Makes it from its parts.
  package init(
    partition: Int, ordinal: Int, details: EstablishmentDetails, status: EstablishmentStatus, lastReport: Instant?, overSince: Instant?
  ) {
    self.partition = partition
    self.ordinal = ordinal
    self.details = details
    self.status = status
    self.lastReport = lastReport
    self.overSince = overSince
  }
}

/// A change of one stay.
public struct StayUpdate: Sendable, Hashable {
  /// Which stay.
  public var reference: StayReference
  /// The partition that it lives on.
  public var partition: Int
  /// What happened.
  public var change: StayChange
  /// Ledger time of the change.
  public var at: Instant
  /// The stay after the change, or its last form where it closed.
  public var stay: Stay
  /// What a check-in or an amendment told; nil for other changes, which keep what is there.
  public var told: Told?
  /// When the guest left, for `departed`.
  public var departed: Instant?

  /// Makes it from its parts.
  package init(
    reference: StayReference, partition: Int, change: StayChange, at: Instant, stay: Stay, told: Told? = nil, departed: Instant? = nil
  ) {
    self.reference = reference
    self.partition = partition
    self.change = change
    self.at = at
    self.stay = stay
    self.told = told
    self.departed = departed
  }

  /// The parts of a stay that come with its details.
  public struct Told: Sendable, Hashable {
    /// The offset of the check-in or amendment on the events topic.
    public var source: Int64
    /// The details.
    public var details: StayDetails
    /// The verdict's codes.
    public var codes: CodeSet
    /// The document's fingerprints.
    public var fingerprints: [DocumentFingerprint]
    /// The ledger offset of the entry that holds the sealed identity.
    public var identityOffset: Int64

    /// Makes it from its parts.
    package init(source: Int64, details: StayDetails, codes: CodeSet, fingerprints: [DocumentFingerprint], identityOffset: Int64) {
      self.source = source
      self.details = details
      self.codes = codes
      self.fingerprints = fingerprints
      self.identityOffset = identityOffset
    }
  }
}

/// An identity that was sealed to a later month.
public struct ResealRow: Sendable, Hashable {
  /// Which stay.
  public var reference: StayReference
  /// The later month.
  public var month: KeyMonth
  /// The document's fingerprints under the later month's key.
  public var fingerprints: [DocumentFingerprint]
  /// The ledger offset of the entry that holds the sealed identity.
  public var identityOffset: Int64

  /// Makes it from its parts.
  package init(reference: StayReference, month: KeyMonth, fingerprints: [DocumentFingerprint], identityOffset: Int64) {
    self.reference = reference
    self.month = month
    self.fingerprints = fingerprints
    self.identityOffset = identityOffset
  }
}

/// The verdict on one event, as a receipt shows it.
public struct ReceiptRow: Sendable, Hashable {
  /// The partition.
  public var partition: Int
  /// The event's offset on the events topic.
  public var source: Int64
  /// The offset of the decision on the ledger.
  public var ledgerOffset: Int64
  /// The establishment.
  public var establishment: EstablishmentID
  /// The event.
  public var event: EventID
  /// The stay that it is about.
  public var stay: EventID?
  /// What kind of event it was.
  public var kind: EventKind
  /// The verdict with its reasons.
  public var decision: Decision
  /// The digest of the content.
  public var digest: Digest128
  /// When it was received.
  public var received: Instant
  /// Ledger time of the decision.
  public var now: Instant
  /// The sender's own reference.
  public var ownReference: String

  /// Makes it from its parts.
  package init(
    partition: Int, source: Int64, ledgerOffset: Int64, establishment: EstablishmentID, event: EventID, stay: EventID?, kind: EventKind,
    decision: Decision, digest: Digest128, received: Instant, now: Instant, ownReference: String
  ) {
    self.partition = partition
    self.source = source
    self.ledgerOffset = ledgerOffset
    self.establishment = establishment
    self.event = event
    self.stay = stay
    self.kind = kind
    self.decision = decision
    self.digest = digest
    self.received = received
    self.now = now
    self.ownReference = ownReference
  }
}

/// The kinds of events; the raw value is stored.
public enum EventKind: UInt8, Sendable, CaseIterable {
  case checkIn = 1
  case amendment = 2
  case roomChange = 3
  case extended = 4
  case checkOut = 5
  case cancellation = 6
  case dailyClose = 7
  case establishmentOpened = 8
  case establishmentChanged = 9
  case establishmentClosed = 10

  /// The kind of an event.
  public init(_ body: StayEvent.Body) {
    self =
      switch body {
      case .checkIn: .checkIn
      case .amendment: .amendment
      case .roomChange: .roomChange
      case .extended: .extended
      case .checkOut: .checkOut
      case .cancellation: .cancellation
      case .dailyClose: .dailyClose
      case .establishmentOpened: .establishmentOpened
      case .establishmentChanged: .establishmentChanged
      case .establishmentClosed: .establishmentClosed
      }
  }

  /// Whether `events` of a result counts it: events of stays, not of establishments.
  public var isOfStay: Bool { rawValue < EventKind.establishmentOpened.rawValue }
}

/// A record that is no event, with the place where its bytes lie.
public struct QuarantineRow: Sendable, Hashable {
  /// The partition.
  public var partition: Int
  /// The offset on the events topic.
  public var source: Int64
  /// Why.
  public var code: Code
  /// Why in words, without the bytes.
  public var reason: String
  /// The size of the value in bytes.
  public var size: Int
  /// The digest of the value.
  public var digest: Digest128
  /// Ledger time.
  public var now: Instant

  /// Makes it from its parts.
  package init(partition: Int, source: Int64, code: Code, reason: String, size: Int, digest: Digest128, now: Instant) {
    self.partition = partition
    self.source = source
    self.code = code
    self.reason = reason
    self.size = size
    self.digest = digest
    self.now = now
  }
}

/// An event that an operator made of a record in quarantine.
public struct ReplayRow: Sendable, Hashable {
  /// The record in quarantine, as the event names it; nothing says that there is one.
  public var original: QuarantinePlace
  /// The event's partition.
  public var partition: Int
  /// The event's offset on the events topic.
  public var source: Int64

  /// Makes it from its parts.
  package init(original: QuarantinePlace, partition: Int, source: Int64) {
    self.original = original
    self.partition = partition
    self.source = source
  }
}

/// A change of an establishment's occupancy.
public struct OccupancyChange: Sendable, Hashable {
  /// What counted before the batch; nil where there was nothing.
  public var before: Counted?
  /// What counts after it.
  public var after: Counted

  /// Makes it from its parts.
  package init(before: Counted?, after: Counted) {
    self.before = before
    self.after = after
  }

  /// Figures and the commune that they count for.
  public struct Counted: Sendable, Hashable {
    /// The commune.
    public var commune: CommuneCode
    /// The figures.
    public var occupancy: Occupancy

    /// Makes it from its parts.
    package init(commune: CommuneCode, occupancy: Occupancy) {
      self.commune = commune
      self.occupancy = occupancy
    }
  }
}

/// One local day of one establishment.
public struct FlowKey: Sendable, Hashable {
  /// The establishment.
  public var establishment: EstablishmentID
  /// The local day.
  public var day: CivilDate

  /// Makes it from its parts.
  package init(establishment: EstablishmentID, day: CivilDate) {
    self.establishment = establishment
    self.day = day
  }
}

/// What happened in one local day, counted.
public struct Flow: Sendable, Hashable {
  /// Guests whose arrival lies in the day, as it was told last; cancelled stays are not counted.
  public var arrivals = 0
  /// Guests who left in the day.
  public var departures = 0
  /// Check-ins decided in the day, rejected ones included.
  public var checkIns = 0
  /// Check-ins decided in the day whose identity failed.
  public var failed = 0

  /// Nothing happened.
  package init() {}

  /// Adds figure by figure.
  package static func += (left: inout Flow, right: Flow) {
    left.arrivals += right.arrivals
    left.departures += right.departures
    left.checkIns += right.checkIns
    left.failed += right.failed
  }
}
