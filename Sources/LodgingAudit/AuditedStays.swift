import LodgingDomain
import LodgingWire

/// The audit's own account of stays: kept as what was told and when, with the presence worked out at the end from the times alone.
///
/// This is written a second time on purpose. It shares no code with the state that validators and projections fold.
struct AuditedStays {
  private struct Entry {
    var citizen: Bool
    var minor: Bool
    /// The arrival as it was told; for a day alone its last second, which lies in the same day.
    var arrival: Int64
    var departure: Int64
    /// Ledger time of the last change that was told.
    var told: Int64
    /// Ledger time of a daily close that found the guest overdue, after the last change.
    var closedOut: Int64?

    var presumedSince: Int64 { closedOut ?? max(told, departure + AuditedStays.dayMilliseconds) }
  }

  private struct Key: Hashable {
    var establishment: String
    var stay: [UInt8]
  }

  private var open: [Key: Entry] = [:]
  private var establishments: Set<String> = []

  private static let dayMilliseconds: Int64 = 86_400_000
  /// How far the clocks of Viet Nam are ahead of UTC.
  private static let zoneMilliseconds: Int64 = 7 * 3_600_000

  /// Takes a registered event at ledger time `now`.
  mutating func register(_ event: ProtoStayEvent, isMinor: Bool, now: Int64) {
    func key(_ stay: some Sequence<UInt8>) -> Key { Key(establishment: event.establishment, stay: Array(stay)) }
    switch event.body {
    case .establishmentOpened: establishments.insert(event.establishment)
    case .checkIn(let body): open[key(event.eventID)] = Self.entry(body.stay, isMinor, now)
    case .amendment(let body): open[key(body.stayID)] = Self.entry(body.stay, isMinor, now)
    case .roomChange(let body): touch(key(body.stayID), now) { _ in }
    case .extension(let body): touch(key(body.stayID), now) { $0.departure = body.departure.ms }
    case .checkOut(let body): open[key(body.stayID)] = nil
    case .cancellation(let body): open[key(body.stayID)] = nil
    case .dailyClose(let body): close(event.establishment, day: body.day, guests: body.guests, now)
    case .establishmentChanged, .establishmentClosed, .tick, nil: break
    }
  }

  private static func entry(_ stay: ProtoStayDetails, _ isMinor: Bool, _ now: Int64) -> Entry {
    Entry(
      citizen: stay.guestKind == .citizen, minor: isMinor, arrival: stay.arrival.ms, departure: stay.departure.ms, told: now, closedOut: nil
    )
  }

  private mutating func touch(_ key: Key, _ now: Int64, _ change: (inout Entry) -> Void) {
    guard var entry = open[key] else { return }
    change(&entry)
    entry.told = now
    entry.closedOut = nil
    open[key] = entry
  }

  /// Of the guests who arrived by the end of the day, those who are too many are taken to have left: the first to leave of those whose
  /// departure has passed and lay in the day or before it.
  private mutating func close(_ establishment: String, day: Int32, guests: UInt32, _ now: Int64) {
    let end = (Int64(day) + 1) * Self.dayMilliseconds - Self.zoneMilliseconds
    let here = open.filter { $0.key.establishment == establishment && $0.value.arrival < end && now < $0.value.presumedSince }
    let due = here.filter { $0.value.departure <= now && $0.value.departure < end }.sorted {
      $0.value.departure != $1.value.departure
        ? $0.value.departure < $1.value.departure : $0.key.stay.lexicographicallyPrecedes($1.key.stay)
    }
    for (key, _) in due.prefix(max(0, here.count - Int(guests))) { open[key]?.closedOut = now }
  }

  /// The occupancy of every establishment at ledger time `now`.
  func occupancy(at now: Int64) -> [String: AuditedOccupancy] {
    var result = Dictionary(uniqueKeysWithValues: establishments.map { ($0, AuditedOccupancy()) })
    for (key, entry) in open {
      if now >= entry.presumedSince {
        if now < entry.presumedSince + 7 * Self.dayMilliseconds { result[key.establishment, default: AuditedOccupancy()].presumedLeft += 1 }
        continue
      }
      result[key.establishment, default: AuditedOccupancy()].add(
        overdue: now >= entry.departure, citizen: entry.citizen, minor: entry.minor)
    }
    return result
  }
}

extension AuditedOccupancy {
  fileprivate mutating func add(overdue isOverdue: Bool, citizen: Bool, minor: Bool) {
    if isOverdue { overdue += 1 } else { present += 1 }
    if citizen { citizens += 1 } else { foreigners += 1 }
    if minor { minors += 1 }
  }
}
