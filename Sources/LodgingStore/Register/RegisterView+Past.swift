import GRDB
public import LodgingDomain
import LodgingPipeline

extension RegisterView {
  /// How full a unit was at a moment, by what the register knows of its stays now.
  ///
  /// A stay counts from its arrival until the guest left, or was taken to have left; then it is overdue from its planned departure on.
  /// Rooms and beds to let are those of today, and a unit that is unknown has none of anything. Every stay of the unit is read, so this
  /// is slow for wide units.
  public func occupancy(_ unit: UnitCode, at moment: Instant, catalogue: UnitCatalogue) throws -> Occupancy {
    var total = Occupancy()
    for record in try establishments(of: unit, catalogue: catalogue) {
      var past = try pastFigures(of: record.id, at: moment)
      past.rooms = record.occupancy.rooms
      past.beds = record.occupancy.beds
      past.establishments = record.occupancy.establishments
      total = total + past
    }
    return total
  }

  private func establishments(of unit: UnitCode, catalogue: UnitCatalogue) throws -> [EstablishmentRecord] {
    switch unit {
    case .nation: try establishments()
    case .province(let code):
      try catalogue.communes(of: code).flatMap { commune in try establishments(where: "commune = ?1") { $0.bind(commune, at: 1) } }
    case .commune(let code): try establishments(where: "commune = ?1") { $0.bind(code, at: 1) }
    case .establishment(let id): try establishments(where: "id = ?1") { $0.bind(id, at: 1) }
    }
  }

  private func pastFigures(of establishment: EstablishmentID, at moment: Instant) throws -> Occupancy {
    // A guest of whom it is known when they left counts until then, even where they had been taken to have left before.
    let statement = try StoreStatement(
      db,
      """
      SELECT departure, presumed_left, departed, guest_kind, minor, room FROM stays
      WHERE establishment = ?1 AND presence <> ?2 AND arrival <= ?3 AND coalesce(departed, ?3 + 1) > ?3
      """)
    statement.bind(establishment, at: 1)
    statement.bind(RecordedPresence.cancelled, at: 2)
    statement.bind(moment, at: 3)
    var figures = Occupancy()
    var rooms: Set<String> = []
    while try statement.step() {
      if statement.isNull(2), let left = statement.optionalInstant(1), left <= moment {
        figures.presumedLeft += 1
        continue
      }
      if statement.instant(0) <= moment { figures.overdue += 1 } else { figures.present += 1 }
      if try statement.value(3, as: GuestKind.self) == .citizen { figures.citizens += 1 } else { figures.foreigners += 1 }
      if statement.flag(4) { figures.minors += 1 }
      rooms.insert(statement.text(5))
    }
    figures.roomsInUse = rooms.subtracting([""]).count
    return figures
  }
}
