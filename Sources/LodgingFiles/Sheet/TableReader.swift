/// Reads a text of separated columns whose headings are fixed, such as `residents.csv`.
///
/// Memory stays bounded as for every import; encodings and separators are the same too.
package final class TableReader {
  private let sheet: CSVSheet
  private let columns: Int

  /// A row below the headings.
  package struct Row: Hashable, Sendable {
    /// The row's number, the first one below the headings being 1; blank rows count.
    package var number: Int
    /// How many columns it has.
    package var columnCount: Int
    /// The texts of its columns, trimmed; nil where the row has another number of columns or a field is too long.
    package var fields: [String]?
  }

  /// Opens a table and checks its headings.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - headings: What the first row must say, upper and lower case being equal.
  ///   - limits: The bounds; `rowsMax` bounds the rows here too.
  /// - Throws: `ImportError.wrongHeadings` where the headings are others; what the text throws.
  package init(_ source: any ByteSource, headings: [String], limits: ImportLimits = .standard) throws(ImportError) {
    guard source.byteCount <= limits.fileBytesMax else { throw .tooLarge(.file, row: nil) }
    columns = headings.count
    do {
      sheet = try CSVSheet(source: source, columns: headings.count, limits: limits)
    } catch .wrongTemplate {
      throw .wrongHeadings(expected: headings)
    }
    let found = try sheet.next()?.texts ?? []
    guard found.map({ $0.lowercased() }) == headings.map({ $0.lowercased() }) else {
      throw .wrongHeadings(expected: headings)
    }
  }

  /// The next row; nil at the end.
  package func next() throws(ImportError) -> Row? {
    guard let row = try sheet.next() else { return nil }
    return Row(number: row.number - 1, columnCount: row.columnCount, fields: row.columnCount == columns ? row.texts : nil)
  }
}

extension SheetRow {
  /// The texts of all cells; nil where one is too long.
  fileprivate var texts: [String]? {
    var texts: [String] = []
    for cell in cells {
      guard case .text(let text) = cell else { return nil }
      texts.append(text)
    }
    return texts
  }
}
