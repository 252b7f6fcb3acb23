import Foundation
import LodgingPipeline
import Logging
import ServiceLifecycle

/// A service that is a loop with a thread of its own, which ends when it is asked to.
struct ThreadService: Service {
  /// What it does, for logs and debuggers.
  let name: String
  private let body: @Sendable (StopSignal) throws -> Void

  /// Makes a service; `body` looks at the signal often enough for the node to end in time.
  init(_ name: String, _ body: @escaping @Sendable (StopSignal) throws -> Void) {
    self.name = name
    self.body = body
  }

  func run() async throws {
    let stop = StopSignal()
    try await withTaskCancellationOrGracefulShutdownHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        let thread = Thread { continuation.resume(with: Result { try body(stop) }) }
        thread.name = name
        thread.stackSize = 8 << 20
        thread.start()
      }
    } onCancelOrGracefulShutdown: {
      stop.set()
    }
  }
}

/// Keeps a loop going: what fails is told and tried again, since what a loop needs comes back (a disk with room, a broker, a file).
struct LoopKeeper: Sendable {
  let name: String
  let status: NodeStatus
  let metrics: NodeMetrics
  let logger: Logger
  /// Whether the node should get no work while the loop fails.
  var isVital = true

  /// How long a loop waits after a failure.
  static let pause = Duration.seconds(1)
  /// How long a loop that is not tried again waits before it looks whether it must end.
  private static let restingTime = Duration.seconds(3600)
  /// After how many failures in a row one is told again.
  private static let toldEvery = 30

  /// Calls `body` until it is asked to end; `body` returns only then, and reports each success to `status`.
  ///
  /// A loop whose name another process has taken is not tried again: the two would displace each other without end. Nor is one that the
  /// ledger has outgrown.
  func keep(until stop: StopSignal, _ body: () throws -> Void) {
    var failures = 0
    while !stop.isSet {
      do {
        try body()
      } catch let displaced as LogError where displaced.isDisplaced {
        status.fails(name, "\(displaced)")
        rest(displaced, until: stop)
      } catch let outgrown as OutgrownProgram {
        status.isOutgrown()
        rest(outgrown, until: stop)
      } catch {
        failed(error, failures: failures)
        failures += 1
        stop.wait(atMost: Self.pause)
      }
    }
  }

  /// Says why a loop is not tried again, and waits for the end.
  private func rest(_ error: any Error, until stop: StopSignal) {
    metrics.loopFailed(name)
    logger.critical("\(name): \(error)", metadata: ["loop": "\(name)"])
    while !stop.isSet { stop.wait(atMost: Self.restingTime) }
  }

  /// Tells of a failure after so many others in a row.
  func failed(_ error: any Error, failures: Int) {
    if isVital { status.fails(name, "\(error)") }
    metrics.loopFailed(name)
    if failures % Self.toldEvery == 0 { logger.error("\(name): \(error); tried again", metadata: ["loop": "\(name)"]) }
  }
}

extension LogError {
  /// Whether another process has taken this one's place.
  fileprivate var isDisplaced: Bool {
    if case .displaced = self { true } else { false }
  }
}
