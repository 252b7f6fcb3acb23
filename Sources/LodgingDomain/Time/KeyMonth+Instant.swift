extension KeyMonth {
  /// The local month of an instant (UTC+7).
  public init(containing instant: Instant) {
    self.init(of: LocalZone.vietnam.date(at: instant))
  }

  /// The month of a day.
  package init(of day: CivilDate) {
    self.init(index: UInt32(day.year * 12 + day.month - 1))
  }

  /// The first instant of the month, at local midnight (UTC+7); of the last month of the calendar for all months beyond it.
  public var start: Instant {
    let first = (try? CivilDate(year: year, month: month, day: 1)) ?? (year == 0 ? .earliest : .latest)
    return LocalZone.vietnam.startOfDay(first)
  }

  /// Until when the identities of the month are to be kept (``RuleBook/identityKeptMonths``).
  public var keptUntil: Instant { KeyMonth(index: index + 1 + RuleBook.identityKeptMonths).start }
}
