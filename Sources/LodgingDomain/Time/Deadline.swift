/// The moment until which a report is on time.
public struct Deadline: Hashable, Sendable {
  /// Whether a report at the very moment that is due is still on time.
  public enum Limit: UInt8, Hashable, Sendable {
    /// Only what is received before the due moment is on time ("before 23:00").
    case before = 1
    /// What is received at the due moment is on time too ("within 12 hours").
    case atOrBefore = 2
  }

  /// The due moment.
  public let due: Instant
  /// Whether the due moment itself is on time.
  public let limit: Limit

  /// Creates a deadline.
  public init(due: Instant, limit: Limit) {
    self.due = due
    self.limit = limit
  }

  /// Whether something that happened at `instant` is on time.
  public func isMet(by instant: Instant) -> Bool {
    switch limit {
    case .before: instant < due
    case .atOrBefore: instant <= due
    }
  }
}
