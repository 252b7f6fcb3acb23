public import LodgingDomain

/// Where the pipeline takes the time from.
///
/// Production reads the system's clock; tests and the demo move it by hand.
public protocol PipelineClock: Sendable {
  /// The time now.
  var now: Instant { get }
}

extension PipelineClock {
  /// Whether so many seconds have passed since a moment; also where that is in the future, because the clock was set back since: nobody knows
  /// how long ago it was then.
  func hasPassed(seconds: Int64, since moment: Instant) -> Bool { moment > now || moment.adding(seconds: seconds) <= now }
}
