import LodgingDomain

/// Reads `residents.csv` from front to back in bounded memory, whatever its length.
///
/// The header must name the seven columns in their order. Encodings are those of the establishments' sheets: UTF-8 or UTF-16, with or
/// without byte-order mark.
package final class ResidentTable {
  /// How far reading has come.
  package struct Progress: Hashable, Sendable {
    /// Data rows read, blank ones left out.
    package var rows = 0
    /// Rows that were not handed out.
    package var bad = 0
    /// Bytes of text read, as UTF-8.
    package var bytes = 0
  }

  /// The bounds: those of a sheet, except that neither file nor number of rows is limited.
  package static let limits: ImportLimits = {
    var limits = ImportLimits.standard
    limits.fileBytesMax = .max
    limits.rowsMax = .max
    return limits
  }()

  private let source: any ByteSource
  private let fields: CSVFields
  private var stream: TextStream
  private var parser = ResidentRowParser()
  private var progress = Progress()
  private var rowNumber = 0
  private var hasHeader = false

  /// Opens a file.
  ///
  /// - Parameter source: The file.
  /// - Throws: `ImportError` where it is not a text.
  package init(source: any ByteSource) throws(ImportError) {
    self.source = source
    stream = try TextStream(source: source, limits: Self.limits)
    guard let fields = CSVFields(limits: Self.limits) else { throw .malformed(.csv, line: nil) }
    self.fields = fields
  }

  /// The size of the file.
  package var byteCount: Int { source.byteCount }

  /// Reads the whole file.
  ///
  /// - Parameters:
  ///   - onRow: Takes each good row.
  ///   - onProblem: Takes each problem of a bad row, in the order of the columns.
  ///   - onProgress: Called after each piece of some tens of kilobytes.
  /// - Returns: The totals.
  /// - Throws: `ImportError` where the file cannot be read further, after the rows before the fault were handed out; an error of `onRow`.
  package func read(
    onRow: (borrowing ResidentRow) throws -> Void, onProblem: (ResidentProblem) -> Void, onProgress: (Progress) -> Void = { _ in }
  ) throws -> Progress {
    while let piece = try stream.next() {
      for start in stride(from: 0, to: piece.count, by: Self.pieceBytesMax) {
        try fields.feed(piece[start..<min(start + Self.pieceBytesMax, piece.count)])
        try handOut(onRow: onRow, onProblem: onProblem)
      }
      progress.bytes += piece.count
      onProgress(progress)
    }
    do {
      try fields.finish()
    } catch {
      try handOut(onRow: onRow, onProblem: onProblem)
      throw error
    }
    try handOut(onRow: onRow, onProblem: onProblem)
    guard hasHeader else { throw ImportError.empty }
    onProgress(progress)
    return progress
  }

  private static let pieceBytesMax = 64 << 10

  private func handOut(onRow: (borrowing ResidentRow) throws -> Void, onProblem: (ResidentProblem) -> Void) throws {
    try fields.forEachRow { row in
      guard hasHeader else {
        guard !row.isBlank else { return }
        try checkHeader(row)
        hasHeader = true
        return
      }
      rowNumber += 1
      guard !row.isBlank else { return }
      progress.rows += 1
      try parser.withParsed(row) { resident in
        if let resident { try onRow(resident) }
      }
      guard !parser.problems.isEmpty else { return }
      progress.bad += 1
      for problem in parser.problems {
        onProblem(ResidentProblem(row: rowNumber, column: problem.column, code: problem.code, hint: problem.hint))
      }
    }
  }

  private func checkHeader(_ row: borrowing CSVFieldRow) throws {
    let columns = ResidentColumn.allCases
    guard row.count == columns.count, columns.allSatisfy({ Self.isName($0.name, row[$0.rawValue]) }) else {
      throw ImportError.wrongHeadings(expected: columns.map(\.name))
    }
  }

  private static func isName(_ name: String, _ field: UnsafeRawBufferPointer) -> Bool {
    String(decoding: field, as: UTF8.self).lowercased() == name
  }
}
