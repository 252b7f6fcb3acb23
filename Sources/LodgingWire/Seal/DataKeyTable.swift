import CSodium
import LodgingDomain

/// Data keys by the names of their envelopes, in memory of its own that is wiped before it is given back.
///
/// Entries have places, the numbers from 0 on in the order of their coming, which stay theirs.
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
  private var places: [Digest128: Int] = [:]

  init() { entries = .allocate(capacity: 64) }

  deinit { Self.giveBack(entries) }

  private static func giveBack(_ entries: UnsafeMutableBufferPointer<Entry>) {
    sodium_memzero(entries.baseAddress, entries.count * MemoryLayout<Entry>.stride)
    entries.deallocate()
  }

  /// The place of a name; nil where there is none.
  func place(of name: Digest128) -> Int? { places[name] }

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
    places[entry.name] = count
    count += 1
    return count - 1
  }

  private func grow() {
    let grown = UnsafeMutableBufferPointer<Entry>.allocate(capacity: 2 * entries.count)
    _ = grown.initialize(fromContentsOf: entries)
    Self.giveBack(entries)
    entries = grown
  }
}

@available(*, unavailable)
extension DataKeyTable: Sendable {}
