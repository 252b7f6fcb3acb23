/// Turns the XML of a sheet into rows.
final class SheetCells: SAXHandler {
  private let strings: SharedStrings
  private let formats: CellFormats
  private let limits: ImportLimits
  private var rows: [SheetRow] = []
  private var rowNumber = 0
  private var isInRow = false
  private var cells: [SheetCell] = []
  private var columnCount = 0
  private var column = -1
  private var kind = ""
  private var format = 0
  private var isInValue = false
  private var phoneticDepth = 0
  private var value: [UInt8] = []
  private var isTooLong = false
  /// How many bytes of text all cells together may still have: a small file can refer to one long text very often.
  private var textBytesLeft: Int

  init(strings: SharedStrings, formats: CellFormats, limits: ImportLimits) {
    self.strings = strings
    self.formats = formats
    self.limits = limits
    textBytesLeft = limits.unzippedBytesMax
  }

  /// Takes the rows that are complete.
  func takeRows() -> [SheetRow] {
    defer { rows.removeAll(keepingCapacity: true) }
    return rows
  }

  func elementStarted(_ name: String, _ attributes: SAXAttributes) throws(ImportError) {
    switch name {
    case "row": try startRow(attributes["r"])
    case "c" where isInRow: startCell(attributes)
    case "v", "t": isInValue = phoneticDepth == 0 && column >= 0
    case "rPh": phoneticDepth += 1
    default: break
    }
  }

  func elementEnded(_ name: String) throws(ImportError) {
    switch name {
    case "v", "t": isInValue = false
    case "rPh": phoneticDepth -= 1
    case "c" where isInRow: try endCell()
    case "row": endRow()
    default: break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard isInValue, column < limits.columnsMax else { return }
    if value.count + bytes.count > limits.fieldBytesMax { isTooLong = true }
    guard !isTooLong else { return }
    value.append(contentsOf: bytes)
  }

  /// Rows may leave out their number and then follow the one before; numbers must rise.
  private func startRow(_ number: String?) throws(ImportError) {
    let next = try number.map { text throws(ImportError) in
      guard let number = Int(text), number > rowNumber else { throw .malformed(.workbook, line: nil) }
      return number
    }
    rowNumber = next ?? rowNumber + 1
    guard rowNumber <= limits.rowsMax else { throw .tooLarge(.rows, row: nil) }
    isInRow = true
    column = -1
  }

  private func startCell(_ attributes: SAXAttributes) {
    column = attributes["r"].flatMap(Self.column) ?? column + 1
    kind = attributes["t"] ?? "n"
    format = attributes["s"].flatMap { Int($0) } ?? 0
    value.removeAll(keepingCapacity: true)
    isTooLong = false
  }

  private func endCell() throws(ImportError) {
    guard column >= 0, column < limits.columnsMax else { return }
    let cell = isTooLong ? SheetCell.tooLong : try readValue()
    guard !cell.isBlank else { return }
    columnCount = max(columnCount, column + 1)
    while cells.count <= column { cells.append(.text("")) }
    cells[column] = cell
  }

  private func endRow() {
    if !cells.isEmpty { rows.append(SheetRow(number: rowNumber, cells: cells, columnCount: columnCount)) }
    cells.removeAll(keepingCapacity: true)
    columnCount = 0
    column = -1
    isInRow = false
  }

  private func readValue() throws(ImportError) -> SheetCell {
    let text = String(decoding: value, as: UTF8.self)
    switch kind {
    case "s":
      guard !text.isEmpty else { return .text("") }
      guard let index = Int(text), let bytes = strings.byteCount(index) else { throw .malformed(.workbook, line: nil) }
      guard bytes <= textBytesLeft else { throw .tooLarge(.unzipped, row: nil) }
      textBytesLeft -= bytes
      return strings[index] ?? .error
    case "n":
      guard !text.isEmpty else { return .text("") }
      guard let number = Double(CellText.trimmed(text)), number.isFinite else { return .error }
      return .number(number, isDate: formats.isDate(format))
    case "e":
      return .error
    default:
      return .text(CellText.trimmed(text))
    }
  }

  /// The column of a reference such as `B5`, from 0; nil for a text that is none.
  private static func column(_ reference: String) -> Int? {
    var column = 0
    for byte in reference.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
        guard column <= columnsOfSheetMax else { return nil }
      default:
        return column > 0 ? column - 1 : nil
      }
    }
    return nil
  }

  /// A spreadsheet has no more columns than this.
  private static let columnsOfSheetMax = 16_384
}
