/// Small helpers for the text of a cell.
enum CellText {
  /// The text without white space and invisible marks around it.
  static func trimmed(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard let first = scalars.first, let last = scalars.last else { return text }
    guard isBlank(first) || isBlank(last) else { return text }
    guard let start = scalars.firstIndex(where: { !isBlank($0) }), let end = scalars.lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(scalars[start...end])
  }

  /// White space, and marks without width that copying leaves behind.
  static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20, 0x09...0x0D, 0x85, 0xA0, 0x1680, 0x2000...0x200F, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF: true
    default: false
    }
  }

  /// The text with each run of white space made one space and none around it; nil where it holds a control character or turns
  /// the direction of its line.
  static func collapsed(_ text: String) -> String? {
    var copy = text
    if copy.withUTF8({ isPlain($0) }) { return copy }
    var result = ""
    var needsSpace = false
    for scalar in text.unicodeScalars {
      if isBlank(scalar) {
        needsSpace = !result.isEmpty
        continue
      }
      if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.properties.isBidiControl { return nil }
      if needsSpace { result.unicodeScalars.append(" ") }
      needsSpace = false
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// Whether there is nothing to change for certain: single spaces between ASCII and letters of two blocks of Latin, as in nearly all cells.
  private static func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var previous = UInt8(ascii: " ")
    for byte in bytes {
      switch byte {
      case 0x20:
        guard previous != 0x20 else { return false }
      case 0x21..<0x7F, 0xC3...0xC9:
        break
      case 0x80..<0xC0:
        // Behind E1 come U+1E00 to U+1EFF, the Vietnamese letters, and others.
        guard previous != 0xE1 || (0xB8...0xBB).contains(byte) else { return false }
      case 0xE1:
        break
      default:
        return false
      }
      previous = byte
    }
    return previous != 0x20 || bytes.isEmpty
  }
}
