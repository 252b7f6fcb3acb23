import CSodium
import LodgingDomain

/// Data keys by the names of their envelopes, in memory of its own that is wiped before it is given back.
///
/// A name is a keyed hash that nobody outside can foresee, so its bits say where it stands. Entries have places, the numbers from 0 on in the
/// order of their coming, which stay theirs.
final class DataKeyTable {
  private struct Entry {
    var name: Digest128
    var month: KeyMonth
    /// Whether the envelope opens; else the key says nothing.
    var opens = false
    var key: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  }

  /// The count of entries.
  private(set) var count = 0
  private var entries: UnsafeMutableBufferPointer<Entry>
  /// Places by name, or ``free``; twice as many as there is room for entries, and a power of two.
  private var slots: [Int32]

  private static let free: Int32 = -1

  init() {
    entries = .allocate(capacity: 64)
    slots = Array(repeating: Self.free, count: 2 * entries.count)
  }

  deinit { Self.giveBack(entries) }

  private static func giveBack(_ entries: UnsafeMutableBufferPointer<Entry>) {
    sodium_memzero(entries.baseAddress, entries.count * MemoryLayout<Entry>.stride)
    entries.deallocate()
  }

  /// The place of a name; nil where there is none.
  func place(of name: Digest128) -> Int? {
    let place = slots[slot(of: name)]
    return place == Self.free ? nil : Int(place)
  }

  /// The month whose key opens the envelope at a place.
  func month(at place: Int) -> KeyMonth { entries[checked(place)].month }

  /// Calls `body` with the 32 bytes of the data key at a place; false where the envelope does not open.
  func withKey(at place: Int, _ body: (UnsafeRawBufferPointer) -> Bool) -> Bool {
    guard entries[checked(place)].opens else { return false }
    return withUnsafeBytes(of: &entries[place].key) { body($0) }
  }

  /// Adds an envelope that does not open; its name must be new.
  ///
  /// - Returns: Its place.
  func add(_ name: Digest128, of month: KeyMonth) -> Int { add(Entry(name: name, month: month)) }

  /// Adds what another table has at a place; its name must be new.
  ///
  /// - Returns: Its place here.
  func add(_ place: Int, from other: DataKeyTable) -> Int {
    let source = other.checked(place)
    let added = add(other.entries[source].name, of: other.entries[source].month)
    // From memory to memory, so that no copy stays elsewhere.
    setKey(at: added) { key in
      other.withKey(at: place) { known in
        key.copyMemory(from: known)
        return true
      }
    }
    return added
  }

  /// Has the 32 bytes of the data key at a place filled by `fill`, which says whether the envelope opens.
  func setKey(at place: Int, _ fill: (UnsafeMutableRawBufferPointer) -> Bool) {
    entries[checked(place)].opens = withUnsafeMutableBytes(of: &entries[place].key) { fill($0) }
  }

  private func checked(_ place: Int) -> Int {
    precondition(place < count)
    return place
  }

  private func add(_ entry: Entry) -> Int {
    if count == entries.count { grow() }
    entries.initializeElement(at: count, to: entry)
    slots[slot(of: entry.name)] = Int32(count)
    count += 1
    return count - 1
  }

  /// The slot where a name stands or would stand.
  private func slot(of name: Digest128) -> Int {
    var slot = Int(truncatingIfNeeded: name.first) & (slots.count - 1)
    while slots[slot] != Self.free, entries[Int(slots[slot])].name != name { slot = (slot + 1) & (slots.count - 1) }
    return slot
  }

  private func grow() {
    let grown = UnsafeMutableBufferPointer<Entry>.allocate(capacity: 2 * entries.count)
    _ = grown.initialize(fromContentsOf: entries)
    Self.giveBack(entries)
    entries = grown
    slots = Array(repeating: Self.free, count: 2 * entries.count)
    for place in 0..<count { slots[slot(of: entries[place].name)] = Int32(place) }
  }
}

@available(*, unavailable)
extension DataKeyTable: Sendable {}
