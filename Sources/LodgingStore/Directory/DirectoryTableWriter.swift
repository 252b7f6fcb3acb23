import LodgingDomain

/// Writes one table from rows that come in the order of their keys; memory does not grow with the rows, apart from a quarter of a byte
/// each.
///
/// The rows go straight to the file. What their slots hold waits in a scratch file, because the number of slots is known only after the
/// last row.
struct DirectoryTableWriter {
  private let output: DirectoryOutput
  private let waiting: ScratchFile
  private var layout = DirectoryTableLayout()
  private let piece: Piece
  /// Whether a status other than alive keeps a row from matching by its slot alone.
  private let heedsStatus: Bool

  private static let pieceSlots = 16_384

  /// Begins a table at the end of a file.
  ///
  /// - Parameters:
  ///   - output: The file.
  ///   - heedsStatus: True for persons; documents take the status of their holder.
  /// - Throws: `DirectoryError.system`.
  init(output: DirectoryOutput, heedsStatus: Bool) throws(DirectoryError) {
    self.output = output
    self.heedsStatus = heedsStatus
    waiting = try ScratchFile(folder: output.folder)
    piece = Piece(slots: Self.pieceSlots)
    try output.align()
    layout.rowsOffset = UInt64(output.offset)
  }

  /// The number of rows so far.
  var rowCount: Int { Int(layout.rowCount) }

  /// Appends a row with a greater key than the last.
  mutating func append(_ row: DirectoryRow) throws(DirectoryError) {
    guard layout.rowCount < UInt64(DirectoryLimits.rowsMax) else { throw .tooManyRows }
    layout.rowCount += 1
    try output.append(byteCount: DirectoryRow.detailBytes) { row.store(detailsTo: $0) }
    let matches = !heedsStatus || row.status == ResidentStatus.alive.rawValue
    piece.append(
      key: row.key, exact: matches ? PersonSummary.exact(row.person) : PersonSummary.none,
      folded: matches ? PersonSummary.folded(row.person) : PersonSummary.none)
    if piece.isFull { try flush() }
  }

  /// Writes the index and returns where everything is.
  mutating func finish() throws(DirectoryError) -> DirectoryTableLayout {
    try flush()
    try output.align()
    layout.slotsOffset = UInt64(output.offset)
    layout.homeCount = max(1, (layout.rowCount * 100 + DirectoryLimits.loadPercent - 1) / DirectoryLimits.loadPercent)
    let ranks = try writeSlots()
    try output.align()
    layout.ranksOffset = UInt64(output.offset)
    for rank in ranks {
      try output.append(byteCount: 4) { $0.storeBytes(of: rank.littleEndian, as: UInt32.self) }
    }
    return layout
  }

  private mutating func flush() throws(DirectoryError) {
    _ = try waiting.append(piece.bytes)
    piece.removeAll()
  }

  /// Puts every waiting slot to its home or behind the one before it, and returns how many filled slots are before each group.
  private mutating func writeSlots() throws(DirectoryError) -> [UInt32] {
    var ranks: [UInt32] = []
    ranks.reserveCapacity(Int(layout.homeCount) / DirectoryTableLayout.rankedSlots + 2)
    var position = 0
    var filled: UInt32 = 0
    var offset = 0
    while offset < waiting.byteCount {
      try piece.load(from: waiting, at: offset)
      offset += piece.bytes.count
      for index in 0..<piece.count {
        let slot = piece.slot(at: index)
        let home = DirectoryTableLayout.home(of: slot.key, among: layout.homeCount)
        while position < home { try write(Slot.empty, at: &position, filled: filled, ranks: &ranks) }
        try write(slot, at: &position, filled: filled, ranks: &ranks)
        filled += 1
      }
    }
    repeat { try write(Slot.empty, at: &position, filled: filled, ranks: &ranks) } while position <= Int(layout.homeCount)
    layout.slotCount = UInt64(position)
    return ranks
  }

  private func write(_ slot: Slot, at position: inout Int, filled: UInt32, ranks: inout [UInt32]) throws(DirectoryError) {
    if position % DirectoryTableLayout.rankedSlots == 0 { ranks.append(filled) }
    position += 1
    try output.append(byteCount: DirectoryTableLayout.slotBytes) { slot.store(to: $0) }
  }
}

/// One slot of the index.
private struct Slot {
  var key: UInt64
  var exact: UInt32
  var folded: UInt32

  static let empty = Slot(key: 0, exact: 0, folded: 0)

  func store(to address: UnsafeMutableRawPointer) {
    address.storeBytes(of: key.littleEndian, as: UInt64.self)
    address.storeBytes(of: exact.littleEndian, toByteOffset: 8, as: UInt32.self)
    address.storeBytes(of: folded.littleEndian, toByteOffset: 12, as: UInt32.self)
  }
}

/// Slots on their way to the scratch file and back.
private final class Piece {
  private let buffer: UnsafeMutableRawBufferPointer
  private(set) var count = 0

  init(slots: Int) { buffer = .allocate(byteCount: slots * DirectoryTableLayout.slotBytes, alignment: 16) }

  deinit { buffer.deallocate() }

  var isFull: Bool { bytes.count == buffer.count }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[..<(count * DirectoryTableLayout.slotBytes)]) }

  func append(key: UInt64, exact: UInt32, folded: UInt32) {
    guard let start = buffer.baseAddress else { return }
    Slot(key: key, exact: exact, folded: folded).store(to: start + count * DirectoryTableLayout.slotBytes)
    count += 1
  }

  func removeAll() { count = 0 }

  func load(from file: ScratchFile, at offset: Int) throws(DirectoryError) {
    let bytes = min(buffer.count, file.byteCount - offset)
    try file.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<bytes]))
    count = bytes / DirectoryTableLayout.slotBytes
  }

  func slot(at index: Int) -> Slot {
    let offset = index * DirectoryTableLayout.slotBytes
    return Slot(
      key: UInt64(littleEndian: buffer.load(fromByteOffset: offset, as: UInt64.self)),
      exact: UInt32(littleEndian: buffer.load(fromByteOffset: offset + 8, as: UInt32.self)),
      folded: UInt32(littleEndian: buffer.load(fromByteOffset: offset + 12, as: UInt32.self)))
  }
}
