import Foundation
import LodgingDomain
import Synchronization

/// Some threads for questions that block, so that the threads which move bytes never wait for a disk.
///
/// The number of questions that run or wait is bounded; one more is refused at once.
final class QueryThreads: Sendable {
  private let queue: OperationQueue
  private let inFlight = Mutex(0)

  /// How many questions may run and wait together.
  let limit: Int

  init(threads: Int, limit: Int) {
    self.limit = limit
    queue = OperationQueue()
    queue.name = "queries"
    queue.maxConcurrentOperationCount = threads
  }

  /// How many questions run or wait.
  var count: Int { inFlight.withLock { $0 } }

  /// Runs `body` on one of the threads; throws what it throws, or ``RequestCode/busy`` where too many questions wait.
  func run<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
    let isTaken = inFlight.withLock { count in
      guard count < limit else { return false }
      count += 1
      return true
    }
    guard isTaken else { throw Refusal(.busy) }
    return try await withCheckedThrowingContinuation { continuation in
      queue.addOperation { [self] in
        let result = Result { try body() }
        inFlight.withLock { $0 -= 1 }
        continuation.resume(with: result)
      }
    }
  }
}
