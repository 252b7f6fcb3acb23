import GRDB
public import LodgingDomain
import LodgingPipeline

/// The columns that figures are read from.
enum OccupancyColumns {
  private static let counted = "present, overdue, presumed_left, citizens, foreigners, minors, rooms_in_use"

  /// Of a commune.
  static let ofCommune = "\(counted), rooms, beds, establishments"
  /// Of an establishment: what it has to let counts while it is open.
  static let ofEstablishment = "\(counted), iif(status = 1, rooms, 0), iif(status = 1, beds, 0), status = 1"

  static func read(_ statement: StoreStatement, from column: CInt) -> Occupancy {
    var occupancy = Occupancy()
    func figure(_ place: CInt) -> Int { statement.int(column + place, as: Int.self) }
    occupancy.present = figure(0)
    occupancy.overdue = figure(1)
    occupancy.presumedLeft = figure(2)
    occupancy.citizens = figure(3)
    occupancy.foreigners = figure(4)
    occupancy.minors = figure(5)
    occupancy.roomsInUse = figure(6)
    occupancy.rooms = figure(7)
    occupancy.beds = figure(8)
    occupancy.establishments = figure(9)
    return occupancy
  }
}

extension RegisterView {
  /// How full a unit is now, and each of the next narrower units; nil for a unit that neither catalogue nor register knows.
  public func occupancy(_ unit: UnitCode, catalogue: UnitCatalogue) throws -> OccupancyReport? {
    let day = try version().asOf.map { LocalZone.vietnam.date(at: $0) }
    let now = UnitFigures(establishment: { try figures(of: $0, on: day) }, communes: { _ in try communeFigures(on: day) })
    return try report(unit, now, day: day, catalogue: catalogue)
  }

  /// Where a report takes its figures from.
  struct UnitFigures {
    /// Those of an establishment.
    var establishment: (EstablishmentRecord) throws -> UnitOccupancy
    /// Those of communes, of all of them without a list; more may come than were asked for.
    var communes: ([CommuneCode]?) throws -> [CommuneCode: UnitOccupancy]
  }

  /// Puts a unit's figures together from those of the next narrower units.
  func report(_ unit: UnitCode, _ figures: UnitFigures, day: CivilDate?, catalogue: UnitCatalogue) throws -> OccupancyReport? {
    let version = try version()
    func report(_ total: UnitOccupancy, _ children: [UnitOccupancy]) -> OccupancyReport {
      OccupancyReport(version: version, day: day, total: total, children: children)
    }
    switch unit {
    case .establishment(let id):
      guard let record = try establishment(id) else { return nil }
      return report(try figures.establishment(record), [])
    case .commune(let code):
      let children = try establishments(in: code).map { try figures.establishment($0) }
      guard catalogue.commune(code) != nil || !children.isEmpty else { return nil }
      return report(Self.sum(unit, catalogue.name(of: unit), children), children)
    case .province(let code):
      guard catalogue.province(code) != nil else { return nil }
      let codes = catalogue.communes(of: code)
      let communes = try figures.communes(codes)
      let children = codes.map { communes[$0] ?? UnitOccupancy(.commune($0)) }.map { $0.named(by: catalogue) }
      return report(Self.sum(unit, catalogue.name(of: unit), children), children)
    case .nation:
      let communes = try figures.communes(nil)
      let children = catalogue.provinces.map { province in
        let parts = catalogue.communes(of: province.code).compactMap { communes[$0] }
        return Self.sum(.province(province.code), province.name, parts)
      }
      // Over all communes, those included that the catalogue does not know.
      return report(Self.sum(unit, catalogue.name(of: unit), Array(communes.values)), children)
    }
  }

  /// The guests of each unit that has any: the nation, provinces and communes.
  public func guests(catalogue: UnitCatalogue) throws -> [UnitCode: Int] {
    var guests: [UnitCode: Int] = [:]
    let statement = try StoreStatement(db, "SELECT commune, present + overdue FROM communes WHERE present + overdue > 0")
    while try statement.step() {
      let (commune, count) = (try statement.commune(0), statement.int(1, as: Int.self))
      guests[.commune(commune)] = count
      guests[.nation, default: 0] += count
      if let province = catalogue.commune(commune)?.province { guests[.province(province), default: 0] += count }
    }
    return guests
  }

  // MARK: Figures

  private static func sum(_ unit: UnitCode, _ name: String?, _ parts: [UnitOccupancy]) -> UnitOccupancy {
    parts.reduce(into: UnitOccupancy(unit, name: name)) { $0.add($1) }
  }

  private func figures(of record: EstablishmentRecord, on day: CivilDate?) throws -> UnitOccupancy {
    var result = UnitOccupancy(.establishment(record.id), name: record.row.details.name)
    result.occupancy = record.occupancy
    guard let day else { return result }
    let flow = try StoreStatement(db, "SELECT arrivals, departures FROM flows WHERE day = ?1 AND establishment = ?2")
    flow.bind(day, at: 1)
    flow.bind(record.id, at: 2)
    guard try flow.step() else { return result }
    defer { flow.stop() }
    result.arrivals = flow.int(0, as: Int.self)
    result.departures = flow.int(1, as: Int.self)
    return result
  }

  /// The figures of all communes that have had any.
  private func communeFigures(on day: CivilDate?) throws -> [CommuneCode: UnitOccupancy] {
    var result: [CommuneCode: UnitOccupancy] = [:]
    let communes = try StoreStatement(db, "SELECT commune, \(OccupancyColumns.ofCommune) FROM communes")
    while try communes.step() {
      let commune = try communes.commune(0)
      result[commune] = UnitOccupancy(.commune(commune))
      result[commune]?.occupancy = OccupancyColumns.read(communes, from: 1)
    }
    guard let day else { return result }
    let flows = try StoreStatement(
      db,
      """
      SELECT commune, sum(arrivals), sum(departures) FROM flows JOIN establishments ON establishments.id = flows.establishment
      WHERE day = ?1 GROUP BY commune
      """)
    flows.bind(day, at: 1)
    while try flows.step() {
      let commune = try flows.commune(0)
      result[commune, default: UnitOccupancy(.commune(commune))].arrivals = flows.int(1, as: Int.self)
      result[commune]?.departures = flows.int(2, as: Int.self)
    }
    return result
  }
}

extension UnitOccupancy {
  /// A unit in which nothing was counted.
  init(_ unit: UnitCode, name: String? = nil) {
    self.init(unit: unit, name: name, occupancy: Occupancy(), arrivals: 0, departures: 0)
  }

  /// Adds the figures of a part.
  mutating func add(_ part: UnitOccupancy) {
    occupancy = occupancy + part.occupancy
    arrivals += part.arrivals
    departures += part.departures
  }

  fileprivate func named(by catalogue: UnitCatalogue) -> UnitOccupancy {
    var copy = self
    copy.name = catalogue.name(of: unit)
    return copy
  }
}
