/// The duty that a report of a stay serves, and when it falls due.
///
/// The rules are here and nowhere else. Lateness is judged by the time of receipt, except for what was captured offline within the
/// allowance; which time counts is the caller's decision.
public enum ReportingDuty: UInt8, Hashable, Sendable, CaseIterable {
  /// Notice of a citizen's stay: Residence Law 68/2020, article 30.
  case stayNotice = 1
  /// Declaration of a foreigner's temporary residence: Law 47/2014, article 33.
  case residenceDeclaration = 2

  /// The duty that applies to a kind of guest.
  public init(guest: GuestKind) {
    switch guest {
    case .citizen: self = .stayNotice
    case .foreigner: self = .residenceDeclaration
    }
  }

  /// How the stay notice of a citizen who arrives between midnight and 08:00 is read.
  ///
  /// The law's text allows both; `sameEvening` is in the guest house's favour and is in force.
  public enum NightArrivalRule: UInt8, Hashable, Sendable {
    /// Due before 23:00 of the day of arrival.
    case sameEvening = 1
    /// Due before 08:00 of the day of arrival.
    case sameMorning = 2
  }

  /// The deadline for reporting a guest.
  ///
  /// | guest | arrival, local time | due |
  /// |---|---|---|
  /// | citizen | 00:00:00.000 to 22:59:59.999 | before 23:00 the same day |
  /// | citizen | 23:00:00.000 to 23:59:59.999 | before 08:00 the next day |
  /// | foreigner | any | at or before 12 h after arrival, 24 h where remote |
  ///
  /// - Parameters:
  ///   - guest: The kind of guest.
  ///   - arrival: When the stay began.
  ///   - remote: Whether the establishment lies in a remote area; matters for foreigners only.
  ///   - zone: The zone of the establishment.
  ///   - nightArrivals: The reading for citizens who arrive between midnight and 08:00.
  /// - Returns: The deadline.
  public static func deadline(
    guest: GuestKind, arrival: Instant, remote: Bool, zone: LocalZone = .vietnam, nightArrivals: NightArrivalRule = .sameEvening
  ) -> Deadline {
    switch ReportingDuty(guest: guest) {
    case .residenceDeclaration:
      Deadline(due: arrival.adding(hours: remote ? remoteDeclarationHours : declarationHours), limit: .atOrBefore)
    case .stayNotice:
      Deadline(due: noticeDue(arrival: arrival, zone: zone, nightArrivals: nightArrivals), limit: .before)
    }
  }

  /// The instant at which a guest whose arrival is known by its day only is taken to have arrived.
  ///
  /// It is 23:59:59 of that day or the time of receipt, whichever is earlier, but never before the day itself begins: a day in the future
  /// stays in the future, so that it can be refused.
  ///
  /// - Parameters:
  ///   - lastSecond: 23:59:59 of the stated day, as ``LocalZone/lastSecond(of:)`` gives it.
  ///   - received: When the report was received.
  /// - Returns: An instant within the stated day.
  public static func arrival(onDayEnding lastSecond: Instant, received: Instant) -> Instant {
    let start = lastSecond.adding(seconds: 1).adding(days: -1)
    return max(start, min(lastSecond, received))
  }

  private static func noticeDue(arrival: Instant, zone: LocalZone, nightArrivals: NightArrivalRule) -> Instant {
    let (midnight, hour) = zone.day(of: arrival)
    if hour >= eveningHour { return midnight.adding(days: 1).adding(hours: morningHour) }
    if nightArrivals == .sameMorning, hour < morningHour { return midnight.adding(hours: morningHour) }
    return midnight.adding(hours: Int64(eveningHour))
  }

  /// The hour of the day before which a citizen's stay is to be notified.
  private static let eveningHour = 23
  /// The hour of the next day before which a citizen who arrived in the last hour of a day is to be notified.
  private static let morningHour: Int64 = 8
  private static let declarationHours: Int64 = 12
  private static let remoteDeclarationHours: Int64 = 24
}
