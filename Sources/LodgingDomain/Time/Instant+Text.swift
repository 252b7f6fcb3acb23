extension Instant {
  /// Reads an RFC 3339 date and time, for example `2026-07-01T22:59:59.5+07:00`.
  ///
  /// The zone is required. `T`, `t` or one space may separate date and time; seconds may be left out; digits beyond the millisecond are
  /// cut off.
  ///
  /// - Parameter text: The text, without surrounding spaces.
  /// - Throws: `CalendarError`, with `zoneMissing` for a text that is right but for its zone.
  public init(rfc3339 text: some StringProtocol) throws(CalendarError) {
    var scanner = CalendarScanner(text)
    let date = try scanner.isoDate()
    let time = try scanner.timeAfterSeparator()
    guard !scanner.isAtEnd else { throw .zoneMissing }
    let zone = try scanner.zone()
    try scanner.expectEnd()
    self = zone.instant(of: LocalDateTime(date: date, time: time))
  }

  /// The instant as RFC 3339 text, for example `2026-07-01T22:59:59+07:00`.
  ///
  /// Milliseconds are written only if there are any, offset zero as `Z`. An instant outside the years 1 to 9999 is written as the nearest
  /// one inside.
  ///
  /// - Parameter offsetMinutes: The offset from UTC to write the time in, in minutes; Viet Nam's +7 h by default, limited to less than a
  ///   day.
  /// - Returns: Text that reads back to the same instant.
  public func rfc3339(offsetMinutes: Int = 420) -> String {
    let zone = LocalZone(offsetMinutes: offsetMinutes)
    return "\(zone.local(self))\(zone)"
  }
}

extension Instant: CustomStringConvertible {
  /// The instant as RFC 3339 text in UTC.
  public var description: String { rfc3339(offsetMinutes: 0) }
}
