public import LodgingDomain
public import LodgingPipeline
import Synchronization

/// A clock that stands still until a test moves it, in either direction.
public final class ManualClock: PipelineClock, Sendable {
  private let time: Mutex<Instant>

  /// Starts a clock; by default at 2026-03-02T14:00:00Z, an evening in the country that the tests live in.
  public init(_ start: Instant = Instant(milliseconds: 1_772_460_000_000)) {
    time = Mutex(start)
  }

  /// The time that was last set.
  public var now: Instant { time.withLock { $0 } }

  /// Sets the time, which may lie before the present one.
  public func set(_ instant: Instant) {
    time.withLock { $0 = instant }
  }

  /// Moves the time by so many milliseconds, back if negative.
  public func advance(milliseconds: Int64) {
    time.withLock { $0 = $0.adding(milliseconds: milliseconds) }
  }
}
