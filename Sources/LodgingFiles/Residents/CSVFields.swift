import CCSV

/// Cuts UTF-8 text into rows of fields that stay bytes, for files of many millions of rows.
///
/// It owns a parser of libcsv. Unlike ``CSVParser``, which makes a text of every cell, it keeps the fields of one piece of input in one
/// buffer that is used again.
final class CSVFields {
  private let parser: UnsafeMutablePointer<csv_parser>
  /// What libcsv's callbacks fill; they get this address and nothing else.
  private let collected: UnsafeMutablePointer<CollectedFields>
  private let limits: ImportLimits

  /// Makes a parser for columns separated by commas; nil where there is no memory.
  init?(limits: ImportLimits) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: csv_parser())
    collected = .allocate(capacity: 1)
    collected.initialize(to: CollectedFields(columnsMax: limits.columnsMax))
    self.limits = limits
    guard csv_init(parser, UInt8(CSV_REPALL_NL)) == 0 else { return nil }
    csv_set_blk_size(parser, 4 << 10)
  }

  deinit {
    csv_free(parser)
    parser.deallocate()
    collected.pointee.deallocate()
    collected.deallocate()
  }

  /// Reads the next piece of the text, at most 64 KiB of it, after which ``forEachRow(_:)`` gives the rows that ended in it.
  ///
  /// - Throws: `ImportError.tooLarge` for a field without end; `.malformed` where libcsv gives up.
  func feed(_ piece: ArraySlice<UInt8>) throws(ImportError) {
    let read = piece.withUnsafeBytes { csv_parse(parser, $0.baseAddress, $0.count, Self.onField, Self.onRow, collected) }
    guard read == piece.count else { throw .malformed(.csv, line: nil) }
    guard parser.pointee.entry_pos <= limits.fieldBytesMax else { throw .tooLarge(.field, row: nil) }
  }

  /// Ends the text: the last row is complete without a line end.
  ///
  /// - Throws: `ImportError.truncated` where a quotation mark is still open.
  func finish() throws(ImportError) {
    csv_set_opts(parser, UInt8(CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI))
    guard csv_fini(parser, Self.onField, Self.onRow, collected) == 0 else { throw .truncated(row: nil) }
  }

  /// Hands out the rows that are complete and forgets them.
  ///
  /// - Parameter body: Called with the fields of each row, which are valid only inside the call.
  /// - Throws: An error of `body`, which ends the loop.
  func forEachRow(_ body: (borrowing CSVFieldRow) throws -> Void) throws {
    var first = 0
    for index in 0..<collected.pointee.rows.count {
      let end = collected.pointee.rows[index]
      try body(collected.pointee.row(first..<end))
      first = end
    }
    collected.pointee.removeRows()
  }

  private static let onField: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = { field, count, context in
    context?.assumingMemoryBound(to: CollectedFields.self).pointee.fieldEnded(UnsafeRawBufferPointer(start: field, count: count))
  }

  private static let onRow: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = { terminator, context in
    context?.assumingMemoryBound(to: CollectedFields.self).pointee.rowEnded(terminator)
  }
}

/// The fields of one row, borrowed.
struct CSVFieldRow: ~Copyable {
  fileprivate let bytes: UnsafeRawBufferPointer
  fileprivate let start: Int
  fileprivate let ends: UnsafeBufferPointer<Int>

  /// The number of fields, not counted further than one beyond `ImportLimits.columnsMax`.
  var count: Int { ends.count }

  /// Whether there is nothing in any field.
  var isBlank: Bool { ends.last.map { $0 == start } ?? true }

  /// A field; empty beyond the last.
  subscript(index: Int) -> UnsafeRawBufferPointer {
    guard index < ends.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: bytes[(index == 0 ? start : ends[index - 1])..<ends[index]])
  }
}

/// The fields of some rows behind each other.
private struct CollectedFields {
  private var bytes = GrowingBuffer<UInt8>()
  /// Where each field ends in `bytes`.
  private var ends = GrowingBuffer<Int>()
  /// Where each row ends in `ends`.
  private(set) var rows = GrowingBuffer<Int>()
  private var endsInReturn = false
  private let columnsMax: Int

  init(columnsMax: Int) { self.columnsMax = columnsMax }

  func deallocate() {
    bytes.deallocate()
    ends.deallocate()
    rows.deallocate()
  }

  mutating func fieldEnded(_ field: UnsafeRawBufferPointer) {
    endsInReturn = false
    // A row without end must not fill the memory.
    guard ends.count - rows.last <= columnsMax else { return }
    bytes.append(field)
    ends.append(bytes.count)
  }

  /// libcsv reports each end of line and each byte of one: CR LF comes as two.
  mutating func rowEnded(_ terminator: Int32) {
    if terminator == CSV_LF, endsInReturn {
      endsInReturn = false
      return
    }
    endsInReturn = terminator == CSV_CR
    rows.append(ends.count)
  }

  func row(_ fields: Range<Int>) -> CSVFieldRow {
    CSVFieldRow(bytes: bytes.raw, start: fields.lowerBound == 0 ? 0 : ends[fields.lowerBound - 1], ends: ends.slice(fields))
  }

  /// Forgets the complete rows; the fields of a row that goes on in the next piece stay.
  mutating func removeRows() {
    let complete = rows.last
    let completeBytes = complete == 0 ? 0 : ends[complete - 1]
    bytes.removeFirst(completeBytes)
    ends.removeFirst(complete)
    for index in 0..<ends.count { ends[index] -= completeBytes }
    rows.removeFirst(rows.count)
  }
}

/// An array that is neither counted nor checked, for what happens seventy million times.
private struct GrowingBuffer<Element: BitwiseCopyable> {
  private var storage: UnsafeMutableBufferPointer<Element> = .allocate(capacity: 1024)
  private(set) var count = 0

  func deallocate() { storage.deallocate() }

  var raw: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(storage)[..<(count * MemoryLayout<Element>.stride)])
  }

  subscript(index: Int) -> Element {
    get { storage[index] }
    set { storage[index] = newValue }
  }

  func slice(_ range: Range<Int>) -> UnsafeBufferPointer<Element> { UnsafeBufferPointer(rebasing: storage[range]) }

  mutating func append(_ element: Element) {
    reserve(1)
    storage[count] = element
    count += 1
  }

  mutating func removeFirst(_ removed: Int) {
    guard removed > 0 else { return }
    if removed < count, let start = storage.baseAddress { start.update(from: start + removed, count: count - removed) }
    count -= removed
  }

  fileprivate mutating func reserve(_ more: Int) {
    guard count + more > storage.count else { return }
    let larger = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(storage.count * 2, count + more))
    _ = larger.update(fromContentsOf: storage[..<count])
    storage.deallocate()
    storage = larger
  }
}

extension GrowingBuffer<UInt8> {
  fileprivate mutating func append(_ bytes: UnsafeRawBufferPointer) {
    reserve(bytes.count)
    UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(storage)[count..<count + bytes.count]).copyMemory(from: bytes)
    count += bytes.count
  }
}

extension GrowingBuffer<Int> {
  /// The last element, 0 where there is none.
  fileprivate var last: Int { count == 0 ? 0 : self[count - 1] }
}
