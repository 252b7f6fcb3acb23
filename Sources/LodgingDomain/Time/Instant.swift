/// A point on the time line, in whole milliseconds.
///
/// Arithmetic saturates at the ends of `Int64` instead of trapping, because values arrive from other machines. The domain never reads a
/// clock: every instant is an argument.
public struct Instant: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01T00:00:00Z, negative before; leap seconds are not counted.
  public var milliseconds: Int64

  /// Creates an instant from its distance to the epoch.
  ///
  /// - Parameter milliseconds: Milliseconds since 1970-01-01T00:00:00Z.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Orders instants by time.
  public static func < (left: Instant, right: Instant) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// The time from `right` to `left` in milliseconds, saturating.
  public static func - (left: Instant, right: Instant) -> Int64 {
    let (difference, overflow) = left.milliseconds.subtractingReportingOverflow(right.milliseconds)
    guard overflow else { return difference }
    return left < right ? .min : .max
  }

  /// The instant so many milliseconds later (earlier if negative), saturating.
  public func adding(milliseconds amount: Int64) -> Instant {
    let (sum, overflow) = milliseconds.addingReportingOverflow(amount)
    guard overflow else { return Instant(milliseconds: sum) }
    return Instant(milliseconds: amount < 0 ? .min : .max)
  }

  /// The instant so many seconds later (earlier if negative), saturating.
  public func adding(seconds: Int64) -> Instant {
    adding(seconds, of: Self.millisecondsPerSecond)
  }

  /// The instant so many minutes later (earlier if negative), saturating.
  public func adding(minutes: Int64) -> Instant {
    adding(minutes, of: Self.millisecondsPerMinute)
  }

  /// The instant so many hours later (earlier if negative), saturating.
  public func adding(hours: Int64) -> Instant {
    adding(hours, of: Self.millisecondsPerHour)
  }

  /// The instant so many days of 24 hours later (earlier if negative), saturating.
  public func adding(days: Int64) -> Instant {
    adding(days, of: Self.millisecondsPerDay)
  }

  private func adding(_ count: Int64, of unit: Int64) -> Instant {
    let (amount, overflow) = count.multipliedReportingOverflow(by: unit)
    guard overflow else { return adding(milliseconds: amount) }
    return Instant(milliseconds: count < 0 ? .min : .max)
  }

  package static let millisecondsPerSecond: Int64 = 1000
  package static let millisecondsPerMinute: Int64 = 60 * millisecondsPerSecond
  package static let millisecondsPerHour: Int64 = 60 * millisecondsPerMinute
  package static let millisecondsPerDay: Int64 = 24 * millisecondsPerHour
}
