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
    func past(_ record: EstablishmentRecord) -> PastFigures {
      PastFigures(record, at: min(moment, times[record.row.partition] ?? moment))
    }
    func communes(_ codes: [CommuneCode]?) throws -> [CommuneCode: UnitOccupancy] {
      let parts = try codes.map { try $0.flatMap(establishments(in:)).map { try fill(past($0)) } } ?? fillAll(establishments().map(past))
      return parts.reduce(into: [:]) { $0[$1.commune, default: UnitOccupancy(.commune($1.commune))].add($1.result) }
    }
    let figures = UnitFigures(establishment: { try fill(past($0)).result }, communes: communes)
    return try report(unit, figures, day: LocalZone.vietnam.date(at: moment), catalogue: catalogue)
  }

  /// The establishments of a commune in the order of their ids.
  func establishments(in commune: CommuneCode) throws -> [EstablishmentRecord] {
    try establishments(where: "commune = ?1 ORDER BY id") { $0.bind(commune, at: 1) }
  }

  /// Adds the stays of one establishment, each read where it lies.
  private func fill(_ empty: PastFigures) throws -> PastFigures {
    var figures = empty
    let statement = try StoreStatement(db, "SELECT \(PastFigures.columns) FROM \(StayColumns.ofEstablishment) AND presence <> ?2")
    statement.bind(empty.id, at: 1)
    statement.bind(RecordedPresence.cancelled, at: 2)
    while try statement.step() { try figures.add(statement) }
    return figures
  }

  /// Adds all stays to their establishments, in the order in which they lie.
  private func fillAll(_ empty: [PastFigures]) throws -> [PastFigures] {
    var figures = Dictionary(uniqueKeysWithValues: empty.map { ($0.id, $0) })
    let statement = try StoreStatement(db, "SELECT \(PastFigures.columns), establishment FROM stays WHERE presence <> ?1")
    statement.bind(RecordedPresence.cancelled, at: 1)
    while try statement.step() { try figures[try statement.establishment(PastFigures.columnCount)]?.add(statement) }
    return Array(figures.values)
  }
}

/// How full an establishment was at a moment, put together from its stays.
private struct PastFigures {
  let id: EstablishmentID
  let commune: CommuneCode
  private let moment: Instant
  private let day: Instant
  private var figures: UnitOccupancy
  private var rooms: Set<String> = []

  /// What is read of a stay.
  static let columns = "departure, presumed_left, departed, guest_kind, minor, room, arrival"
  static let columnCount: CInt = 7

  init(_ record: EstablishmentRecord, at moment: Instant) {
    id = record.id
    commune = record.row.details.commune
    self.moment = moment
    day = LocalZone.vietnam.startOfDay(LocalZone.vietnam.date(at: moment))
    figures = UnitOccupancy(.establishment(record.id), name: record.row.details.name)
    figures.occupancy.rooms = record.occupancy.rooms
    figures.occupancy.beds = record.occupancy.beds
    figures.occupancy.establishments = record.occupancy.establishments
  }

  var result: UnitOccupancy {
    var result = figures
    result.occupancy.roomsInUse = rooms.subtracting([""]).count
    return result
  }

  /// Adds a stay that was not cancelled.
  mutating func add(_ stay: StoreStatement) throws {
    let arrival = stay.instant(6)
    guard arrival <= moment else { return }
    if arrival >= day { figures.arrivals += 1 }
    if let departed = stay.optionalInstant(2) {
      // Until a guest left who is known to have left, also where they had been taken to have left before.
      if departed <= moment {
        if departed >= day { figures.departures += 1 }
        return
      }
    } else if let left = stay.optionalInstant(1), left <= moment {
      if moment < left.adding(days: RuleBook.presumedLeftKeptDays) { figures.occupancy.presumedLeft += 1 }
      return
    }
    if stay.instant(0) <= moment { figures.occupancy.overdue += 1 } else { figures.occupancy.present += 1 }
    if try stay.value(3, as: GuestKind.self) == .citizen { figures.occupancy.citizens += 1 } else { figures.occupancy.foreigners += 1 }
    if stay.flag(4) { figures.occupancy.minors += 1 }
    rooms.insert(stay.text(5))
  }
}
