import Foundation
import LodgingPipeline
import LodgingService
import Synchronization

/// Validators that share the partitions out, each on a thread of its own, until they are told to stop.
struct ValidatorThreads {
  private let tallies: [Tally]
  private let threads: [BackgroundThread<Void>]
  private let stop: StopSignal

  /// How many events one validator has decided.
  private final class Tally: Sendable {
    let count = Atomic<Int64>(0)
  }

  /// Starts `count` validators, each with the context made for its number and done with by `end`.
  init(
    _ count: Int, until stop: StopSignal, _ context: (Int) throws -> ValidatorContext, end: @escaping @Sendable (Int) -> Void
  ) throws {
    let tallies = (0..<count).map { _ in Tally() }
    threads = try tallies.enumerated().map { index, tally in
      let context = try context(index)
      return BackgroundThread("validator \(index)") {
        defer { end(index) }
        let loop = try ValidatorLoop(context: context, group: try context.log.join(group: "validator", topic: .events))
        defer { loop.leave() }
        while !stop.isSet {
          _ = try loop.step(timeout: .milliseconds(5))
          tally.count.store(loop.decidedEvents, ordering: .relaxed)
        }
      }
    }
    self.tallies = tallies
    self.stop = stop
  }

  /// Events that are decided.
  var decided: Int64 { tallies.reduce(0) { $0 + $1.count.load(ordering: .relaxed) } }

  /// Whether a validator has ended, which none should before it is told to.
  var isAnyEnded: Bool { threads.contains(where: \.isEnded) }

  /// Waits until so many events are decided, or a validator has ended.
  func wait(for count: Int64) {
    while decided < count, !isAnyEnded { Thread.sleep(forTimeInterval: 0.01) }
  }

  /// Ends all of them, and throws where one has failed.
  func end() throws {
    stop.set()
    for thread in threads { try thread.join() }
  }
}
