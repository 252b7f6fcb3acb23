package import LodgingDomain

/// Reads the guests from a file that an establishment has, one row at a time and within fixed memory.
///
/// A row that cannot be read is a row with problems, and reading goes on; only what makes the rest of the file unreadable is thrown. Rows
/// handed out before that stand. The reader belongs to one task.
///
/// ```swift
/// let reader = try ImportReader(FileByteSource(path: path), today: today, name: path)
/// while let row = try reader.next() { print(row.row, row.draft.problems.map(\.code.name)) }
/// ```
package final class ImportReader {
  /// The format that is read.
  package let format: ImportFormat
  private let drafts: any DraftSource

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - format: What it is; nil to find out.
  ///   - today: The day that completes the two-digit years of machine-readable zones.
  ///   - name: The file's name, a hint where the content leaves the format open.
  ///   - limits: The bounds.
  /// - Throws: `ImportError`; nothing was read then.
  package init(
    _ source: any ByteSource, format: ImportFormat? = nil, today: CivilDate, name: String = "", limits: ImportLimits = .standard
  ) throws(ImportError) {
    guard source.byteCount <= limits.fileBytesMax else { throw .tooLarge(.file, row: nil) }
    if let format {
      try FormatDetection.check(source, is: format)
      self.format = format
    } else {
      self.format = try FormatDetection.detect(source, name: name, limits: limits)
    }
    switch self.format {
    case .citizensCSV:
      drafts = CitizenSheet(try CSVSheet(source: source, columns: CitizenColumn.allCases.count, limits: limits))
    case .citizensXLSX:
      let sheet = try WorkbookSheet(source: source, limits: limits)
      drafts = CitizenSheet(sheet, countsFrom1904: sheet.countsFrom1904)
    case .foreignersXML:
      drafts = ForeignersXML(source: source, limits: limits)
    case .qr:
      drafts = try CardTexts(source: source, limits: limits)
    case .mrz:
      drafts = try Zones(source: source, today: today, limits: limits)
    }
  }

  /// The next row; nil at the end of the file.
  ///
  /// - Throws: `ImportError` where the rest of the file cannot be read; the same again when asked again.
  package func next() throws(ImportError) -> ImportedRow? {
    try drafts.next()
  }

  /// What was left out so far and does no harm.
  package var remarks: [ImportRemark] { drafts.remarks }
}
