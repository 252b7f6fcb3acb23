import Foundation
import LodgingService

/// Writes results to stdout.
enum Output {
  /// One object as one line of JSON with sorted keys, so that equal results are equal bytes.
  static func json(_ value: some Encodable) throws {
    line(String(decoding: try JSONText.bytes(of: value), as: UTF8.self))
  }

  /// One line of text.
  static func line(_ text: String) {
    StandardStream.output(text + "\n")
  }

  /// A row for people, with columns padded to widths.
  static func columns(_ cells: [(String, Int)]) {
    line(
      cells.map { text, width in text + String(repeating: " ", count: max(0, width - text.count)) }.joined(separator: "  ").trimmingEnd())
  }

  /// What is wrong with the fields of a row, in both languages, with what they probably should be.
  static func fields(_ fields: [ImportRowResult.Field]) {
    for field in fields {
      line("       \(field.field): \(field.text)\n       \(field.textVietnamese)")
      if let repair = field.repair { line("       \(field.field): \(repair) ?") }
    }
  }

  /// A bar of at most `width` characters for a share of 0...1.
  static func bar(_ share: Double, width: Int) -> String {
    String(repeating: "█", count: Int((share * Double(width)).rounded()))
  }

  /// A count with separators of thousands.
  static func number(_ value: Int) -> String {
    var digits = String(abs(value))
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (value < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }
}

extension String {
  fileprivate func trimmingEnd() -> String {
    var copy = self
    while copy.last == " " { copy.removeLast() }
    return copy
  }
}
