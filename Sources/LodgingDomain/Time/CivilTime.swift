/// A time of day between 00:00:00.000 and 23:59:59.999.
public struct CivilTime: Hashable, Comparable, Sendable {
  /// Milliseconds since midnight, 0 to 86,399,999.
  public let millisecondOfDay: Int32

  /// 00:00:00.
  public static let midnight = CivilTime(millisecondOfDay: 0)

  /// Creates a time of day.
  ///
  /// - Parameters:
  ///   - hour: 0 to 23.
  ///   - minute: 0 to 59.
  ///   - second: 0 to 59; there are no leap seconds.
  ///   - millisecond: 0 to 999.
  /// - Throws: `CalendarError.outOfRange` with the first part that is wrong.
  public init(hour: Int, minute: Int, second: Int = 0, millisecond: Int = 0) throws(CalendarError) {
    guard (0...23).contains(hour) else { throw .outOfRange(.hour) }
    guard (0...59).contains(minute) else { throw .outOfRange(.minute) }
    guard (0...59).contains(second) else { throw .outOfRange(.second) }
    guard (0...999).contains(millisecond) else { throw .outOfRange(.millisecond) }
    self.init(millisecondOfDay: Int32(((hour * 60 + minute) * 60 + second) * 1000 + millisecond))
  }

  /// Creates a time of day that is known to be in range.
  init(millisecondOfDay: Int32) {
    self.millisecondOfDay = millisecondOfDay
  }

  /// The hour, 0 to 23.
  public var hour: Int { Int(millisecondOfDay) / 3_600_000 }
  /// The minute, 0 to 59.
  public var minute: Int { Int(millisecondOfDay) / 60_000 % 60 }
  /// The second, 0 to 59.
  public var second: Int { Int(millisecondOfDay) / 1000 % 60 }
  /// The millisecond, 0 to 999.
  public var millisecond: Int { Int(millisecondOfDay) % 1000 }

  /// Orders times within a day.
  public static func < (left: CivilTime, right: CivilTime) -> Bool {
    left.millisecondOfDay < right.millisecondOfDay
  }
}

extension CivilTime: CustomStringConvertible {
  /// The time as `HH:mm:ss`, with `.SSS` if it has milliseconds.
  public var description: String {
    var text = ""
    text.appendDigits(hour, width: 2)
    text.append(":")
    text.appendDigits(minute, width: 2)
    text.append(":")
    text.appendDigits(second, width: 2)
    if millisecond != 0 {
      text.append(".")
      text.appendDigits(millisecond, width: 3)
    }
    return text
  }
}

/// A day and a time of day somewhere, without saying where.
public struct LocalDateTime: Hashable, Comparable, Sendable {
  /// The day.
  public var date: CivilDate
  /// The time of that day.
  public var time: CivilTime

  /// Joins a day and a time of day.
  public init(date: CivilDate, time: CivilTime) {
    self.date = date
    self.time = time
  }

  /// Reads `dd/MM/yyyy HH:mm[:ss]` or `yyyy-MM-ddTHH:mm[:ss[.fff]]`, without a zone.
  ///
  /// - Parameter text: The text, without surrounding spaces.
  /// - Throws: `CalendarError`.
  public init(parsing text: some StringProtocol) throws(CalendarError) {
    var scanner = CalendarScanner(text)
    let date = try scanner.date()
    let time = try scanner.timeAfterSeparator()
    try scanner.expectEnd()
    self.init(date: date, time: time)
  }

  /// Orders by date, then by time of day.
  public static func < (left: LocalDateTime, right: LocalDateTime) -> Bool {
    left.date == right.date ? left.time < right.time : left.date < right.date
  }
}

extension LocalDateTime: CustomStringConvertible {
  /// The date and time as `yyyy-MM-ddTHH:mm:ss[.SSS]`.
  public var description: String { "\(date)T\(time)" }
}
