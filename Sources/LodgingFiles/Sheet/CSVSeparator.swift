/// Finds what separates the columns of a text file.
enum CSVSeparator {
  /// The separators that are known, the most usual first.
  static let candidates: [UInt8] = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

  /// What the beginning of a file shows.
  struct Finding: Equatable {
    /// The separator.
    var separator: UInt8
    /// The columns of the first row when it is cut there.
    var headerColumns: Int
    /// Whether any row has the number of columns that was looked for.
    var fits: Bool
  }

  /// Cuts the beginning of a text with each separator and takes the one that gives the most rows the right number of columns, or else the
  /// one that gives the heading the most columns.
  ///
  /// - Parameters:
  ///   - sample: The beginning of the text in UTF-8.
  ///   - columns: The number of columns that is looked for.
  ///   - limits: The bounds.
  /// - Returns: The best separator; of two that are as good, the more usual one.
  static func find(in sample: [UInt8], columns: Int, limits: ImportLimits) -> Finding {
    var best = Finding(separator: candidates[0], headerColumns: 0, fits: false)
    var mostFitting = 0
    for separator in candidates {
      let rows = rows(of: sample, separator: separator, limits: limits)
      let headerColumns = rows.first?.columnCount ?? 0
      let fitting = rows.count { $0.columnCount == columns }
      guard fitting > mostFitting || (mostFitting == 0 && headerColumns > best.headerColumns) else { continue }
      mostFitting = fitting
      best = Finding(separator: separator, headerColumns: headerColumns, fits: fitting > 0)
    }
    return best
  }

  /// The rows of a sample.
  ///
  /// A fault in it is found again, and reported, when the file is read.
  private static func rows(of sample: [UInt8], separator: UInt8, limits: ImportLimits) -> [SheetRow] {
    guard let parser = CSVParser(separator: separator, limits: limits) else { return [] }
    try? parser.feed(sample[...])
    try? parser.finish()
    return parser.takeRows()
  }
}
