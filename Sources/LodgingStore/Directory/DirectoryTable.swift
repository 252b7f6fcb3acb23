import LodgingDomain

/// A table in memory: rows in the order of their keys, and over them an index that finds most keys at the first look.
///
/// The slots hold the keys in order, each at its home or behind it, with every fifth slot free; so a look-up begins at the key's home and
/// ends at the key, at a greater one, or at an empty slot, nearly always within one or two cache lines.
///
/// `@unchecked Sendable`: it only reads a mapping that it keeps alive.
struct DirectoryTable: @unchecked Sendable {
  let rowCount: Int
  let slotCount: Int
  private let homeCount: UInt64
  private let slots: UnsafeRawPointer
  private let ranks: UnsafeRawPointer
  private let rows: UnsafeRawPointer
  private let mapping: FileMapping

  /// Makes a view of a table; nil where the layout does not fit the mapping.
  ///
  /// - Parameters:
  ///   - layout: Where the parts are.
  ///   - mapping: The file from its first byte on.
  ///   - end: The end of the data in it.
  init?(_ layout: DirectoryTableLayout, in mapping: FileMapping, end: UInt64) {
    guard end <= UInt64(mapping.bytes.count), layout.fits(end: end), let start = mapping.bytes.baseAddress else { return nil }
    rowCount = Int(layout.rowCount)
    slotCount = Int(layout.slotCount)
    homeCount = layout.homeCount
    slots = start + Int(layout.slotsOffset)
    ranks = start + Int(layout.ranksOffset)
    rows = start + Int(layout.rowsOffset)
    self.mapping = mapping
    guard key(at: slotCount - 1) == 0 else { return nil }
  }

  /// The size of all slots.
  var slotByteCount: Int { slotCount * DirectoryTableLayout.slotBytes }

  /// Reads a part of the slots in.
  func readInSlots(_ part: Range<Int>) { mapping.readIn(slots + part.lowerBound, byteCount: part.count) }

  /// The slot where the search for a key begins; always within the table.
  @inline(__always)
  func home(of key: UInt64) -> Int { DirectoryTableLayout.home(of: key, among: homeCount) }

  /// The key in a slot, 0 where it is empty.
  @inline(__always)
  func key(at slot: Int) -> UInt64 {
    UInt64(littleEndian: slots.load(fromByteOffset: slot &* DirectoryTableLayout.slotBytes, as: UInt64.self))
  }

  /// The summary of the exact person in a slot.
  @inline(__always)
  func exactSummary(at slot: Int) -> UInt32 {
    UInt32(littleEndian: slots.load(fromByteOffset: slot &* DirectoryTableLayout.slotBytes &+ 8, as: UInt32.self))
  }

  /// The summary of the folded person in a slot.
  @inline(__always)
  func foldedSummary(at slot: Int) -> UInt32 {
    UInt32(littleEndian: slots.load(fromByteOffset: slot &* DirectoryTableLayout.slotBytes &+ 12, as: UInt32.self))
  }

  /// Finds the slot of a key.
  ///
  /// - Parameters:
  ///   - key: The key, not 0.
  ///   - start: The key's home.
  /// - Returns: The slot, or nil.
  @inline(__always)
  func slot(of key: UInt64, from start: Int) -> Int? {
    var slot = start
    while slot < slotCount {
      let found = self.key(at: slot)
      if found == key { return slot }
      // An empty slot is 0, so one comparison ends the search at a greater key and lets only smaller ones through.
      if found &- 1 >= key { return nil }
      slot &+= 1
    }
    return nil
  }

  /// The row of a filled slot.
  func row(at slot: Int) -> DirectoryRow? {
    let group = slot / DirectoryTableLayout.rankedSlots
    var index = Int(UInt32(littleEndian: ranks.load(fromByteOffset: group * 4, as: UInt32.self)))
    for before in group * DirectoryTableLayout.rankedSlots..<slot where key(at: before) != 0 { index += 1 }
    return row(key: key(at: slot), index: index)
  }

  /// The row of a key, or nil.
  func row(of key: UInt64) -> DirectoryRow? {
    guard key != 0, let slot = slot(of: key, from: home(of: key)) else { return nil }
    return row(at: slot)
  }

  /// The row with a number; nil beyond the last, which only a damaged file leads to.
  func row(key: UInt64, index: Int) -> DirectoryRow? {
    guard index < rowCount else { return nil }
    return DirectoryRow(key: key, details: rows + index * DirectoryRow.detailBytes)
  }
}
