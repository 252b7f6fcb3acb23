import Synchronization

/// Turns a sum that somebody else keeps into steps of a counter.
final class CountedSeconds: Sendable {
  private let counted = Mutex(0.0)

  /// What came to the sum since the last call.
  func more(than sum: Double) -> Double {
    counted.withLock { counted in
      defer { counted = max(counted, sum) }
      return max(0, sum - counted)
    }
  }
}
