internal import Dispatch
internal import Synchronization

/// Wakes whoever waits for records, from librdkafka's threads.
final class Arrivals: Sendable {
  private let waiters = Mutex<[DispatchSemaphore]>([])

  /// Something has arrived; wakes every waiter and returns at once.
  func announce() {
    for waiter in waiters.withLock({ $0 }) { waiter.signal() }
  }

  /// Calls `isDone` now and after each announcement until it says true or `timeout` has passed; nothing announced meanwhile is missed.
  func wait<Failure: Error>(timeout: Duration, until isDone: () throws(Failure) -> Bool) throws(Failure) {
    let waiter = DispatchSemaphore(value: 0)
    waiters.withLock { $0.append(waiter) }
    defer { waiters.withLock { $0.removeAll { $0 === waiter } } }
    let deadline = DispatchTime.now() + .milliseconds(Int(clamping: timeout.wholeMilliseconds))
    while try !isDone(), waiter.wait(timeout: deadline) == .success {}
  }
}

extension Duration {
  /// Milliseconds, rounded down, at least 0 and at most a day.
  fileprivate var wholeMilliseconds: Int64 {
    let bounded = min(max(self, .zero), .seconds(86_400))
    return bounded.components.seconds * 1000 + bounded.components.attoseconds / 1_000_000_000_000_000
  }
}
