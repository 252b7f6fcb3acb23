/// A time as somebody wrote it down: a day, a day with a time of day, or an instant with its zone.
public enum StatedTime: Hashable, Sendable {
  /// A day without a time of day.
  case date(CivilDate)
  /// A day and a time of day, on the clocks of the place.
  case local(LocalDateTime)
  /// An instant, because a zone was given.
  case instant(Instant)

  /// Reads `dd/MM/yyyy`, `dd/MM/yyyy HH:mm[:ss]`, `yyyy-MM-dd` or `yyyy-MM-ddTHH:mm[:ss[.fff]][zone]`.
  ///
  /// - Parameter text: The text, without surrounding spaces.
  /// - Throws: `CalendarError`.
  public init(parsing text: some StringProtocol) throws(CalendarError) {
    var scanner = CalendarScanner(text)
    let date = try scanner.date()
    if scanner.isAtEnd {
      self = .date(date)
      return
    }
    let local = LocalDateTime(date: date, time: try scanner.timeAfterSeparator())
    if scanner.isAtEnd {
      self = .local(local)
      return
    }
    let zone = try scanner.zone()
    try scanner.expectEnd()
    self = .instant(zone.instant(of: local))
  }

  /// The moment that is meant; a day alone is its last second, 23:59:59, and marked as such.
  ///
  /// `ReportingDuty.arrival(onDayEnding:received:)` reads the arrival from a day alone.
  ///
  /// - Parameter zone: The zone of the place, for what was stated without one.
  /// - Returns: The moment.
  public func moment(in zone: LocalZone = .vietnam) -> LocalMoment {
    switch self {
    case .date(let date): LocalMoment(zone.lastSecond(of: date), isDateOnly: true)
    case .local(let local): LocalMoment(zone.instant(of: local))
    case .instant(let instant): LocalMoment(instant)
    }
  }
}

extension StatedTime: CustomStringConvertible {
  /// The time in ISO 8601 as far as it was stated; an instant in UTC.
  public var description: String {
    switch self {
    case .date(let date): date.description
    case .local(let local): local.description
    case .instant(let instant): instant.description
    }
  }
}
