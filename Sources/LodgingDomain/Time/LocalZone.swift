/// A fixed offset from UTC.
///
/// Viet Nam has had one offset and no summer time since 1975, so this is all that the rules need.
public struct LocalZone: Hashable, Sendable {
  /// Minutes to add to UTC, between -1439 and 1439.
  public let offsetMinutes: Int

  /// The zone of Viet Nam, UTC+7.
  public static let vietnam = LocalZone(offsetMinutes: 7 * 60)
  /// UTC itself.
  public static let utc = LocalZone(offsetMinutes: 0)

  /// Creates a zone.
  ///
  /// - Parameter offsetMinutes: Minutes to add to UTC; limited to less than a day either way.
  public init(offsetMinutes: Int) {
    self.offsetMinutes = max(-1439, min(1439, offsetMinutes))
  }

  private var offsetMilliseconds: Int64 { Int64(offsetMinutes) * Instant.millisecondsPerMinute }

  /// The date and time of day that clocks of this zone show at an instant.
  ///
  /// - Parameter instant: The instant; one outside the years 1 to 9999 is read as the nearest millisecond inside.
  /// - Returns: The date and time; `instant(of:)` takes it back.
  public func local(_ instant: Instant) -> LocalDateTime {
    let (day, ofDay) = split(instant)
    return LocalDateTime(date: CivilDate(daysSinceEpoch: Int(day)), time: CivilTime(millisecondOfDay: Int32(ofDay)))
  }

  /// The first instant of the day in this zone that an instant lies in, and the hour of the day, without working out which day that is.
  func day(of instant: Instant) -> (start: Instant, hour: Int) {
    let (day, ofDay) = split(instant)
    return (
      Instant(milliseconds: day * Instant.millisecondsPerDay - offsetMilliseconds), Int(ofDay / Instant.millisecondsPerHour)
    )
  }

  /// The days since the epoch and the milliseconds since midnight that clocks of this zone show.
  private func split(_ instant: Instant) -> (day: Int64, ofDay: Int64) {
    let shifted = instant.adding(milliseconds: offsetMilliseconds).milliseconds
    let limited = max(Self.earliest, min(Self.latest, shifted))
    let day = Int64.floorDivided(limited, by: Instant.millisecondsPerDay)
    return (day, limited - day * Instant.millisecondsPerDay)
  }

  /// The instant at which clocks of this zone show a date and time of day.
  public func instant(of local: LocalDateTime) -> Instant {
    let day = Int64(local.date.daysSinceEpoch) * Instant.millisecondsPerDay
    return Instant(milliseconds: day + Int64(local.time.millisecondOfDay) - offsetMilliseconds)
  }

  /// The day in this zone at an instant.
  public func date(at instant: Instant) -> CivilDate {
    local(instant).date
  }

  /// The first instant of a day in this zone.
  public func startOfDay(_ date: CivilDate) -> Instant {
    instant(of: LocalDateTime(date: date, time: .midnight))
  }

  /// The last whole second of a day in this zone, 23:59:59.
  public func lastSecond(of date: CivilDate) -> Instant {
    startOfDay(date).adding(seconds: 24 * 60 * 60 - 1)
  }

  private static let earliest = Int64(CivilDate.earliest.daysSinceEpoch) * Instant.millisecondsPerDay
  private static let latest = (Int64(CivilDate.latest.daysSinceEpoch) + 1) * Instant.millisecondsPerDay - 1
}

extension LocalZone: CustomStringConvertible {
  /// The offset as RFC 3339 writes it: `+07:00`, or `Z` for UTC.
  public var description: String {
    guard offsetMinutes != 0 else { return "Z" }
    var text = offsetMinutes < 0 ? "-" : "+"
    text.appendDigits(abs(offsetMinutes) / 60, width: 2)
    text.append(":")
    text.appendDigits(abs(offsetMinutes) % 60, width: 2)
    return text
  }
}

extension Int64 {
  /// The quotient rounded towards negative infinity, for a positive divisor.
  fileprivate static func floorDivided(_ value: Int64, by divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }
}
