import Foundation
import Synchronization

/// A thread of its own for a loop that blocks, and what became of it.
package final class BackgroundThread<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)
  private let ended = DispatchSemaphore(value: 0)

  /// Starts the thread.
  package init(_ name: String, _ body: @escaping @Sendable () throws -> Value) {
    let thread = Thread { [self] in
      let outcome = Result { try body() }
      result.withLock { $0 = outcome }
      ended.signal()
    }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  /// Whether the body has ended.
  package var isEnded: Bool { result.withLock { $0 != nil } }

  /// Waits until the body ends, and returns or throws what it did.
  package func join() throws -> Value {
    ended.wait()
    ended.signal()
    guard let outcome = result.withLock({ $0 }) else { throw CancellationError() }
    return try outcome.get()
  }
}

/// A wish to end, seen by every thread that asks.
package final class StopSignal: Sendable {
  private let flag = Atomic(false)
  private let came = DispatchSemaphore(value: 0)

  /// Makes a signal that is not set.
  package init() {}

  /// Whether somebody wants the work to end.
  package var isSet: Bool { flag.load(ordering: .acquiring) }

  /// Asks for the end.
  package func set() {
    flag.store(true, ordering: .releasing)
    came.signal()
  }

  /// Blocks until somebody asks for the end, or until the time has passed.
  package func wait(atMost timeout: Duration) {
    guard !isSet, came.wait(timeout: .now() + timeout.seconds) == .success else { return }
    // For the next one who waits.
    came.signal()
  }
}
