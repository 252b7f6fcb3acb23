import LodgingDomain

/// Sizes and values that records hold themselves to, beside those that the domain names.
public enum WireLimits: Sendable {
  /// The longest reference of an officer, in bytes.
  public static let officerBytesMax = 64
  /// The longest trace context, in bytes; a W3C `traceparent` of version 0 has 55.
  public static let traceparentBytesMax = 128
  /// The longest reason in words of an entry, in bytes.
  public static let reasonBytesMax = 256
  /// The times that can be expressed: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999Z, in milliseconds since 1970-01-01T00:00:00Z.
  public static let milliseconds: ClosedRange<Int64> = -62_135_596_800_000...253_402_300_799_999
  /// The last month that can be expressed, December 9999.
  static let monthIndexMax: UInt32 = 9999 * 12 + 11
}

extension KeyMonth {
  /// Makes a month from what a record says; nil beyond the year 9999.
  init?(wire index: UInt32) {
    guard index <= WireLimits.monthIndexMax else { return nil }
    self.init(index: index)
  }
}

extension CivilDate {
  /// Makes a date from days since 1970-01-01; nil outside the calendar.
  init?(exactDaysSinceEpoch days: Int) {
    self.init(daysSinceEpoch: days)
    guard daysSinceEpoch == days else { return nil }
  }

  /// Makes a date from days since 1970-01-01 plus one, as optional dates are written; nil outside the calendar.
  init?(wireDay day: Int32) {
    self.init(exactDaysSinceEpoch: Int(day) - 1)
  }

  /// Days since 1970-01-01 plus one.
  var wireDay: Int32 { Int32(truncatingIfNeeded: daysSinceEpoch + 1) }
}
