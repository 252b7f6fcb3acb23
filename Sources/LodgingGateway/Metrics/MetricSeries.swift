import CoreMetrics
import Synchronization

/// One series of a counter; what would make it fall is passed over.
final class CounterSeries: CounterHandler, FloatingPointCounterHandler {
  private let sum = Mutex(0.0)

  var value: Double { sum.withLock { $0 } }

  func increment(by amount: Int64) { increment(by: Double(amount)) }

  func increment(by amount: Double) {
    guard amount.isFinite, amount > 0 else { return }
    sum.withLock { $0 += amount }
  }

  func reset() { sum.withLock { $0 = 0 } }
}

/// One series of a gauge; the last value stands.
final class GaugeSeries: MeterHandler, RecorderHandler {
  private let last = Mutex(0.0)

  var value: Double { last.withLock { $0 } }

  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { last.withLock { $0 = value } }
  func increment(by amount: Double) { last.withLock { $0 += amount } }
  func decrement(by amount: Double) { last.withLock { $0 -= amount } }
  func record(_ value: Int64) { set(Double(value)) }
  func record(_ value: Double) { set(value) }
}

/// One series of a histogram with fixed bounds.
final class HistogramSeries: TimerHandler, RecorderHandler {
  /// What was recorded so far.
  struct Contents {
    /// How many values lie in each bucket alone; one more than there are bounds.
    var buckets: [UInt64]
    var sum = 0.0
  }

  let bounds: [Double]
  private let contents: Mutex<Contents>

  init(bounds: [Double]) {
    self.bounds = bounds
    contents = Mutex(Contents(buckets: Array(repeating: 0, count: bounds.count + 1)))
  }

  var value: Contents { contents.withLock { $0 } }

  /// Records a duration, as seconds.
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard !value.isNaN else { return }
    let place = bounds.firstIndex { value <= $0 } ?? bounds.count
    contents.withLock { contents in
      contents.buckets[place] += 1
      contents.sum += value
    }
  }
}
