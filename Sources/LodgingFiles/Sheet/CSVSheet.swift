/// The rows of a sheet that was saved as text.
final class CSVSheet: SheetRowSource {
  let countsColumns = true
  private var stream: TextStream
  private let parser: CSVParser
  private let limits: ImportLimits
  private var rows: [SheetRow] = []
  private var position = 0
  private var isFinished = false
  private var failure: ImportError?

  /// Finds encoding and separator.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - columns: The number of columns of the template.
  ///   - limits: The bounds.
  /// - Throws: `ImportError.wrongTemplate` where no row at the beginning of the file has that many columns; what ``TextStream`` throws.
  init(source: any ByteSource, columns: Int, limits: ImportLimits) throws(ImportError) {
    stream = try TextStream(source: source, limits: limits)
    self.limits = limits
    var beginning = stream
    let sample = try beginning.next() ?? []
    let finding = CSVSeparator.find(in: sample, columns: columns, limits: limits)
    guard finding.headerColumns > 0 else { throw .empty }
    guard finding.fits else { throw .wrongTemplate(columns: finding.headerColumns, expected: columns) }
    guard let parser = CSVParser(separator: finding.separator, limits: limits) else { throw .malformed(.csv, line: nil) }
    self.parser = parser
  }

  func next() throws(ImportError) -> SheetRow? {
    while position == rows.count {
      if let failure { throw failure }
      guard !isFinished else { return nil }
      do throws(ImportError) {
        try fill()
      } catch {
        failure = error
      }
      rows = parser.takeRows()
      position = 0
    }
    defer { position += 1 }
    return rows[position]
  }

  /// Reads the next piece of the file; rows before a fault in it stay.
  private func fill() throws(ImportError) {
    guard let chunk = try stream.next() else {
      isFinished = true
      return try parser.finish()
    }
    for start in stride(from: 0, to: chunk.count, by: CSVParser.inputBytesMax) {
      try parser.feed(chunk[start..<min(start + CSVParser.inputBytesMax, chunk.count)])
    }
    guard parser.currentRow <= limits.rowsMax else { throw .tooLarge(.rows, row: nil) }
  }
}
