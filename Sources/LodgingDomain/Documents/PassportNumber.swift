/// The number of a passport or other travel document: ASCII letters and digits.
///
/// Letters are kept in upper case; spaces and hyphens that people put between groups are taken out. Printing a value shows asterisks, so
/// that no number reaches a log by accident; ``text`` is the number.
public struct PassportNumber: Hashable, Sendable {
  /// The number, upper case.
  public let text: String

  /// The lengths that numbers have, in characters.
  public static let lengths = 5...15

  /// Reads a number.
  ///
  /// - Parameter text: The number as written.
  /// - Throws: `PassportNumberError`.
  public init(_ text: some StringProtocol) throws(PassportNumberError) {
    var bytes: [UInt8] = []
    for byte in String(text).utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): bytes.append(byte - 32)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
      case UInt8(ascii: " "), UInt8(ascii: "-"): continue
      default: throw .characterNotAllowed
      }
    }
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count >= Self.lengths.lowerBound else { throw .tooShort }
    guard bytes.count <= Self.lengths.upperBound else { throw .tooLong }
    guard bytes.contains(where: { $0 <= UInt8(ascii: "9") }) else { throw .noDigit }
    guard bytes.contains(where: { $0 != bytes[0] }) else { throw .placeholder }
    self.text = String(decoding: bytes, as: UTF8.self)
  }
}

extension PassportNumber: CustomStringConvertible {
  /// Asterisks; use ``text`` where the number itself is meant.
  public var description: String { "*********" }
}

/// Why a text is no passport number; holds nothing of the text.
public enum PassportNumberError: Error, Hashable, Sendable {
  /// There is nothing.
  case empty
  /// There is a character other than ASCII letters, digits, spaces and hyphens.
  case characterNotAllowed
  /// Fewer characters than any passport has.
  case tooShort
  /// More characters than any passport has.
  case tooLong
  /// There is no digit: a word, not a number.
  case noDigit
  /// One character over and over, as people type when they have no number.
  case placeholder
}
