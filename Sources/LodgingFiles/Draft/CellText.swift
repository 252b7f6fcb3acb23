/// Small helpers for the text of a cell.
enum CellText {
  /// The text without white space and invisible marks around it.
  static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isBlank($0) }), let last = scalars.lastIndex(where: { !isBlank($0) }) else { return "" }
    return first == scalars.startIndex && scalars.index(after: last) == scalars.endIndex ? text : String(scalars[first...last])
  }

  /// White space, the no-break space of spreadsheets, and marks without width that copying leaves behind.
  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20, 0x09...0x0D, 0xA0, 0x200B...0x200F, 0x2060, 0xFEFF: true
    case 0...0x7F: false
    default: scalar.properties.isWhitespace
    }
  }

  /// The text with each run of white space made one space; nil where it holds a control character.
  static func collapsed(_ text: String) -> String? {
    var result = ""
    var needsSpace = false
    for scalar in text.unicodeScalars {
      if isBlank(scalar) {
        needsSpace = !result.isEmpty
        continue
      }
      if scalar.properties.generalCategory == .control { return nil }
      if needsSpace { result.unicodeScalars.append(" ") }
      needsSpace = false
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
