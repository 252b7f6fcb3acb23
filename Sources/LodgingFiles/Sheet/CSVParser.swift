import CCSV

/// Cuts UTF-8 text into rows and cells.
///
/// It owns a parser of libcsv.
///
/// libcsv keeps one field at a time in a buffer that grows for ever if a quotation mark is never closed, so the field is measured after
/// each piece of input, and pieces must be small.
final class CSVParser {
  /// The longest piece of input for one call, in bytes: how far a field may overshoot its bound before it is noticed.
  static let inputBytesMax = 64 << 10
  /// By how many bytes libcsv's buffer grows.
  private static let growthBytes = 4 << 10

  private let parser: UnsafeMutablePointer<csv_parser>
  private let limits: ImportLimits
  private var rows: [SheetRow] = []
  private var cells: [SheetCell] = []
  private var columnCount = 0
  private var rowNumber = 1
  private var endsInReturn = false

  /// Makes a parser for columns separated by a byte; nil where there is no memory.
  init?(separator: UInt8, limits: ImportLimits) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: csv_parser())
    self.limits = limits
    guard csv_init(parser, UInt8(CSV_REPALL_NL)) == 0 else {
      parser.deallocate()
      return nil
    }
    csv_set_delim(parser, separator)
    csv_set_blk_size(parser, Self.growthBytes)
  }

  deinit {
    csv_free(parser)
    parser.deallocate()
  }

  /// The row that is being read, as a spreadsheet program numbers it.
  var currentRow: Int { rowNumber }

  /// Takes the rows that are complete.
  func takeRows() -> [SheetRow] {
    defer { rows.removeAll(keepingCapacity: true) }
    return rows
  }

  /// Reads the next piece of the text.
  ///
  /// - Parameter bytes: At most `inputBytesMax` bytes of UTF-8.
  /// - Throws: `ImportError.tooLarge` for a field without end, with the number of the row as its row; `.malformed` where libcsv gives up.
  func feed(_ bytes: ArraySlice<UInt8>) throws(ImportError) {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let read = bytes.withUnsafeBytes { csv_parse(parser, $0.baseAddress, $0.count, Self.onField, Self.onRow, context) }
    guard read == bytes.count else { throw .malformed(.csv, line: nil) }
    guard parser.pointee.entry_pos <= limits.fieldBytesMax + Self.inputBytesMax else { throw .tooLarge(.field, row: rowNumber) }
  }

  /// Ends the text: the last row is complete without a line end.
  ///
  /// - Throws: `ImportError.truncated` where a quotation mark is still open, with the number of the row as its row.
  func finish() throws(ImportError) {
    csv_set_opts(parser, UInt8(CSV_REPALL_NL | CSV_STRICT | CSV_STRICT_FINI))
    let context = Unmanaged.passUnretained(self).toOpaque()
    guard csv_fini(parser, Self.onField, Self.onRow, context) == 0 else { throw .truncated(row: rowNumber) }
  }

  private func fieldEnded(_ bytes: UnsafeRawBufferPointer) {
    endsInReturn = false
    columnCount += 1
    guard columnCount <= limits.columnsMax else { return }
    if bytes.count > limits.fieldBytesMax {
      cells.append(.tooLong)
    } else {
      cells.append(.text(CellText.trimmed(String(decoding: bytes, as: UTF8.self))))
    }
  }

  /// libcsv reports each end of line and each byte of one: CR LF comes as two.
  private func rowEnded(_ terminator: Int32) {
    if terminator == CSV_LF, endsInReturn {
      endsInReturn = false
      return
    }
    endsInReturn = terminator == CSV_CR
    if cells.contains(where: { !$0.isBlank }) {
      rows.append(SheetRow(number: rowNumber, cells: cells, columnCount: columnCount))
    }
    cells.removeAll(keepingCapacity: true)
    columnCount = 0
    rowNumber += 1
  }

  private static let onField: @convention(c) (UnsafeMutableRawPointer?, Int, UnsafeMutableRawPointer?) -> Void = { field, count, context in
    guard let context else { return }
    let parser = Unmanaged<CSVParser>.fromOpaque(context).takeUnretainedValue()
    parser.fieldEnded(UnsafeRawBufferPointer(start: field, count: count))
  }

  private static let onRow: @convention(c) (Int32, UnsafeMutableRawPointer?) -> Void = { terminator, context in
    guard let context else { return }
    Unmanaged<CSVParser>.fromOpaque(context).takeUnretainedValue().rowEnded(terminator)
  }
}
