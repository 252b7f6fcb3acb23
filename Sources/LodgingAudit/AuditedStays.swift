import LodgingDomain
import LodgingWire

/// The audit's own account of stays: kept as what was told and when, with the presence worked out at the end from the times alone.
///
/// This is written a second time on purpose. It shares no code with the state that validators and projections fold.
struct AuditedStays {
  private struct Entry {
    var citizen: Bool
    var minor: Bool
    var departure: Int64
    /// Ledger time of the last change that was told.
    var told: Int64
    /// Ledger time of a daily close that found the guest overdue, after the last change.
    var closedOut: Int64?
  }

  private struct Key: Hashable {
    var establishment: String
    var stay: [UInt8]
  }

  private var open: [Key: Entry] = [:]
  private var establishments: Set<String> = []

  private static let dayMilliseconds: Int64 = 86_400_000

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
    case .dailyClose: close(event.establishment, now)
    case .establishmentChanged, .establishmentClosed, .tick, nil: break
    }
  }

  private static func entry(_ stay: ProtoStayDetails, _ isMinor: Bool, _ now: Int64) -> Entry {
    Entry(citizen: stay.guestKind == .citizen, minor: isMinor, departure: stay.departure.ms, told: now, closedOut: nil)
  }

  private mutating func touch(_ key: Key, _ now: Int64, _ change: (inout Entry) -> Void) {
    guard var entry = open[key] else { return }
    change(&entry)
    entry.told = now
    entry.closedOut = nil
    open[key] = entry
  }

  private mutating func close(_ establishment: String, _ now: Int64) {
    for (key, entry) in open where key.establishment == establishment {
      if entry.closedOut == nil, entry.departure <= now, now < entry.departure + Self.dayMilliseconds { open[key]?.closedOut = now }
    }
  }

  /// The occupancy of every establishment at ledger time `now`.
  func occupancy(at now: Int64) -> [String: AuditedOccupancy] {
    var result = Dictionary(uniqueKeysWithValues: establishments.map { ($0, AuditedOccupancy()) })
    for (key, entry) in open {
      let presumedSince = entry.closedOut ?? max(entry.told, entry.departure + Self.dayMilliseconds)
      if now >= presumedSince {
        if now < presumedSince + 7 * Self.dayMilliseconds { result[key.establishment, default: AuditedOccupancy()].presumedLeft += 1 }
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
