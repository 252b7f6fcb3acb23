/// The open stays of an establishment, by their ids.
///
/// A stay keeps its slot for as long as it is open, so that it need not be looked for again. The order of slots follows from what happened
/// before, is not the same on every node, and must show in nothing that is decided or written.
public struct StayTable: Sendable {
  fileprivate struct Slot: Sendable {
    var id: EventID
    var stay: Stay
    var isOpen = true
  }

  private var slots: ContiguousArray<Slot> = []
  private var free: ContiguousArray<UInt32> = []
  private var index = PlaceIndex()

  /// No stay.
  public init() {}

  /// The number of stays.
  public var count: Int { index.count }

  /// A stay, or nil.
  public subscript(id: EventID) -> Stay? { slot(of: id).map { slots[$0].stay } }

  // MARK: Slots

  /// All slots, those of closed stays too.
  var slotRange: Range<Int> { slots.indices }

  /// The slot of a stay, or nil; it holds until the stay closes.
  func slot(of id: EventID) -> Int? {
    index.place(id.placeHash()) { slots[Int($0)].id == id }.map { Int($0) }
  }

  /// What lies in a slot; nil where the stay has closed.
  subscript(slot: Int) -> Stay? { slots[slot].isOpen ? slots[slot].stay : nil }

  /// The id of the stay that lies in a slot, or lay there last.
  func id(in slot: Int) -> EventID { slots[slot].id }

  /// Whether an adult who is a guest travels with this party or, where none is named, lives in this room.
  func hasAdult(party: EventID?, room: String, besides child: EventID) -> Bool {
    guard party != nil || !room.isEmpty else { return false }
    for slot in slots.indices where slots[slot].isOpen && !slots[slot].stay.isMinor && slots[slot].stay.presence.isGuest {
      let isWithChild = if let party { slots[slot].stay.party == party } else { slots[slot].stay.room == room }
      if isWithChild, slots[slot].id != child { return true }
    }
    return false
  }

  /// Adds the months whose keys the identities are sealed to; neighbours mostly have the same.
  func addMonths(to months: inout Set<KeyMonth>) {
    var last: KeyMonth?
    for slot in slots.indices where slots[slot].isOpen && slots[slot].stay.month != last {
      last = slots[slot].stay.month
      months.insert(slots[slot].stay.month)
    }
  }

  // MARK: Changes

  /// Adds a stay, whose id must be new, and returns its slot.
  mutating func insert(_ stay: Stay, _ id: EventID) -> Int {
    let slot: Int
    if let last = free.popLast() {
      slot = Int(last)
      slots[slot] = Slot(id: id, stay: stay)
    } else {
      slot = slots.count
      // By an eighth: doubling would leave room for another half of a country's stays.
      if slots.count == slots.capacity { slots.reserveCapacity(slots.count + Swift.max(4, slots.count / 8)) }
      slots.append(Slot(id: id, stay: stay))
    }
    index.insert(UInt32(slot), id.placeHash())
    return slot
  }

  /// Replaces the stay that lies in a slot.
  mutating func replace(_ stay: Stay, in slot: Int) { slots[slot].stay = stay }

  /// Seals the stay in a slot to another month.
  mutating func reseal(_ slot: Int, to month: KeyMonth) { slots[slot].stay.month = month }

  /// Takes the stay in a slot away.
  mutating func remove(_ slot: Int) {
    index.remove(UInt32(slot), slots[slot].id.placeHash())
    slots[slot].isOpen = false
    slots[slot].stay.room = ""
    free.append(UInt32(slot))
  }
}

extension StayTable: Sequence {
  /// Goes over the stays in no particular order.
  public struct Iterator: IteratorProtocol, Sendable {
    fileprivate let slots: ContiguousArray<Slot>
    private var position = 0

    fileprivate init(_ slots: ContiguousArray<Slot>) { self.slots = slots }

    /// The next stay with its id.
    public mutating func next() -> (id: EventID, stay: Stay)? {
      while position < slots.count {
        defer { position += 1 }
        if slots[position].isOpen { return (slots[position].id, slots[position].stay) }
      }
      return nil
    }
  }

  /// Begins to go over the stays.
  public func makeIterator() -> Iterator { Iterator(slots) }
}

extension StayTable: Hashable {
  /// The same stays, wherever they lie.
  public static func == (left: StayTable, right: StayTable) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.id] == $0.stay }
  }

  /// Feeds the number of stays, which does not depend on where they lie.
  public func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
