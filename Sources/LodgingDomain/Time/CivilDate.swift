/// A day of the proleptic Gregorian calendar, year 1 to 9999.
///
/// Four bytes; comparing and hashing cost one integer operation.
public struct CivilDate: Hashable, Comparable, Sendable {
  /// Year, month and day in 14, 4 and 5 bits, which makes the order of dates the order of numbers.
  private let packed: Int32

  /// The first day that can be expressed, 0001-01-01.
  public static let earliest = CivilDate(unchecked: 1, 1, 1)
  /// The last day that can be expressed, 9999-12-31.
  public static let latest = CivilDate(unchecked: 9999, 12, 31)

  /// Creates a date that exists.
  ///
  /// - Parameters:
  ///   - year: 1 to 9999.
  ///   - month: 1 to 12.
  ///   - day: 1 to the length of the month.
  /// - Throws: `CalendarError.outOfRange` with the first part that is wrong.
  public init(year: Int, month: Int, day: Int) throws(CalendarError) {
    guard (1...9999).contains(year) else { throw .outOfRange(.year) }
    guard (1...12).contains(month) else { throw .outOfRange(.month) }
    guard day >= 1, day <= Self.daysInMonth(year: year, month: month) else { throw .outOfRange(.day) }
    self.init(unchecked: year, month, day)
  }

  private init(unchecked year: Int, _ month: Int, _ day: Int) {
    packed = Int32(truncatingIfNeeded: year << 9 | month << 5 | day)
  }

  /// The year, 1 to 9999.
  public var year: Int { Int(packed >> 9) }
  /// The month, 1 to 12.
  public var month: Int { Int(packed >> 5 & 15) }
  /// The day of the month, 1 to 31.
  public var day: Int { Int(packed & 31) }

  /// Orders dates by time.
  public static func < (left: CivilDate, right: CivilDate) -> Bool {
    left.packed < right.packed
  }

  /// The number of days of a month of the Gregorian calendar, or 0 if `month` is not 1 to 12.
  public static func daysInMonth(year: Int, month: Int) -> Int {
    switch month {
    case 1, 3, 5, 7, 8, 10, 12: 31
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 0
    }
  }
}

extension CivilDate {
  /// Creates the day at a distance from 1970-01-01, limited to the years 1 to 9999.
  ///
  /// - Parameter daysSinceEpoch: Days since 1970-01-01, negative before. Days outside the calendar give its first or last day.
  public init(daysSinceEpoch: Int) {
    let limited = max(Self.earliestDay, min(Self.latestDay, daysSinceEpoch))
    // Years are counted from 1 March, so that the leap day is the last day of a year of a cycle of 400 years.
    let sinceMarch0 = limited + Self.march0ToEpoch
    let cycle = sinceMarch0 / Self.daysPerCycle
    let dayOfCycle = sinceMarch0 % Self.daysPerCycle
    let yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
    self.init(unchecked: year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  /// Days since 1970-01-01, negative before.
  public var daysSinceEpoch: Int {
    let marchYear = month <= 2 ? year - 1 : year
    let yearOfCycle = marchYear % 400
    let dayOfYear = (153 * (month <= 2 ? month + 9 : month - 3) + 2) / 5 + day - 1
    let dayOfCycle = yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
    return marchYear / 400 * Self.daysPerCycle + dayOfCycle - Self.march0ToEpoch
  }

  /// The day so many days later (earlier if negative), limited to the years 1 to 9999.
  public func adding(days: Int) -> CivilDate {
    let (sum, overflow) = daysSinceEpoch.addingReportingOverflow(days)
    guard overflow else { return CivilDate(daysSinceEpoch: sum) }
    return days < 0 ? .earliest : .latest
  }

  /// The age in completed years on a day of someone born on this one.
  ///
  /// Someone born on 29 February completes a year on 1 March where there is no 29 February.
  ///
  /// - Parameter day: The day to judge.
  /// - Returns: Whole years, negative for a day before birth.
  public func age(on day: CivilDate) -> Int {
    let beforeBirthday = day.packed & 511 < packed & 511
    return day.year - year - (beforeBirthday ? 1 : 0)
  }

  private static let daysPerCycle = 146_097
  /// Days from 0000-03-01 to 1970-01-01.
  private static let march0ToEpoch = 719_468
  private static let earliestDay = CivilDate.earliest.daysSinceEpoch
  private static let latestDay = CivilDate.latest.daysSinceEpoch
}

extension CivilDate: CustomStringConvertible {
  /// Reads `dd/MM/yyyy` or `yyyy-MM-dd`.
  ///
  /// - Parameter text: The text, without surrounding spaces.
  /// - Throws: `CalendarError`.
  public init(parsing text: some StringProtocol) throws(CalendarError) {
    var scanner = CalendarScanner(text)
    self = try scanner.date()
    try scanner.expectEnd()
  }

  /// The date as `yyyy-MM-dd`.
  public var description: String {
    var text = ""
    text.appendDigits(year, width: 4)
    text.append("-")
    text.appendDigits(month, width: 2)
    text.append("-")
    text.appendDigits(day, width: 2)
    return text
  }

  /// The date as `dd/MM/yyyy`, as people in Viet Nam write it.
  public var dayMonthYear: String {
    var text = ""
    text.appendDigits(day, width: 2)
    text.append("/")
    text.appendDigits(month, width: 2)
    text.append("/")
    text.appendDigits(year, width: 4)
    return text
  }
}

extension String {
  /// Appends a number in decimal, padded with zeros to at least `width` digits.
  mutating func appendDigits(_ value: Int, width: Int) {
    let digits = String(value)
    for _ in 0..<max(0, width - digits.utf8.count) { append("0") }
    append(digits)
  }
}
