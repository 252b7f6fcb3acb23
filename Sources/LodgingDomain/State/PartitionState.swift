/// Everything that deciding an event of one partition depends on, at one point of the partition's ledger.
///
/// It changes by entries that count only (``apply(_:of:facts:decision:source:now:observer:)`` and ``advance(to:observer:)``), is the same
/// on every node at the same chain value, and knows no guest by name.
public struct PartitionState: Sendable {
  /// Ledger time: the append time of the last event that was decided; never falls.
  public internal(set) var now: Instant
  /// The offset on the events topic up to which ids have left the window; the id index must cover it.
  public internal(set) var forgottenThrough: Int64

  var all: [EstablishmentState]
  var registered: RegistrationTable
  var queue: DueQueue
  var months = MonthCounts()
  private var index: PlaceIndex

  /// The state right after genesis.
  public init(now: Instant) {
    self.now = now
    forgottenThrough = -1
    all = []
    registered = RegistrationTable()
    queue = DueQueue()
    index = PlaceIndex()
  }

  /// All establishments in the order in which they were first seen on this partition.
  public var establishments: [EstablishmentState] { all }

  /// The place of an establishment among all, or nil where none was opened under the id.
  func place(of id: EstablishmentID) -> Int? {
    index.place(id.placeHash) { all[Int($0)].id == id }.map { Int($0) }
  }

  /// Adds an establishment at the end, whose id must be new.
  mutating func append(_ establishment: EstablishmentState) {
    index.insert(UInt32(all.count), establishment.id.placeHash)
    all.append(establishment)
  }

  /// The establishment, or nil where none was opened under the id.
  public func establishment(_ id: EstablishmentID) -> EstablishmentState? { place(of: id).map { all[$0] } }

  /// The registration of an event within the window, or nil.
  public func registration(of event: EventID, at establishment: EstablishmentID) -> RegisteredEvent? {
    place(of: establishment).flatMap { registered.record(of: event, at: $0) }
  }

  /// An open stay, or nil.
  public func stay(_ id: EventID, at establishment: EstablishmentID) -> Stay? {
    place(of: establishment).flatMap { all[$0].stays[id] }
  }

  /// The months whose keys the identities of open stays are sealed to.
  public var openMonths: Set<KeyMonth> { months.months }

  /// The open stays that are sealed to one of these months, in their order, at most `count`.
  public func openStays(under months: Set<KeyMonth>, atMost count: Int) -> [StayReference] {
    let found = all.flatMap { establishment in
      establishment.stays.filter { months.contains($0.stay.month) }.map { StayReference(establishment: establishment.id, stay: $0.id) }
    }
    return Array(found.sorted().prefix(count))
  }

  /// The number of stays that are present, overdue or presumed left.
  public var openStays: Int { all.reduce(into: 0) { $0 += $1.stays.count } }
}
