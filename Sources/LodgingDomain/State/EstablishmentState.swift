/// An establishment with its open stays.
public struct EstablishmentState: Hashable, Sendable {
  /// The identifier.
  public let id: EstablishmentID
  /// What it registered about itself.
  public internal(set) var details: EstablishmentDetails
  /// Whether it takes guests.
  public internal(set) var status: EstablishmentStatus
  /// Its stays that are present, overdue or presumed left.
  public internal(set) var stays: [EventID: Stay]
  /// How many of the stays are present or overdue.
  public internal(set) var guests: Int
  /// Ledger time of the last event that was registered.
  public internal(set) var lastEvent: Instant
  /// Since when there have been more guests than beds without a break, in ledger time; nil while there are not.
  public internal(set) var overSince: Instant?

  /// Makes a state from its parts; `guests` is counted.
  public init(
    id: EstablishmentID, details: EstablishmentDetails, status: EstablishmentStatus, lastEvent: Instant, overSince: Instant? = nil,
    stays: [EventID: Stay] = [:]
  ) {
    self.id = id
    self.details = details
    self.status = status
    self.lastEvent = lastEvent
    self.overSince = overSince
    self.stays = stays
    guests = stays.values.reduce(into: 0) { $0 += $1.presence.isGuest ? 1 : 0 }
  }

  /// Notes since when there are more guests than beds.
  mutating func noteCapacity(at time: Instant) {
    let isOver = details.beds > 0 && guests > details.beds
    overSince = isOver ? overSince ?? time : nil
  }

  /// Whether an adult who is a guest travels with this party or, where none is named, lives in this room.
  func hasAdult(party: EventID?, room: String, besides child: EventID) -> Bool {
    stays.contains { id, stay in
      guard id != child, stay.presence.isGuest, !stay.isMinor else { return false }
      if let party { return stay.party == party }
      return !room.isEmpty && stay.room == room
    }
  }
}
