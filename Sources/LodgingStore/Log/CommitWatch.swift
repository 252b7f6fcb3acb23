import Dispatch
import GRDB
import LodgingPipeline
import Synchronization

/// Wakes readers: at once on commits of this process's appenders, and by looking now and then on those of others.
final class CommitWatch: Sendable {
  /// How often a waiting reader looks whether another process has committed.
  static let pollInterval: Duration = .milliseconds(10)

  private struct Waiters: Sendable {
    var next = 0
    var signals: [Int: DispatchSemaphore] = [:]
  }

  private let waiters = Mutex(Waiters())

  /// Tells every waiting reader that records may have come.
  func signal() {
    waiters.withLock { waiters in
      for signal in waiters.signals.values { signal.signal() }
    }
  }

  /// Blocks until `look` says true, which is asked at once and after each commit of anybody, or until the time has passed.
  func wait(timeout: Duration, _ look: () throws -> Bool) rethrows {
    let woken = DispatchSemaphore(value: 0)
    let number = waiters.withLock { waiters in
      waiters.next += 1
      waiters.signals[waiters.next] = woken
      return waiters.next
    }
    defer { waiters.withLock { _ = $0.signals.removeValue(forKey: number) } }
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: timeout)
    while try !look() {
      let left = clock.now.duration(to: deadline)
      guard left > .zero else { return }
      _ = woken.wait(timeout: .now() + .nanoseconds(min(left, Self.pollInterval).nanoseconds))
    }
  }
}

/// Looks through one connection whether records have come; a look at a file that nobody changed costs one cheap question.
struct CommitProbe {
  /// Where in a topic records are waited for.
  struct Awaited {
    var table: LogTable
    var positions: [PartitionPosition] = []
  }

  private let awaited: [Awaited]
  private var version: Int64?

  init(awaited: [Awaited]) {
    self.awaited = awaited
  }

  /// Whether a record stands at or after one of the positions; always the same connection must be given.
  mutating func isReached(_ db: Database) throws -> Bool {
    // It changes when another connection, of this process or of another one, has committed.
    let present = try dataVersion(db)
    guard present != version else { return false }
    version = present
    return try awaited.contains { try $0.table.reaches(db, $0.positions).contains(true) }
  }

  private func dataVersion(_ db: Database) throws -> Int64 {
    let statement = try LogStatement(db, "PRAGMA data_version")
    defer { statement.reset() }
    return try statement.step() ? statement.int(0) : 0
  }
}

extension Duration {
  /// The duration in nanoseconds, at most a minute's.
  fileprivate var nanoseconds: Int {
    let bounded = min(self, .seconds(60))
    return Int(bounded.components.seconds) * 1_000_000_000 + Int(bounded.components.attoseconds / 1_000_000_000)
  }
}
