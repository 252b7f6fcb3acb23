/// The personal identification number of a citizen: twelve digits that tell where the birth was registered, the century, the sex and the
/// birth year.
///
/// There is no check digit; the structure is all that can be checked in the number itself. Printing a value shows asterisks, so that no
/// number reaches a log by accident; ``digits`` is the number.
public struct PersonalNumber: Hashable, Comparable, Sendable {
  /// The number as an integer below 10^12, leading zeros left out.
  public let value: UInt64

  /// The count of digits.
  public static let length = 12

  /// Reads exactly twelve ASCII digits.
  ///
  /// - Parameter text: The number, without spaces.
  /// - Throws: `PersonalNumberError`.
  public init(_ text: some StringProtocol) throws(PersonalNumberError) {
    try self.init(bytes: String(text).utf8)
  }

  /// Reads exactly twelve ASCII digits of a record, in the same way and without a string in between.
  ///
  /// - Parameter utf8: The number, without spaces.
  /// - Throws: `PersonalNumberError`.
  public init(utf8: UnsafeRawBufferPointer) throws(PersonalNumberError) {
    try self.init(bytes: utf8)
  }

  private init(bytes: some Collection<UInt8>) throws(PersonalNumberError) {
    var value: UInt64 = 0
    for byte in bytes {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { throw .notDigits }
      // More than twelve digits are refused below, whatever becomes of them here.
      value = value &* 10 &+ UInt64(digit)
    }
    switch bytes.count {
    case Self.length: self.value = value
    case 0: throw .empty
    case 9: throw .oldNumber
    case ..<Self.length: throw .tooShort
    default: throw .tooLong
    }
  }

  /// Reads exactly twelve ASCII digits of a string; the same as for any other text, and quick from other modules.
  ///
  /// - Parameter text: The number, without spaces.
  /// - Throws: `PersonalNumberError`.
  public init(_ text: String) throws(PersonalNumberError) {
    try self.init(bytes: text.utf8)
  }

  /// Takes an integer; nil if it has more than twelve digits.
  public init?(value: UInt64) {
    guard value < 1_000_000_000_000 else { return nil }
    self.value = value
  }

  /// The number that a spreadsheet has probably robbed of its leading zeros, to be offered to a person and never taken silently.
  ///
  /// Returns nil unless the text has ten or eleven digits that, with zeros before them, begin with one of the 63 domestic codes.
  public static func repairing(_ text: some StringProtocol) -> PersonalNumber? {
    guard (10...11).contains(text.utf8.count),
      let repaired = try? PersonalNumber(String(repeating: "0", count: length - text.utf8.count) + text),
      case .province = repaired.birthplace
    else { return nil }
    return repaired
  }

  /// The twelve digits.
  public var digits: String {
    var text = ""
    text.appendDigits(Int(value), width: Self.length)
    return text
  }

  /// Orders by number.
  public static func < (left: PersonalNumber, right: PersonalNumber) -> Bool { left.value < right.value }
}

extension PersonalNumber {
  /// Where a birth was registered.
  public enum Birthplace: Hashable, Sendable {
    /// One of the 63 provinces before July 2025, by its old code. These codes stay valid in numbers for ever.
    case province(ProvinceCode)
    /// Abroad, by the three digits of the number. Prefixes that nobody has published are read as this too.
    case abroad(UInt16)
  }

  /// Where the birth was registered, from digits 1 to 3.
  public var birthplace: Birthplace {
    let prefix = UInt16(value / 1_000_000_000)
    guard prefix < 100, let code = ProvinceCode(number: UInt8(prefix)), Self.isDomestic(prefix) else { return .abroad(prefix) }
    return .province(code)
  }

  /// The sex, from digit 4: even is male.
  public var sex: Sex { centuryDigit % 2 == 0 ? .male : .female }

  /// The birth year, from digits 4 to 6: 1900 to 2399.
  public var birthYear: Int { 1900 + centuryDigit / 2 * 100 + Int(value / 1_000_000 % 100) }

  /// What the number itself says against a declaration.
  ///
  /// - Parameters:
  ///   - sex: The declared sex, or nil to leave it out of account.
  ///   - birthYear: The declared birth year, or nil to leave it out of account.
  /// - Returns: `directory.*` codes, none where everything that was declared fits.
  public func contradictions(sex: Sex?, birthYear: Int?) -> CodeSet {
    var codes: CodeSet = []
    if let sex, sex != self.sex { codes.insert(.directorySexDiffers) }
    if let birthYear, birthYear != self.birthYear { codes.insert(.directoryBirthDateDiffers) }
    return codes
  }

  /// Makes a number from its parts, for synthetic data; nil if a part is out of range.
  ///
  /// - Parameters:
  ///   - prefix: Digits 1 to 3, where the birth was registered, 0 to 999.
  ///   - sex: The sex.
  ///   - birthYear: The birth year, 1900 to 2399.
  ///   - serial: Digits 7 to 12, 0 to 999,999.
  public init?(prefix: Int, sex: Sex, birthYear: Int, serial: Int) {
    guard (0...999).contains(prefix), (1900...2399).contains(birthYear), (0...999_999).contains(serial) else { return nil }
    let centuryDigit = (birthYear - 1900) / 100 * 2 + (sex == .male ? 0 : 1)
    value = UInt64(((prefix * 10 + centuryDigit) * 100 + birthYear % 100) * 1_000_000 + serial)
  }

  private var centuryDigit: Int { Int(value / 100_000_000 % 10) }

  private static func isDomestic(_ prefix: UInt16) -> Bool {
    (prefix < 64 ? domesticCodes.0 : domesticCodes.1) >> UInt64(prefix % 64) & 1 == 1
  }

  /// One bit for each of the 63 province codes in force before July 2025: 0 to 63, then 64 to 96.
  private static let domesticCodes: (UInt64, UInt64) = {
    let codes: [UInt64] = [
      1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34, 35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52,
      54, 56,
      58, 60, 62, 64, 66, 67, 68, 70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
    ]
    return codes.reduce(into: (0, 0)) { bits, code in
      if code < 64 { bits.0 |= 1 << code } else { bits.1 |= 1 << (code - 64) }
    }
  }()
}

extension PersonalNumber: CustomStringConvertible {
  /// Asterisks; use ``digits`` where the number itself is meant.
  public var description: String { "************" }
}

/// Why a text is no personal identification number; holds nothing of the text.
public enum PersonalNumberError: Error, Hashable, Sendable {
  /// There is nothing.
  case empty
  /// There is a character that is not an ASCII digit.
  case notDigits
  /// Nine digits: the old number, which is no personal identification number.
  case oldNumber
  /// Fewer than twelve digits; ``PersonalNumber/repairing(_:)`` may have a proposal.
  case tooShort
  /// More than twelve digits.
  case tooLong
}
