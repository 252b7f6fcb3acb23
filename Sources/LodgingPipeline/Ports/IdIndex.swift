public import LodgingDomain

/// The event ids that states have forgotten, of all partitions: on each node that decides, so that they are there when a partition moves.
public protocol IdIndex: Sendable {
  /// The position up to which the index of a partition is complete, or nil where it is empty.
  func position(partition: Int) throws -> ChainPosition?

  /// Adds what entries told, in their order, and moves the position from `before` to `position`, in one transaction.
  ///
  /// A registration replaces what is there already under the same id; a change of what is not there changes nothing. Returns false, with
  /// nothing changed, where the index stands elsewhere than at `before` by now: somebody else feeds it too.
  func add(_ news: [IdIndexNews], partition: Int, after before: ChainPosition?, position: ChainPosition) throws -> Bool

  /// The registration of an event, or nil.
  func find(_ event: EventID, at establishment: EstablishmentID, partition: Int) throws -> RegisteredEvent?

  /// The registrations of some events of one establishment, each in the place of its id; nil where there is none, and in the place of nil.
  func find(_ events: [EventID?], at establishment: EstablishmentID, partition: Int) throws -> [RegisteredEvent?]

  /// Empties a partition's index, after the ledger lost what it stands on; where it stands elsewhere by now nothing changes, since somebody
  /// else has emptied it and fed it again.
  func clear(partition: Int, standingAt position: ChainPosition) throws
}

extension IdIndex {
  /// Asks for one after the other.
  public func find(_ events: [EventID?], at establishment: EstablishmentID, partition: Int) throws -> [RegisteredEvent?] {
    try events.map { try $0.flatMap { try find($0, at: establishment, partition: partition) } }
  }
}

/// What an entry tells an id index.
public enum IdIndexNews: Sendable, Hashable {
  /// An event was registered.
  case registered(IndexedRegistration)
  /// The check-in of a stay has this digest under a later month's key now.
  case resealed(StayReference, month: KeyMonth, digest: Digest128)
}

/// A registered event with its full name.
public struct IndexedRegistration: Sendable, Hashable {
  /// The establishment.
  public var establishment: EstablishmentID
  /// The event.
  public var event: EventID
  /// What is remembered.
  public var record: RegisteredEvent

  /// Makes a registration from its parts.
  public init(establishment: EstablishmentID, event: EventID, record: RegisteredEvent) {
    self.establishment = establishment
    self.event = event
    self.record = record
  }
}
