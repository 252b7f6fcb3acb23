import LodgingWire

/// A row of a sheet, whatever file it comes from.
struct SheetRow: Equatable {
  /// The row's number as a spreadsheet program shows it, from 1; blank rows count.
  var number: Int
  /// The cells from the first column on, at most `columnsMax`.
  var cells: [SheetCell]
  /// The number of columns that the row has in the file.
  var columnCount: Int

  /// The number of cells that hold something.
  var filledCells: Int { cells.count { !$0.isBlank } }
}

/// What a cell holds.
enum SheetCell: Equatable {
  /// Text as it stands there, white space around it removed.
  case text(String)
  /// A number that a workbook keeps as a number; `isDate` says whether its format shows a date.
  case number(Double, isDate: Bool)
  /// An error value of a formula, such as `#N/A`.
  case error
  /// More than `fieldBytesMax`.
  case tooLong

  /// Whether there is nothing in the cell.
  var isBlank: Bool {
    if case .text(let text) = self { text.isEmpty } else { false }
  }

  /// The cell as one text, whatever it holds.
  var content: String {
    switch self {
    case .text(let text): Normalization.nfc(text)
    case .number(let number, _): DraftBuilder.text(of: number)
    case .error: "#"
    case .tooLong: "…"
    }
  }
}

/// Something that yields the rows of a sheet one after the other.
protocol SheetRowSource: AnyObject {
  /// Whether every row says how many columns it has; in a workbook only filled cells exist.
  var countsColumns: Bool { get }
  /// The next row that holds anything; nil at the end.
  func next() throws(ImportError) -> SheetRow?
}
