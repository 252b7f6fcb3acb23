import CCSV

/// Cuts UTF-8 text into rows of fields that stay bytes, for files of many millions of rows.
///
/// It owns a parser of libcsv. Unlike ``CSVParser``, which makes a text of every cell, it keeps the fields of one piece of input in one
/// buffer that is used again.
final class CSVFields {
  private let parser: UnsafeMutablePointer<csv_parser>
  private let limits: ImportLimits
  private var bytes: [UInt8] = []
  /// Where each field ends in `bytes`.
  private var ends: [Int] = []
  /// Where each row ends in `ends`.
  private var rows: [Int] = []
  private var endsInReturn = false

  /// Makes a parser for columns separated by commas; nil where there is no memory.
  init?(limits: ImportLimits) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: csv_parser())
    self.limits = limits
    guard csv_init(parser, UInt8(CSV_REPALL_NL)) == 0 else {
      parser.deallocate()
      return nil
    }
    csv_set_blk_size(parser, 4 << 10)
  }

  deinit {
    csv_free(parser)
    parser.deallocate()
  }

  /// Reads the next piece of the text, at most 64 KiB of it, after which ``forEachRow(_:)`` gives the rows that ended in it.
  ///
  /// - Throws: `ImportError.tooLarge` for a field without end; `.malformed` where libcsv gives up.
  func feed(_ piece: ArraySlice<UInt8>) throws(ImportError) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let read = piece.withUnsafeBytes { csv_parse(parser, $0.baseAddress, $0.count, Self.onField, Self.onRow, context) }
    guard read == piece.count else { throw .malformed(.csv, line: nil) }
    guard parser.pointee.entry_pos <= limits.fieldBytesMax else { throw .tooLarge(.field, row: nil) }
  }

  /// Ends the text: the last row is complete without a line end.
  ///
  /// - Throws: `ImportError.truncated` where a quotation mark is still open.
  func finish() throws(ImportError) {
    csv_set_opts(parser, UInt8(CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI))
    let context = Unmanaged.passUnretained(self).toOpaque()
    guard csv_fini(parser, Self.onField, Self.onRow, context) == 0 else { throw .truncated(row: nil) }
  }

  /// Hands out the rows that are complete and forgets them.
  ///
  /// - Parameter body: Called with the fields of each row, which are valid only inside the call.
  /// - Throws: An error of `body`, which ends the loop.
  func forEachRow(_ body: (borrowing CSVFieldRow) throws -> Void) throws {
    try bytes.withUnsafeBytes { buffer in
      try ends.withUnsafeBufferPointer { ends in
        var first = 0
        for end in rows {
          try body(
            CSVFieldRow(bytes: buffer, start: first == 0 ? 0 : ends[first - 1], ends: UnsafeBufferPointer(rebasing: ends[first..<end])))
          first = end
        }
      }
    }
    // The fields of a row that goes on in the next piece stay.
    let complete = rows.last ?? 0
    let completeBytes = complete == 0 ? 0 : ends[complete - 1]
    bytes.removeFirst(completeBytes)
    ends.removeFirst(complete)
    for index in ends.indices { ends[index] -= completeBytes }
    rows.removeAll(keepingCapacity: true)
  }

  private func fieldEnded(_ field: UnsafeRawBufferPointer) {
    endsInReturn = false
    bytes.append(contentsOf: field)
    ends.append(bytes.count)
  }

  /// libcsv reports each end of line and each byte of one: CR LF comes as two.
  private func rowEnded(_ terminator: Int32) {
    if terminator == CSV_LF, endsInReturn {
      endsInReturn = false
      return
    }
    endsInReturn = terminator == CSV_CR
    rows.append(ends.count)
  }

  private static let onField: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = { field, count, context in
    guard let context else { return }
    Unmanaged<CSVFields>.fromOpaque(context).takeUnretainedValue().fieldEnded(UnsafeRawBufferPointer(start: field, count: count))
  }

  private static let onRow: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = { terminator, context in
    guard let context else { return }
    Unmanaged<CSVFields>.fromOpaque(context).takeUnretainedValue().rowEnded(terminator)
  }
}

/// The fields of one row, borrowed.
struct CSVFieldRow: ~Copyable {
  fileprivate let bytes: UnsafeRawBufferPointer
  fileprivate let start: Int
  fileprivate let ends: UnsafeBufferPointer<Int>

  /// The number of fields.
  var count: Int { ends.count }

  /// Whether there is nothing in any field.
  var isBlank: Bool { ends.last.map { $0 == start } ?? true }

  /// A field; empty beyond the last.
  subscript(index: Int) -> UnsafeRawBufferPointer {
    guard index < ends.count else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: bytes[(index == 0 ? start : ends[index - 1])..<ends[index]])
  }
}
