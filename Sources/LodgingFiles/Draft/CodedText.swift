/// What an enumerated cell holds: `code - label`, a code alone or a label alone.
package struct CodedText: Hashable, Sendable {
  /// The code; nil where the cell has words only.
  package var code: String?
  /// The label; nil where the cell has a code only.
  package var label: String?

  /// The label, or the code where there is no label.
  package var text: String? { label ?? code }

  /// Reads a cell.
  ///
  /// A code is one to five ASCII letters or digits, alone or before a dash; codes of letters alone, without a dash, count as codes only
  /// up to three letters and in upper case, since `VNM` is a code and `Mai` is a name.
  package init(_ cell: String) {
    let scalars = cell.unicodeScalars
    let end = scalars.firstIndex { !Self.isCodeScalar($0) } ?? scalars.endIndex
    let head = String(scalars[..<end])
    let rest = scalars[end...].drop(while: CellText.isBlank)
    guard (1...Self.codeLengthMax).contains(head.utf8.count) else {
      label = cell
      return
    }
    if rest.isEmpty {
      if Self.isCode(head) { code = head } else { label = cell }
    } else if let dash = rest.first, Self.dashes.contains(dash) {
      let words = CellText.trimmed(String(rest.dropFirst()))
      code = head
      label = words.isEmpty ? nil : words
    } else {
      label = cell
    }
  }

  /// The longest code: a commune's five digits.
  private static let codeLengthMax = 5
  private static let dashes: Set<Unicode.Scalar> = ["-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}"]

  private static func isCodeScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
  }

  private static func isCode(_ head: String) -> Bool {
    if head.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) { return true }
    return head.utf8.count <= 3 && head.utf8.allSatisfy { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
  }
}
