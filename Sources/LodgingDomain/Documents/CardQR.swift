/// The text of the QR code on a citizen's card: at least seven fields separated by `|`, of which the first seven are read.
///
/// The text is not signed. It saves typing and proves nothing.
public struct CardQR: Hashable, Sendable {
  /// The fields in their order.
  public enum Field: UInt8, Hashable, Sendable, CaseIterable {
    /// The personal identification number.
    case number = 0
    /// The number of the old card; may be empty.
    case oldNumber = 1
    /// The full name.
    case fullName = 2
    /// The birth date, `ddMMyyyy`.
    case birthDate = 3
    /// `Nam` or `Nữ`.
    case sex = 4
    /// The permanent address; may be empty.
    case address = 5
    /// The day of issue, `ddMMyyyy`.
    case issueDate = 6
  }

  /// The personal identification number.
  public var number: PersonalNumber
  /// The number of the old card, or nil.
  public var oldNumber: String?
  /// The full name.
  public var fullName: GuestName
  /// The birth date; `00` for day, or for day and month, means that they are unknown.
  public var birthDate: PartialDate
  /// The sex.
  public var sex: Sex
  /// The permanent address, possibly empty.
  public var address: String
  /// The day of issue.
  public var issueDate: CivilDate

  /// The longest text in bytes of UTF-8.
  public static let bytesMax = 2048

  /// Reads the text of a code.
  ///
  /// - Parameter text: The text in Unicode NFC; spaces and line ends around fields are ignored.
  /// - Throws: `CardQRError`; every bad field is named.
  public init(parsing text: some StringProtocol) throws(CardQRError) {
    guard text.utf8.count <= Self.bytesMax else { throw .tooLong }
    let parts = Substring(text).utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false).map {
      Self.trimmed(Substring($0))
    }
    guard parts.count >= Field.allCases.count else { throw .tooFewFields(parts.count) }

    let number = try? PersonalNumber(parts[0])
    let fullName = try? GuestName(parts[2])
    let birthDate = Self.partialDate(parts[3])
    let sex = Sex(parts[4])
    let issueDate = Self.partialDate(parts[6])?.fullDate
    guard let number, let fullName, let birthDate, let sex, let issueDate, Self.isOldNumber(parts[1]) else {
      let validity: [(Field, Bool)] = [
        (.number, number != nil), (.oldNumber, Self.isOldNumber(parts[1])), (.fullName, fullName != nil), (.birthDate, birthDate != nil),
        (.sex, sex != nil), (.issueDate, issueDate != nil),
      ]
      throw .invalid(validity.filter { !$0.1 }.map(\.0))
    }
    self.number = number
    oldNumber = parts[1].isEmpty ? nil : String(parts[1])
    self.fullName = fullName
    self.birthDate = birthDate
    self.sex = sex
    address = String(parts[5])
    self.issueDate = issueDate
  }

  /// The text of a code, for synthetic data.
  ///
  /// - Parameters:
  ///   - number: The personal identification number.
  ///   - oldNumber: The number of the old card, or nil.
  ///   - fullName: The full name.
  ///   - birthDate: The birth date.
  ///   - sex: The sex.
  ///   - address: The permanent address.
  ///   - issueDate: The day of issue.
  /// - Returns: Seven fields; it reads back if no text holds a `|`.
  public static func text(
    number: PersonalNumber, oldNumber: String? = nil, fullName: String, birthDate: PartialDate, sex: Sex, address: String,
    issueDate: CivilDate
  ) -> String {
    [
      number.digits, oldNumber ?? "", fullName, dayMonthYear(birthDate), sex == .male ? "Nam" : "Nữ", address,
      dayMonthYear(PartialDate(issueDate)),
    ].joined(separator: "|")
  }
}

extension CardQR {
  /// Reads `ddMMyyyy`, where zeros stand for an unknown day, or an unknown day and month.
  private static func partialDate(_ text: Substring) -> PartialDate? {
    var scanner = CalendarScanner(text)
    guard text.utf8.count == 8, let day = try? scanner.number(digits: 2), let month = try? scanner.number(digits: 2),
      let year = try? scanner.number(digits: 4)
    else { return nil }
    return try? PartialDate(year: year, month: month == 0 ? nil : month, day: day == 0 ? nil : day)
  }

  private static func dayMonthYear(_ date: PartialDate) -> String {
    var text = ""
    text.appendDigits(date.day ?? 0, width: 2)
    text.appendDigits(date.month ?? 0, width: 2)
    text.appendDigits(date.year, width: 4)
    return text
  }

  /// Whether a field is empty or the number of an old card: nine digits, or twelve on the last ones.
  private static func isOldNumber(_ text: Substring) -> Bool {
    [0, 9, 12].contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let bytes = text.utf8
    guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 }) else { return "" }
    return text[first...last]
  }
}

/// Why a text is not that of a citizen's card; holds nothing of the text.
public enum CardQRError: Error, Hashable, Sendable {
  /// There are more than ``CardQR/bytesMax`` bytes.
  case tooLong
  /// There are fewer than seven fields: another kind of code.
  case tooFewFields(Int)
  /// These fields, in their order, do not hold what they should.
  case invalid([CardQR.Field])
}
