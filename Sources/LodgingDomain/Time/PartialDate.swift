/// A date of which the day, or the day and the month, may be unknown, as birth dates of elderly people often are.
public struct PartialDate: Hashable, Sendable {
  /// How much of a date is known.
  ///
  /// The raw values are part of the wire format and never change.
  public enum Precision: UInt8, Hashable, Comparable, Sendable, CaseIterable {
    /// The year only.
    case year = 1
    /// Year and month.
    case month = 2
    /// The full date.
    case day = 3

    /// Orders from coarse to exact.
    public static func < (left: Precision, right: Precision) -> Bool { left.rawValue < right.rawValue }
  }

  /// Year, month and day in 14, 4 and 5 bits; zero for what is not known.
  private let packed: Int32

  /// The year, 1 to 9999.
  public var year: Int { Int(packed >> 9) }
  /// The month if it is known, 1 to 12.
  public var month: Int? { packed >> 5 & 15 == 0 ? nil : Int(packed >> 5 & 15) }
  /// The day of the month if it is known; only where the month is.
  public var day: Int? { packed & 31 == 0 ? nil : Int(packed & 31) }

  /// Creates a date known to the year, the month or the day.
  ///
  /// - Parameters:
  ///   - year: 1 to 9999.
  ///   - month: 1 to 12, or nil.
  ///   - day: A day of that month, or nil; must be nil where the month is.
  /// - Throws: `CalendarError.outOfRange` with the first part that is wrong (`month` for a day without a month).
  public init(year: Int, month: Int? = nil, day: Int? = nil) throws(CalendarError) {
    guard month != nil || day == nil else { throw .outOfRange(.month) }
    _ = try CivilDate(year: year, month: month ?? 1, day: day ?? 1)
    packed = Int32(truncatingIfNeeded: year << 9 | (month ?? 0) << 5 | (day ?? 0))
  }

  /// A date that is fully known.
  public init(_ date: CivilDate) {
    packed = Int32(truncatingIfNeeded: date.year << 9 | date.month << 5 | date.day)
  }

  /// How much is known.
  public var precision: Precision {
    day != nil ? .day : month != nil ? .month : .year
  }

  /// The date, if it is fully known.
  public var fullDate: CivilDate? {
    guard let month, let day else { return nil }
    return try? CivilDate(year: year, month: month, day: day)
  }

  /// The first day that it may be.
  public var earliest: CivilDate {
    civil(month: month ?? 1, day: day ?? 1)
  }

  /// The last day that it may be.
  public var latest: CivilDate {
    let lastMonth = month ?? 12
    return civil(month: lastMonth, day: day ?? CivilDate.daysInMonth(year: year, month: lastMonth))
  }

  /// The ages in completed years that someone born then may have on a day; one age if the date is fully known.
  public func ages(on day: CivilDate) -> ClosedRange<Int> {
    latest.age(on: day)...earliest.age(on: day)
  }

  /// The date of these parts, which the initialiser has checked.
  private func civil(month: Int, day: Int) -> CivilDate {
    (try? CivilDate(year: year, month: month, day: day)) ?? .latest
  }
}

extension PartialDate: CustomStringConvertible {
  /// Reads `yyyy`, `yyyy-MM`, `yyyy-MM-dd`, `MM/yyyy` or `dd/MM/yyyy`.
  ///
  /// - Parameter text: The text, without surrounding spaces.
  /// - Throws: `CalendarError`.
  public init(parsing text: some StringProtocol) throws(CalendarError) {
    self = try PartialDate(CalendarScanner(text))
  }

  /// Reads the same from the bytes of a record, without a string in between.
  ///
  /// - Parameter utf8: The text, without surrounding spaces.
  /// - Throws: `CalendarError`.
  public init(utf8: UnsafeRawBufferPointer) throws(CalendarError) {
    self = try PartialDate(CalendarScanner(utf8: utf8))
  }

  private init(_ text: CalendarScanner) throws(CalendarError) {
    var scanner = text
    if scanner.digitCount() == 2 {
      let first = try scanner.number(digits: 2)
      try scanner.expect("/")
      guard scanner.digitCount() == 2 else {
        self = try PartialDate(year: try scanner.number(digits: 4), month: first)
        try scanner.expectEnd()
        return
      }
      let month = try scanner.number(digits: 2)
      try scanner.expect("/")
      self = try PartialDate(year: try scanner.number(digits: 4), month: month, day: first)
    } else {
      let year = try scanner.number(digits: 4)
      let month = scanner.skip("-") ? try scanner.number(digits: 2) : nil
      let day = month != nil && scanner.skip("-") ? try scanner.number(digits: 2) : nil
      self = try PartialDate(year: year, month: month, day: day)
    }
    try scanner.expectEnd()
  }

  /// The date as `yyyy`, `yyyy-MM` or `yyyy-MM-dd`.
  public var description: String {
    let (letters, count) = text
    return withUnsafeBytes(of: letters) { String(decoding: $0.prefix(count), as: UTF8.self) }
  }

  /// The bytes of ``description``, and how many of them there are.
  package var text: (letters: InlineArray<10, UInt8>, count: Int) {
    func digit(_ value: Int) -> UInt8 { UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10) }
    let hyphen = UInt8(ascii: "-")
    let (month, day) = (month ?? 0, day ?? 0)
    let letters: InlineArray<10, UInt8> = [
      digit(year / 1000), digit(year / 100), digit(year / 10), digit(year), hyphen, digit(month / 10), digit(month), hyphen,
      digit(day / 10), digit(day),
    ]
    return (letters, precision == .day ? 10 : precision == .month ? 7 : 4)
  }
}

/// How a declared birth date relates to the one on record.
///
/// The raw values are part of the wire format and never change.
public enum BirthDateComparison: UInt8, Hashable, Sendable, CaseIterable {
  /// The same date, known to the same part.
  case same = 1
  /// One is known less exactly than the other, and they agree on what both know.
  case partialMatch = 2
  /// The same year, with day and month exchanged.
  case swapped = 3
  /// Different dates.
  case differs = 4
}

extension PartialDate {
  /// Compares this date with another one; the order does not matter.
  public func compare(with other: PartialDate) -> BirthDateComparison {
    if self == other { return .same }
    guard year == other.year else { return .differs }
    if let month, let otherMonth = other.month, let day, let otherDay = other.day {
      return month == otherDay && day == otherMonth ? .swapped : .differs
    }
    guard let month, let otherMonth = other.month else { return .partialMatch }
    return month == otherMonth ? .partialMatch : .differs
  }
}
