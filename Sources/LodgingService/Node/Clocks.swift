import Foundation
package import LodgingDomain
import LodgingPipeline
import Synchronization

/// The machine's clock.
package struct SystemClock: PipelineClock {
  package init() {}

  /// The time now, in whole milliseconds.
  package var now: Instant { Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }
}

/// A clock that somebody moves, as the demo's evening does; it never goes back.
package final class SimulatedClock: PipelineClock {
  private let time: Mutex<Instant>

  /// A clock that stands at `start`.
  package init(_ start: Instant) { time = Mutex(start) }

  /// The time it was moved to last.
  package var now: Instant { time.withLock { $0 } }

  /// Moves the clock on; an earlier time changes nothing.
  package func move(to instant: Instant) { time.withLock { $0 = max($0, instant) } }
}
