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

  fileprivate typealias Chunk = ContiguousArray<Slot>

  /// Slots lie in chunks, so that a table grows without being copied, and a copy of it shares all but the chunks that change.
  private var chunks: ContiguousArray<Chunk> = []
  private var free: ContiguousArray<UInt32> = []
  private var index = PlaceIndex()

  /// The slots of a chunk, in powers of two.
  private static let chunkShift = 3
  private static let chunkSlots = 1 << chunkShift
  /// The slots that the first chunk of a table begins with: most establishments are small.
  private static let firstSlots = 4

  /// No stay.
  public init() {}

  /// The number of stays.
  public var count: Int { index.count }

  /// A stay, or nil.
  public subscript(id: EventID) -> Stay? { slot(of: id).map { self[$0] } ?? nil }

  // MARK: Slots

  /// All slots, those of closed stays too.
  var slotRange: Range<Int> {
    0..<(chunks.isEmpty ? 0 : (chunks.count - 1) << Self.chunkShift + chunks[chunks.count - 1].count)
  }

  @inline(__always)
  private static func chunk(_ slot: Int) -> Int { slot >> chunkShift }

  @inline(__always)
  private static func place(_ slot: Int) -> Int { slot & (chunkSlots - 1) }

  /// The slot of a stay, or nil; it holds until the stay closes.
  func slot(of id: EventID) -> Int? { slot(of: HashedID(id)) }

  /// The same of an id that is hashed already.
  @inline(__always)
  func slot(of id: HashedID) -> Int? {
    index.place(id.hash) { chunks[Self.chunk(Int($0))][Self.place(Int($0))].id == id.id }.map { Int($0) }
  }

  /// What lies in a slot; nil where the stay has closed.
  subscript(slot: Int) -> Stay? {
    let (chunk, place) = (Self.chunk(slot), Self.place(slot))
    return chunks[chunk][place].isOpen ? chunks[chunk][place].stay : nil
  }

  /// The id of the stay that lies in a slot, or lay there last.
  func id(in slot: Int) -> EventID { chunks[Self.chunk(slot)][Self.place(slot)].id }

  /// Looks where the next stay under an id would be looked for and put; see ``PartitionState/look(for:_:)``.
  @inline(__always)
  func look(for id: HashedID) -> UInt64 { index.look(id.hash) ^ UInt64(chunks.last?.count ?? 0) }

  /// Whether an adult who is a guest travels with this party or, where none is named, lives in this room.
  func hasAdult(party: EventID?, room: String, besides child: EventID) -> Bool {
    guard party != nil || !room.isEmpty else { return false }
    // Those who travel together mostly come together, so the latest are looked at first.
    for chunk in chunks.reversed() {
      let isFound = chunk.withUnsafeBufferPointer { slots in
        for slot in slots.indices.reversed() where slots[slot].isOpen && !slots[slot].stay.isMinor && slots[slot].stay.presence.isGuest {
          let isWithChild = if let party { slots[slot].stay.party == party } else { slots[slot].stay.room == room }
          if isWithChild, slots[slot].id != child { return true }
        }
        return false
      }
      if isFound { return true }
    }
    return false
  }

  /// How many guests arrived before a moment, and how many of those plan to stay until then or beyond.
  func guests(arrivedBefore moment: Instant) -> (arrived: Int, staying: Int) {
    var (arrived, staying) = (0, 0)
    for chunk in chunks {
      chunk.withUnsafeBufferPointer { slots in
        for slot in slots.indices where slots[slot].isOpen && slots[slot].stay.presence.isGuest {
          guard slots[slot].stay.arrival < moment else { continue }
          arrived += 1
          if slots[slot].stay.departure >= moment { staying += 1 }
        }
      }
    }
    return (arrived, staying)
  }

  /// The overdue guests who arrived before a moment and were to leave before it, with when that was.
  func overdue(before moment: Instant) -> [(departure: Instant, id: EventID)] {
    var overdue: [(departure: Instant, id: EventID)] = []
    for chunk in chunks {
      for slot in chunk where slot.isOpen && slot.stay.presence == .overdue && slot.stay.arrival < moment {
        if slot.stay.departure < moment { overdue.append((slot.stay.departure, slot.id)) }
      }
    }
    return overdue
  }

  /// Calls `body` with each stay in the order of the ids.
  package func forEachInOrder(_ body: (EventID, Stay) -> Void) {
    // Slots are sorted by their ids instead of stays, which are large and hold text.
    var places: [(id: EventID, slot: Int)] = []
    places.reserveCapacity(count)
    for slot in slotRange where chunks[Self.chunk(slot)][Self.place(slot)].isOpen { places.append((id(in: slot), slot)) }
    places.sort { $0.id < $1.id }
    for place in places { body(place.id, chunks[Self.chunk(place.slot)][Self.place(place.slot)].stay) }
  }

  // MARK: Changes

  /// Adds a stay, whose id must be new, and returns its slot.
  mutating func insert(_ stay: Stay, _ id: EventID) -> Int { insert(stay, HashedID(id)) }

  /// The same under an id that is hashed already.
  mutating func insert(_ stay: Stay, _ id: HashedID) -> Int {
    let slot: Int
    if let last = free.popLast() {
      slot = Int(last)
      chunks[Self.chunk(slot)][Self.place(slot)] = Slot(id: id.id, stay: stay)
    } else {
      slot = slotRange.upperBound
      let (chunk, place) = (Self.chunk(slot), Self.place(slot))
      if place == 0 {
        chunks.append(Chunk())
        chunks[chunk].reserveCapacity(chunk == 0 ? Self.firstSlots : Self.chunkSlots)
      }
      chunks[chunk].append(Slot(id: id.id, stay: stay))
    }
    index.insert(UInt32(slot), id.hash)
    return slot
  }

  /// Replaces the stay that lies in a slot.
  mutating func replace(_ stay: Stay, in slot: Int) { chunks[Self.chunk(slot)][Self.place(slot)].stay = stay }

  /// Seals the stay in a slot to another month.
  mutating func reseal(_ slot: Int, to month: KeyMonth) { chunks[Self.chunk(slot)][Self.place(slot)].stay.month = month }

  /// Takes the stay in a slot away.
  mutating func remove(_ slot: Int) {
    let (chunk, place) = (Self.chunk(slot), Self.place(slot))
    index.remove(UInt32(slot), HashedID(chunks[chunk][place].id).hash)
    chunks[chunk][place].isOpen = false
    chunks[chunk][place].stay.room = ""
    free.append(UInt32(slot))
  }
}

extension StayTable: Sequence {
  /// Goes over the stays in no particular order.
  public struct Iterator: IteratorProtocol, Sendable {
    fileprivate let chunks: ContiguousArray<Chunk>
    private var (chunk, place) = (0, 0)

    fileprivate init(_ chunks: ContiguousArray<Chunk>) { self.chunks = chunks }

    /// The next stay with its id.
    public mutating func next() -> (id: EventID, stay: Stay)? {
      while chunk < chunks.count {
        while place < chunks[chunk].count {
          defer { place += 1 }
          if chunks[chunk][place].isOpen { return (chunks[chunk][place].id, chunks[chunk][place].stay) }
        }
        (chunk, place) = (chunk + 1, 0)
      }
      return nil
    }
  }

  /// Begins to go over the stays.
  public func makeIterator() -> Iterator { Iterator(chunks) }
}

extension StayTable: Hashable {
  /// The same stays, wherever they lie.
  public static func == (left: StayTable, right: StayTable) -> Bool {
    left.count == right.count && left.allSatisfy { right[$0.id] == $0.stay }
  }

  /// Feeds the number of stays, which does not depend on where they lie.
  public func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
