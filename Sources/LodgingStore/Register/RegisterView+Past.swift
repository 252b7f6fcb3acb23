import GRDB
public import LodgingDomain
import LodgingPipeline

extension RegisterView {
  /// How full a unit was at a moment, by what the register knows of its stays now, and each of the next narrower units; nil for a unit that
  /// nobody knows.
  ///
  /// A stay counts from its arrival until the guest left, or was taken to have left; then it is overdue from its planned departure on.
  /// Arrivals and departures are those of the moment's local day up to the moment. Rooms and beds to let are those of today. Of a moment
  /// that a partition's ledger time has not reached, nothing is known: its establishments are as they are now.
  ///
  /// Every stay of the unit is read, so this is slow for wide units.
  public func occupancy(_ unit: UnitCode, at moment: Instant, catalogue: UnitCatalogue) throws -> OccupancyReport? {
    let times = try ledgerTimes()
    guard times.values.contains(where: { $0 > moment }) else { return try occupancy(unit, catalogue: catalogue) }
    func past(_ record: EstablishmentRecord) throws -> UnitOccupancy {
      try pastFigures(of: record, at: min(moment, times[record.row.partition] ?? moment))
    }
    let figures = UnitFigures(establishment: past) { codes in
      var communes: [CommuneCode: UnitOccupancy] = [:]
      for record in try codes.map({ try $0.flatMap(establishments(in:)) }) ?? establishments() {
        let commune = record.row.details.commune
        communes[commune, default: UnitOccupancy(.commune(commune))].add(try past(record))
      }
      return communes
    }
    return try report(unit, figures, day: LocalZone.vietnam.date(at: moment), catalogue: catalogue)
  }

  /// The establishments of a commune in the order of their ids.
  func establishments(in commune: CommuneCode) throws -> [EstablishmentRecord] {
    try establishments(where: "commune = ?1 ORDER BY id") { $0.bind(commune, at: 1) }
  }

  private func pastFigures(of record: EstablishmentRecord, at moment: Instant) throws -> UnitOccupancy {
    let statement = try StoreStatement(
      db,
      """
      SELECT departure, presumed_left, departed, guest_kind, minor, room, arrival FROM stays
      WHERE establishment = ?1 AND presence <> ?2 AND arrival <= ?3
      """)
    statement.bind(record.id, at: 1)
    statement.bind(RecordedPresence.cancelled, at: 2)
    statement.bind(moment, at: 3)
    let day = LocalZone.vietnam.startOfDay(LocalZone.vietnam.date(at: moment))
    var result = UnitOccupancy(.establishment(record.id), name: record.row.details.name)
    var figures = Occupancy()
    (figures.rooms, figures.beds, figures.establishments) = (record.occupancy.rooms, record.occupancy.beds, record.occupancy.establishments)
    var rooms: Set<String> = []
    while try statement.step() {
      if statement.instant(6) >= day { result.arrivals += 1 }
      if let departed = statement.optionalInstant(2) {
        // Until a guest left who is known to have left, also where they had been taken to have left before.
        if departed <= moment {
          if departed >= day { result.departures += 1 }
          continue
        }
      } else if let left = statement.optionalInstant(1), left <= moment {
        if moment < left.adding(days: RuleBook.presumedLeftKeptDays) { figures.presumedLeft += 1 }
        continue
      }
      if statement.instant(0) <= moment { figures.overdue += 1 } else { figures.present += 1 }
      if try statement.value(3, as: GuestKind.self) == .citizen { figures.citizens += 1 } else { figures.foreigners += 1 }
      if statement.flag(4) { figures.minors += 1 }
      rooms.insert(statement.text(5))
    }
    figures.roomsInUse = rooms.subtracting([""]).count
    result.occupancy = figures
    return result
  }
}
