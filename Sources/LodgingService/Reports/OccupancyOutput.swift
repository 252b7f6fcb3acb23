package import LodgingDomain
import LodgingPipeline
import LodgingStore

/// What `lodging occupancy` says of one unit.
package struct OccupancyOutput: Encodable, Sendable {
  package var unit: String
  package var name: String?
  package var version: String?
  package var asOf: String?
  package var guests: Int
  package var present: Int
  package var overdue: Int
  package var presumedLeft: Int
  package var citizens: Int
  package var foreigners: Int
  package var minors: Int
  /// Rooms and beds that have guests.
  package var rooms: Int
  package var beds: Int
  /// Rooms and beds that open establishments have.
  package var capacity: Capacity
  package var arrivals: Int?
  package var departures: Int?
  package var children: [OccupancyOutput]?
  /// How far the answer is behind; of the unit that was asked for only.
  package var lagSeconds: Int?
  package var waiting: Int?
  /// What waits, by whether it is decided.
  package var undecided: Int?
  package var unfolded: Int?
  package var note: String?

  /// What there is to let.
  package struct Capacity: Encodable, Sendable {
    package var rooms: Int
    package var beds: Int
    package var establishments: Int
  }

  enum CodingKeys: String, CodingKey {
    case unit, name, version, guests, present, overdue, citizens, foreigners, minors, rooms, beds, capacity, arrivals, departures, children
    case waiting, undecided, unfolded, note
    case asOf = "as_of"
    case lagSeconds = "lag_seconds"
    case presumedLeft = "presumed_left"
  }

  private init(_ unit: UnitCode, name: String?, _ figures: Occupancy) {
    self.unit = unit.description
    self.name = name
    guests = figures.guests
    present = figures.present
    overdue = figures.overdue
    presumedLeft = figures.presumedLeft
    citizens = figures.citizens
    foreigners = figures.foreigners
    minors = figures.minors
    rooms = figures.roomsInUse
    beds = figures.guests
    capacity = Capacity(rooms: figures.rooms, beds: figures.beds, establishments: figures.establishments)
  }

  /// How full a unit is now, or as the register knows it for an earlier moment; nil for a unit that nobody knows.
  ///
  /// Of a moment that ledger time has not reached the register knows nothing: the answer is of ledger time then, and says so.
  package init?(_ register: Register, unit: UnitCode, at moment: Instant?) throws {
    let catalogue = register.catalogue
    guard let output = try register.store.read({ try OccupancyOutput($0, catalogue, unit: unit, at: moment) }) else { return nil }
    self = output
    guard moment == nil else { return }
    let freshness = try Freshness(register)
    (lagSeconds, waiting, note) = (freshness.lagSeconds, freshness.waiting, freshness.words)
    (undecided, unfolded) = (freshness.undecided, freshness.unfolded)
  }

  /// The same from one moment of the register, without a word on how old that is.
  init?(_ view: RegisterView, _ catalogue: UnitCatalogue, unit: UnitCode, at moment: Instant?) throws {
    let found =
      if let moment { try view.occupancy(unit, at: moment, catalogue: catalogue) } else { try view.occupancy(unit, catalogue: catalogue) }
    guard let report = found else { return nil }
    self.init(report.total.unit, name: report.total.name, report.total.occupancy)
    version = report.version.text
    let known = report.version.asOf
    asOf = (moment.map { min($0, known ?? $0) } ?? known)?.rfc3339()
    arrivals = report.total.arrivals
    departures = report.total.departures
    children = report.children.map { child in
      var output = OccupancyOutput(child.unit, name: child.name, child.occupancy)
      output.arrivals = child.arrivals
      output.departures = child.departures
      return output
    }
    if let moment, let known, known < moment { note = "ledger time has not reached that moment: the answer is of \(known.rfc3339())" }
  }
}
