import LodgingDomain

extension StayEvent {
  /// The same event so many days later, as on another evening of the same country.
  func moved(days: Int64) -> StayEvent {
    guard days != 0 else { return self }
    var event = self
    event.happened = happened.adding(days: days)
    event.captured = captured.adding(days: days)
    event.received = received.adding(days: days)
    switch body {
    case .checkIn(let details): event.body = .checkIn(details.moved(days: days))
    case .amendment(let stay, let details): event.body = .amendment(stay: stay, details.moved(days: days))
    case .extended(let stay, let departure): event.body = .extended(stay: stay, departure: departure.moved(days: days))
    case .dailyClose(let day, let guests): event.body = .dailyClose(day: day.adding(days: Int(days)), guests: guests)
    case .roomChange, .checkOut, .cancellation, .establishmentOpened, .establishmentChanged, .establishmentClosed: break
    }
    return event
  }
}

extension StayDetails {
  fileprivate func moved(days: Int64) -> StayDetails {
    var details = self
    details.arrival = arrival.moved(days: days)
    details.departure = departure.moved(days: days)
    details.permitUntil = permitUntil.map { $0.adding(days: Int(days)) }
    return details
  }
}

extension LocalMoment {
  fileprivate func moved(days: Int64) -> LocalMoment { LocalMoment(instant.adding(days: days), isDateOnly: isDateOnly) }
}
