import LodgingDomain

/// The first page of a directory file.
///
/// ```
/// header   4096 bytes, with two checksums of itself
/// rows     48 bytes a person, in the order of their keys
/// slots    16 bytes each: key, summary of the exact and of the folded person; key 0 is empty
/// ranks    4 bytes for each 16 slots: how many slots before them are filled, which is the number of the next row
///          the same three for documents
/// sums     8 bytes for each block of 1 MiB after the header
/// ```
/// All numbers are little-endian; each part begins at a multiple of 4096.
struct DirectoryHeader: Equatable, Sendable {
  /// What the file holds.
  enum Kind: UInt32, Sendable {
    /// All residents.
    case base = 0
    /// What changed since the base: rows that replace rows of the base, and deletions.
    case delta = 1
  }

  var kind: Kind
  /// The version that this file came with; file names carry it too.
  var version: UInt64
  /// Changes of the topic `residents` up to, but not including, this offset are in the file.
  var changesThrough: Int64
  var persons: DirectoryTableLayout
  var documents: DirectoryTableLayout
  /// Where the table of checksums begins, and so where the data ends.
  var sumsOffset: UInt64
  /// The checksum of the table of checksums.
  var sumOfSums: UInt64

  static let format: UInt32 = 1
  private static let magic: [UInt8] = Array("LODGRES\n".utf8)
  /// Where the two checksums stand: the last sixteen bytes of the page.
  private static let openSumOffset = DirectoryLimits.pageBytes - 16
  private static let keyedSumOffset = DirectoryLimits.pageBytes - 8

  /// Whether a file begins as one of the directory's does, as far as it goes.
  static func begins(like start: UnsafeRawBufferPointer) -> Bool {
    start.prefix(magic.count).elementsEqual(magic.prefix(start.count))
  }

  /// The number of blocks that the data is cut into.
  var blockCount: Int {
    (Int(clamping: sumsOffset) - DirectoryLimits.pageBytes + DirectoryLimits.blockBytes - 1) / DirectoryLimits.blockBytes
  }

  /// The size of the whole file.
  var fileBytes: Int { Int(clamping: sumsOffset) + blockCount * 8 }
}

extension DirectoryHeader {
  /// The page.
  func page(key: DirectoryFileKey) -> [UInt8] {
    var page = Self.magic
    func put(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { page.append(contentsOf: $0) } }
    put(Self.format)
    put(kind.rawValue)
    put(version)
    put(changesThrough)
    for layout in [persons, documents] {
      for value in layout.values { put(value) }
    }
    put(sumsOffset)
    put(sumOfSums)
    page.append(contentsOf: [UInt8](repeating: 0, count: Self.openSumOffset - page.count))
    put(page.withUnsafeBytes { DirectoryFileKey.openChecksum($0) })
    put(page.withUnsafeBytes { key.checksum($0) })
    return page
  }

  /// Reads a page.
  ///
  /// - Parameters:
  ///   - page: The first page of the file.
  ///   - file: The file's name, for errors.
  ///   - key: The key that the file should have been made with.
  /// - Throws: `DirectoryError.foreign`, `.unknownFormat`, `.damaged`, `.wrongKey`, in this order.
  init(page: UnsafeRawBufferPointer, file: String, key: DirectoryFileKey) throws(DirectoryError) {
    guard page.starts(with: Self.magic) else { throw .foreign(file: file) }
    var position = Self.magic.count
    func take<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
      defer { position += MemoryLayout<Value>.size }
      return Value(littleEndian: page.loadUnaligned(fromByteOffset: position, as: type))
    }
    let format = take(UInt32.self)
    guard format == Self.format else { throw .unknownFormat(file: file, format: format) }
    let kind = Kind(rawValue: take(UInt32.self))
    version = take(UInt64.self)
    changesThrough = take(Int64.self)
    persons = DirectoryTableLayout(values: (0..<DirectoryTableLayout.valueCount).map { _ in take(UInt64.self) })
    documents = DirectoryTableLayout(values: (0..<DirectoryTableLayout.valueCount).map { _ in take(UInt64.self) })
    sumsOffset = take(UInt64.self)
    sumOfSums = take(UInt64.self)
    position = Self.openSumOffset
    let beforeOpenSum = UnsafeRawBufferPointer(rebasing: page[..<Self.openSumOffset])
    guard take(UInt64.self) == DirectoryFileKey.openChecksum(beforeOpenSum), let kind else { throw .damaged(file: file, part: .header) }
    let beforeKeyedSum = UnsafeRawBufferPointer(rebasing: page[..<Self.keyedSumOffset])
    guard take(UInt64.self) == key.checksum(beforeKeyedSum) else { throw .wrongKey(file: file) }
    self.kind = kind
  }
}

/// Where a table's parts stand in the file.
struct DirectoryTableLayout: Equatable, Sendable {
  var rowCount: UInt64 = 0
  var rowsOffset: UInt64 = 0
  /// Slots that are somebody's home; a few more follow them, the last of which is empty.
  var homeCount: UInt64 = 1
  var slotCount: UInt64 = 0
  var slotsOffset: UInt64 = 0
  var ranksOffset: UInt64 = 0

  static let valueCount = 6
  static let slotBytes = 16
  /// Slots that share a rank.
  static let rankedSlots = 16

  init() {}

  init(values: [UInt64]) {
    rowCount = values[0]
    rowsOffset = values[1]
    homeCount = values[2]
    slotCount = values[3]
    slotsOffset = values[4]
    ranksOffset = values[5]
  }

  var values: [UInt64] { [rowCount, rowsOffset, homeCount, slotCount, slotsOffset, ranksOffset] }

  var rankCount: UInt64 { (slotCount + UInt64(Self.rankedSlots) - 1) / UInt64(Self.rankedSlots) }

  /// Whether every part lies between the header and the end of the data.
  func fits(end: UInt64) -> Bool {
    guard rowCount <= UInt64(DirectoryLimits.rowsMax), slotCount <= 2 * UInt64(DirectoryLimits.rowsMax), slotCount > homeCount,
      homeCount > 0
    else { return false }
    let parts = [
      (rowsOffset, rowCount * UInt64(DirectoryRow.detailBytes)), (slotsOffset, slotCount * UInt64(Self.slotBytes)),
      (ranksOffset, rankCount * 4),
    ]
    return parts.allSatisfy { offset, count in
      offset >= UInt64(DirectoryLimits.pageBytes) && offset % 64 == 0 && offset <= end && count <= end - offset
    }
  }

  /// The home of a key among so many slots: keys are uniform, and homes rise with them.
  @inline(__always)
  static func home(of key: UInt64, among homeCount: UInt64) -> Int {
    Int(truncatingIfNeeded: key.multipliedFullWidth(by: homeCount).high)
  }
}
