public import LodgingDomain

/// The simulated evening, 20 November 2026 17:00 to 21 November 02:00 local time: when each of its items is appended.
///
/// Half of the items fall between 21:00 and 23:00. All is whole numbers, so the times are the same on every machine.
public struct EveningClock: Sendable {
  /// How many items the evening has.
  public let count: Int

  /// The local day that the evening belongs to.
  public static let day = CivilDate(daysSinceEpoch: 20_777)
  /// When the evening begins: 17:00.
  public static let start = LocalZone.vietnam.startOfDay(day).adding(hours: 17)
  /// When the evening ends: 02:00 of the next day.
  public static let end = start.adding(hours: Int64(shares.count))
  /// From when on a citizen who arrived before is reported late: 23:00.
  static let noticeDue = LocalZone.vietnam.startOfDay(day).adding(hours: 23)
  /// When establishments begin to close their books: 23:30.
  static let closingTime = noticeDue.adding(minutes: 30)

  /// The share of each hour in a hundred, from 17:00 on.
  static let shares: [Int64] = [5, 7, 10, 13, 26, 26, 8, 3, 2]
  private static let millisecondsPerHour: Int64 = 3_600_000

  /// Makes the clock of an evening with so many items, at most 10⁹.
  public init(count: Int) {
    self.count = max(0, min(count, 1_000_000_000))
  }

  /// When an item is appended; never falls from one item to the next.
  ///
  /// - Parameter index: 0 up to, but not including, ``count``.
  /// - Returns: A time from ``start`` to ``end``.
  public func instant(at index: Int) -> Instant {
    let size = 2 * Int64(max(1, count))
    var position = 100 * (2 * Int64(index) + 1)
    var hour = 0
    while hour < Self.shares.count - 1, position >= Self.shares[hour] * size {
      position -= Self.shares[hour] * size
      hour += 1
    }
    let within = position * Self.millisecondsPerHour / (Self.shares[hour] * size)
    return Self.start.adding(milliseconds: Int64(hour) * Self.millisecondsPerHour + within)
  }
}
