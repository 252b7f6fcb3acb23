/// Finds the places of a table by the hashes of what stands there.
///
/// Open addressing in one array: ten to thirteen bytes for each place where there are many, up to twenty where there are few. What stands at
/// a place is compared by whoever asks, and hashes are kept, so that a question about what is not there looks at nothing else. The order of
/// places in here is another one in each process and shows in no answer.
struct PlaceIndex: Sendable {
  /// A hash in the upper half, odd so that no slot that is taken is zero, and a place in the lower one.
  private var slots: ContiguousArray<UInt64> = []
  /// The number of places.
  private(set) var count = 0

  private static let slotsMin = 8
  /// Up to so many slots an index doubles when it grows: many are small, and growing often would cost more than they hold.
  private static let doubledMax = 64

  /// An empty index.
  init() {}

  /// An empty index that need not grow before it has so many places.
  init(capacity: Int) { slots = ContiguousArray(repeating: 0, count: max(Self.slotsMin, capacity * 5 / 4 + 1)) }

  /// The place with this hash that fits, or nil.
  @inline(__always)
  func place(_ hash: UInt64, where fits: (UInt32) -> Bool) -> UInt32? {
    guard !slots.isEmpty else { return nil }
    let mark = Self.mark(hash)
    var position = home(of: mark)
    while case let slot = slots[position], slot != 0 {
      let place = UInt32(truncatingIfNeeded: slot)
      if slot >> 32 == mark, fits(place) { return place }
      position = after(position)
    }
    return nil
  }

  /// Looks where the search for a hash begins, and returns what is there; so that it need not be waited for when it is searched.
  @inline(__always)
  func look(_ hash: UInt64) -> UInt64 { slots.isEmpty ? 0 : slots[home(of: Self.mark(hash))] }

  /// Adds a place, which must not be there.
  mutating func insert(_ place: UInt32, _ hash: UInt64) {
    if (count + 1) * 5 > slots.count * 4 { grow() }
    count += 1
    put(Self.mark(hash) << 32 | UInt64(place))
  }

  /// Takes a place away; what is not there is left alone.
  mutating func remove(_ place: UInt32, _ hash: UInt64) {
    guard !slots.isEmpty else { return }
    let wanted = Self.mark(hash) << 32 | UInt64(place)
    var hole = home(of: wanted >> 32)
    while slots[hole] != wanted {
      guard slots[hole] != 0 else { return }
      hole = after(hole)
    }
    count -= 1
    // Whatever could not be put here because this was taken moves up, so that no search ends at the hole too early.
    var next = after(hole)
    while slots[next] != 0 {
      if distance(to: next, from: home(of: slots[next] >> 32)) >= distance(to: next, from: hole) {
        slots[hole] = slots[next]
        hole = next
      }
      next = after(next)
    }
    slots[hole] = 0
  }

  private mutating func grow() {
    let old = slots
    let more = old.count < Self.doubledMax ? old.count : old.count / 4
    slots = ContiguousArray(repeating: 0, count: max(Self.slotsMin, old.count + more))
    for slot in old where slot != 0 { put(slot) }
  }

  private mutating func put(_ slot: UInt64) {
    var position = home(of: slot >> 32)
    while slots[position] != 0 { position = after(position) }
    slots[position] = slot
  }

  private static func mark(_ hash: UInt64) -> UInt64 { hash >> 32 | 1 }

  /// Where the search for a mark begins: marks are spread evenly over any number of slots.
  private func home(of mark: UInt64) -> Int { Int((mark &* UInt64(slots.count)) >> 32) }

  private func after(_ position: Int) -> Int { position + 1 == slots.count ? 0 : position + 1 }

  private func distance(to position: Int, from start: Int) -> Int {
    position >= start ? position - start : position + slots.count - start
  }
}

/// The hash by which the state's tables find things: two multiplications under words that nobody outside the process knows.
///
/// Ids are chosen by senders, who must not be able to choose many that lie at one place. The words come out of the standard library's
/// hasher, whose seed is another one in each process.
enum PlaceHash {
  private static let words: (UInt64, UInt64, UInt64, UInt64) = (word(0), word(1), word(2), word(3))

  private static func word(_ number: Int) -> UInt64 {
    var hasher = Hasher()
    hasher.combine(number)
    return UInt64(truncatingIfNeeded: hasher.finalize())
  }

  /// The hash of three words.
  static func make(_ first: UInt64, _ second: UInt64, _ third: UInt64) -> UInt64 { finish(root(first, second), third) }

  /// What the hashes have in common whose first two words are these.
  static func root(_ first: UInt64, _ second: UInt64) -> UInt64 {
    let words = words
    return fold(first ^ words.0, second ^ words.1)
  }

  /// The hash of the words of a root and a third one.
  static func finish(_ root: UInt64, _ third: UInt64) -> UInt64 {
    let words = words
    return fold(root ^ third ^ words.2, words.3 | 1)
  }

  /// Both halves of the product.
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (high, low) = left.multipliedFullWidth(by: right)
    return high ^ low
  }
}

/// An event's id with what its hashes have in common, which is worked out once for all tables that are asked about it.
struct HashedID: Sendable {
  let id: EventID
  private let root: UInt64

  init(_ id: EventID) { (self.id, root) = (id, PlaceHash.root(id.high, id.low)) }

  /// The hash under which the id is found among those of one establishment.
  var hash: UInt64 { PlaceHash.finish(root, 0) }

  /// The hash under which the id is found among those of all establishments.
  func hash(at establishment: UInt32) -> UInt64 { PlaceHash.finish(root, UInt64(establishment)) }
}

extension EstablishmentID {
  /// The hash under which an establishment is found.
  var placeHash: UInt64 {
    PlaceHash.make(words.0, words.1, words.2 | words.3 == 0 ? 0 : PlaceHash.make(words.2, words.3, 0))
  }
}
