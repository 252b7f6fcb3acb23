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

  /// The instant that an arrival stated like this is taken to have happened at.
  ///
  /// A day alone follows `ReportingDuty.arrival(on:received:zone:)`.
  ///
  /// - Parameters:
  ///   - received: When the report was received.
  ///   - zone: The zone of the establishment.
  /// - Returns: The instant of arrival.
  public func arrival(received: Instant, zone: LocalZone = .vietnam) -> Instant {
    switch self {
    case .date(let date): ReportingDuty.arrival(on: date, received: received, zone: zone)
    case .local(let local): zone.instant(of: local)
    case .instant(let instant): instant
    }
  }
}
