import Foundation
public import Testing

/// Threads of their own for tests that wait: for a process to end, or for a cluster to answer.
///
/// Swift's shared pool has a thread per core. A test that blocks one of them keeps every other test from running, so tests like that are
/// marked with ``Testing/Trait/onOwnThread`` and only wait for each other.
public struct TestThreads: TestTrait, SuiteTrait, TestScoping {
  private let executor: BlockingExecutor

  /// Every test of a suite that carries the trait runs on the threads.
  public var isRecursive: Bool { true }

  fileprivate init(_ executor: BlockingExecutor) { self.executor = executor }

  /// Performs a test with the threads as the executor that it and its children prefer.
  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(executor) { try await function() }
  }
}

extension Trait where Self == TestThreads {
  /// For tests that mostly wait: up to eight of them run at once, whatever the machine.
  public static var onOwnThread: TestThreads { TestThreads(.waiting) }
  /// For tests whose processes work hard: up to two of them run at once.
  public static var onProcessThread: TestThreads { TestThreads(.working) }
}

/// Runs jobs in the order in which they come, on so many threads.
private final class BlockingExecutor: TaskExecutor {
  static let waiting = BlockingExecutor(threads: 8)
  static let working = BlockingExecutor(threads: 2)

  private let queue: OperationQueue

  private init(threads: Int) {
    queue = OperationQueue()
    queue.maxConcurrentOperationCount = threads
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.addOperation { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
  }
}
