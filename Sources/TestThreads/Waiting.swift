import Dispatch

/// Waits for what other threads or processes bring about.
public enum Waiting: Sendable {
  /// How long a failing test waits; a test that passes goes on as soon as it can.
  public static let patience: Duration = .seconds(120)

  private static let pause = DispatchTimeInterval.milliseconds(10)

  /// Asks until the answer is true, and returns false where it never becomes so; leaves the processor to others in between.
  public static func wait(until isSo: () throws -> Bool) rethrows -> Bool {
    let deadline = ContinuousClock.now + patience
    let pulse = DispatchSemaphore(value: 0)
    while try !isSo() {
      guard ContinuousClock.now < deadline else { return false }
      _ = pulse.wait(timeout: .now() + pause)
    }
    return true
  }
}
