/// Everything that deciding an event of one partition depends on, at one point of the partition's ledger.
///
/// It changes by entries that count only (``apply(_:of:facts:decision:source:now:observer:)`` and ``advance(to:observer:)``), is the same
/// on every node at the same chain value, and knows no guest by name.
public struct PartitionState: Sendable {
  /// Ledger time: the append time of the last event that was decided; never falls.
  public internal(set) var now: Instant
  /// The offset on the events topic up to which ids have left the window; the id index must cover it.
  public internal(set) var forgottenThrough: Int64

  var indexes: [EstablishmentID: UInt32]
  var all: [EstablishmentState]
  var registered: [RegistrationKey: RegisteredEvent]
  var registrationOrder: RingQueue<RegistrationKey>
  var queue: DueQueue

  /// The state right after genesis.
  public init(now: Instant) {
    self.now = now
    forgottenThrough = -1
    indexes = [:]
    all = []
    registered = [:]
    registrationOrder = RingQueue()
    queue = DueQueue()
  }

  /// The key under which a registered event is remembered.
  struct RegistrationKey: Hashable, Sendable {
    var establishment: UInt32
    var event: EventID
  }

  /// All establishments in the order in which they were first seen on this partition.
  public var establishments: [EstablishmentState] { all }

  /// The establishment, or nil where none was opened under the id.
  public func establishment(_ id: EstablishmentID) -> EstablishmentState? {
    indexes[id].map { all[Int($0)] }
  }

  /// The registration of an event within the window, or nil.
  public func registration(of event: EventID, at establishment: EstablishmentID) -> RegisteredEvent? {
    indexes[establishment].flatMap { registration(of: event, at: Int($0)) }
  }

  /// The same of an establishment by its place among all.
  func registration(of event: EventID, at place: Int) -> RegisteredEvent? {
    registered[RegistrationKey(establishment: UInt32(place), event: event)]
  }

  /// An open stay, or nil.
  public func stay(_ id: EventID, at establishment: EstablishmentID) -> Stay? {
    indexes[establishment].flatMap { all[Int($0)].stays[id] }
  }

  /// The months whose keys the identities of open stays are sealed to.
  public var openMonths: Set<KeyMonth> {
    all.reduce(into: []) { months, establishment in
      for stay in establishment.stays.values { months.insert(stay.month) }
    }
  }

  /// The open stays that are sealed to one of these months, in their order, at most `count`.
  public func openStays(under months: Set<KeyMonth>, atMost count: Int) -> [StayReference] {
    let found = all.flatMap { establishment in
      establishment.stays.filter { months.contains($0.value.month) }.keys.map { StayReference(establishment: establishment.id, stay: $0) }
    }
    return Array(found.sorted().prefix(count))
  }

  /// The number of stays that are present, overdue or presumed left.
  public var openStays: Int { all.reduce(into: 0) { $0 += $1.stays.count } }

  /// Whether deciding the event takes the id index: it has a time before the window, names an event that the state does not know, or has
  /// the id of a guest who still stays and whose check-in has left the window.
  public func needsIdIndex(for event: StayEvent, now: Instant) -> Bool {
    guard let index = indexes[event.establishment] else { return false }
    func isUnknown(_ id: EventID) -> Bool { registered.index(forKey: RegistrationKey(establishment: index, event: id)) == nil }
    func isOpen(_ id: EventID) -> Bool { all[Int(index)].stays.index(forKey: id) != nil }
    if let after = event.after, isUnknown(after) { return true }
    if isOpen(event.id), isUnknown(event.id) { return true }
    if let stay = event.stay, stay != event.id, !isOpen(stay), isUnknown(stay) { return true }
    let start = now.adding(days: -RuleBook.idWindowDays)
    let earliest = min(event.happened, event.captured, event.received, event.stayDetails?.arrivalEarliest ?? event.happened)
    return earliest < start && isUnknown(event.id)
  }
}

/// A first-in first-out queue whose memory is reused.
struct RingQueue<Element: Sendable>: Sendable {
  private var items: [Element] = []
  private var head = 0

  var first: Element? { head < items.count ? items[head] : nil }
  var count: Int { items.count - head }
  var elements: ArraySlice<Element> { items[head...] }

  mutating func append(_ item: Element) { items.append(item) }

  mutating func removeFirst() {
    guard head < items.count else { return }
    head += 1
    if head > 1024, head * 2 > items.count {
      items.removeFirst(head)
      head = 0
    }
  }
}
