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
    try self.init(bytes: String(text).utf8)
  }

  /// Reads a number from the bytes of a record, in the same way and without a string in between.
  ///
  /// - Parameter utf8: The number as written.
  /// - Throws: `PassportNumberError`.
  public init(utf8: UnsafeRawBufferPointer) throws(PassportNumberError) {
    try self.init(bytes: utf8)
  }

  private init(bytes: some Sequence<UInt8>) throws(PassportNumberError) {
    var kept = InlineArray<15, UInt8>(repeating: 0)
    var (count, hasDigit, hasOther) = (0, false, false)
    for byte in bytes {
      var letter = byte
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): letter = byte - 32
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): break
      case UInt8(ascii: "0")...UInt8(ascii: "9"): hasDigit = true
      case UInt8(ascii: " "), UInt8(ascii: "-"): continue
      default: throw .characterNotAllowed
      }
      if count < kept.count { kept[count] = letter }
      if letter != kept[0] { hasOther = true }
      count += 1
    }
    guard count > 0 else { throw .empty }
    guard count >= Self.lengths.lowerBound else { throw .tooShort }
    guard count <= Self.lengths.upperBound else { throw .tooLong }
    guard hasDigit else { throw .noDigit }
    guard hasOther else { throw .placeholder }
    text = withUnsafeBytes(of: kept) { String(decoding: $0.prefix(count), as: UTF8.self) }
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
