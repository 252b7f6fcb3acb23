package import LodgingPipeline

/// The loads of residents that make a directory up, each by a number that follows from its rows and the directory's key.
///
/// On a cluster each node has files of its own. The topic `residents` says which loads they are to hold, so that a node whose files lack
/// one can say so instead of taking residents for unknown.
package struct ResidentLoads: Hashable, Sendable {
  /// Those that the files hold, in the order in which they were loaded.
  package var held: [UInt64] = []
  /// Those that the files of every node are to hold, as whoever loaded or changed residents last knew it.
  package var due: [UInt64] = []

  /// So many are told apart; more than are made within the time that the topic keeps deletions.
  static let countMax = 256

  /// No loads.
  package init() {}

  /// How many loads the files lack.
  package var lacking: Int { Set(due).subtracting(held).count }

  /// Takes a load in; with `replacing` it takes the place of all before it, for every node.
  package mutating func add(_ load: UInt64, replacing: Bool) {
    if replacing { (held, due) = ([], []) }
    held = Self.appending(load, to: held)
    due = Self.appending(load, to: due)
  }

  private static func appending(_ load: UInt64, to loads: [UInt64]) -> [UInt64] {
    loads.contains(load) ? loads : Array((loads + [load]).suffix(countMax))
  }
}

/// Makes the number of a load, row by row.
package struct ResidentLoadNumber {
  /// The number of the rows so far.
  package private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// The number of no rows.
  package init() {}

  /// Adds a row.
  ///
  /// The same rows in the same order give the same number. What it is made of is keyed, so it tells nothing about them.
  package mutating func add(_ entry: DirectoryEntry) {
    add(entry.personRow)
    if let row = entry.documentRow { add(row) }
  }

  private mutating func add(_ row: DirectoryRow) {
    withUnsafeTemporaryAllocation(byteCount: DirectoryRow.recordBytes, alignment: 8) { bytes in
      guard let start = bytes.baseAddress else { return }
      row.store(recordTo: start)
      for offset in stride(from: 0, to: DirectoryRow.recordBytes, by: 8) {
        value ^= UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        // A step of SplitMix64, so that every bit of a row reaches every bit of the number.
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        value ^= value >> 31
      }
    }
  }
}

/// The record of the topic `residents` that says which loads the files of every node are to hold.
///
/// Its key is the word `loads`; its value a format byte and the number of each load, 8 bytes, little-endian. Being compacted, the topic
/// keeps the last one.
package enum ResidentLoadsRecord {
  private static let key = Array("loads".utf8)
  private static let format: UInt8 = 1

  /// Makes the record.
  package static func record(due loads: [UInt64]) -> NewRecord {
    NewRecord(key: key, value: [format] + loads.flatMap { withUnsafeBytes(of: $0.littleEndian, Array.init) })
  }

  /// Reads a record; nil where it is not this one.
  static func loads(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?) -> [UInt64]? {
    guard let key, key.elementsEqual(Self.key), let value, value.first == format, (value.count - 1).isMultiple(of: 8),
      (2...1 + 8 * ResidentLoads.countMax).contains(value.count)
    else { return nil }
    return stride(from: 1, to: value.count, by: 8).map { UInt64(littleEndian: value.loadUnaligned(fromByteOffset: $0, as: UInt64.self)) }
  }
}

/// What a node's files are beside those that all nodes are to have.
package enum ResidentStanding: Hashable, Sendable {
  /// Nothing is lacking, as far as the topic says; where nobody ever loaded residents, nobody is compared with any.
  case complete
  /// There are files, and they lack so many loads.
  case lacking(loads: Int)
  /// Residents were loaded elsewhere, and there are no files here.
  case missing
}
