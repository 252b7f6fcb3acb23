import LodgingDomain

/// The local days of instants, of which one after the other is nearly always of the same day.
struct LocalDays {
  private var known = LocalZone.vietnam.date(at: Instant(milliseconds: 0))
  private var start = Instant(milliseconds: 0)
  private var end = Instant(milliseconds: 0)

  /// The day of an instant in Viet Nam.
  mutating func date(at instant: Instant) -> CivilDate {
    guard instant < start || instant >= end else { return known }
    let zone = LocalZone.vietnam
    known = zone.date(at: instant)
    // Beyond the calendar the first or the last day stands for all others, and there no instant lies between the two.
    (start, end) = (zone.startOfDay(known), zone.startOfDay(known.adding(days: 1)))
    return known
  }
}
