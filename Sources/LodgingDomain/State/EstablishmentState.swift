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

  /// Makes a state from its parts; `guests` is counted.
  public init(id: EstablishmentID, details: EstablishmentDetails, status: EstablishmentStatus, stays: [EventID: Stay] = [:]) {
    self.id = id
    self.details = details
    self.status = status
    self.stays = stays
    guests = stays.values.reduce(into: 0) { $0 += $1.presence.isGuest ? 1 : 0 }
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
