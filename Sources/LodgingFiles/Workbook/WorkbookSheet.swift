/// The rows of the first sheet of a workbook.
final class WorkbookSheet: SheetRowSource {
  let countsColumns = false
  /// Whether dates in it count from 1904.
  let countsFrom1904: Bool
  private let cells: SheetCells
  private let reader: PartReader
  private var rows: [SheetRow] = []
  private var position = 0
  private var isFinished = false
  private var failure: ImportError?

  /// Opens a workbook and reads its shared strings and formats.
  ///
  /// - Throws: `ImportError.notThisFormat` for an archive without workbook, `.malformed`, `.truncated`, `.encrypted`, `.tooLarge`.
  init(source: any ByteSource, limits: ImportLimits) throws(ImportError) {
    let archive = try ZipArchive(source, limits: limits)
    guard let layout = try WorkbookLayout.read(archive, limits: limits) else {
      throw .notThisFormat(expected: .citizensXLSX, found: .archive)
    }
    countsFrom1904 = layout.countsFrom1904
    let strings = try SharedStrings.read(archive, part: layout.sharedStrings, limits: limits)
    let formats = try CellFormats.read(archive, part: layout.styles, limits: limits)
    guard let part = try archive.part(layout.sheet) else { throw .malformed(.workbook, line: nil) }
    cells = SheetCells(strings: strings, formats: formats, limits: limits)
    reader = PartReader(part, cells, limits: limits)
  }

  func next() throws(ImportError) -> SheetRow? {
    while position == rows.count {
      if let failure { throw failure }
      guard !isFinished else { return nil }
      do throws(ImportError) {
        isFinished = try reader.step() == 0
      } catch {
        failure = error
      }
      rows = cells.takeRows()
      position = 0
    }
    defer { position += 1 }
    return rows[position]
  }
}
