/// An establishment with its open stays.
public struct EstablishmentState: Hashable, Sendable {
  /// The identifier.
  public let id: EstablishmentID
  /// What it registered about itself.
  public internal(set) var details: EstablishmentDetails
  /// Whether it takes guests.
  public internal(set) var status: EstablishmentStatus
  /// Its stays that are present, overdue or presumed left.
  public internal(set) var stays: StayTable
  /// How many of the stays are present or overdue.
  public internal(set) var guests: Int
  /// Ledger time of the last event about a stay, or daily close, that was registered; nil for one that has never reported.
  public internal(set) var lastReport: Instant?
  /// Since when there have been more guests than beds without a break, in ledger time; nil while there are not.
  public internal(set) var overSince: Instant?

  /// Makes a state from its parts; `guests` is counted.
  public init(
    id: EstablishmentID, details: EstablishmentDetails, status: EstablishmentStatus, lastReport: Instant? = nil, overSince: Instant? = nil,
    stays: [EventID: Stay] = [:]
  ) {
    self.id = id
    self.details = details
    self.status = status
    self.lastReport = lastReport
    self.overSince = overSince
    self.stays = StayTable()
    for (id, stay) in stays { _ = self.stays.insert(stay, id) }
    guests = self.stays.count { $0.stay.presence.isGuest }
  }

  /// Notes since when there are more guests than beds.
  mutating func noteCapacity(at time: Instant) {
    let isOver = details.beds > 0 && guests > details.beds
    overSince = isOver ? overSince ?? time : nil
  }

  /// How many guests the register may count as staying the night that begins on a day.
  ///
  /// At least those who arrived by then and planned to leave later; at most everybody who is there, since guests arrive after midnight
  /// and stay beyond their plan.
  func guests(staying day: CivilDate) -> ClosedRange<Int> {
    let sure = stays.guests(arrivedBefore: LocalZone.vietnam.startOfDay(day.adding(days: 1))).staying
    return sure...max(sure, guests)
  }

  /// The overdue guests who are presumed to have left when the books of a day are closed, in the order in which they were to leave.
  ///
  /// Those whose planned departure lay in the day or before it, and only as many as the register counts beyond the number that is said to
  /// stay the night.
  func presumedLeft(closing day: CivilDate, staying: UInt32) -> [EventID] {
    let end = LocalZone.vietnam.startOfDay(day.adding(days: 1))
    let surplus = stays.guests(arrivedBefore: end).arrived - Int(staying)
    guard surplus > 0 else { return [] }
    return stays.overdue(before: end).sorted { $0 < $1 }.prefix(surplus).map(\.id)
  }
}
