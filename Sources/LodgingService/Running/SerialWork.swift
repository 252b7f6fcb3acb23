import Dispatch
import LodgingPipeline

/// Does work on a queue of its own, after whatever is more urgent.
package struct SerialWork: BackgroundWork {
  private let queue = DispatchQueue(label: "lodging.background", qos: .utility)

  /// Makes a queue.
  package init() {}

  /// Puts a piece of work at the queue's end.
  package func begin(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

  /// Waits until the queue is empty of what was put there before.
  package func finish() { queue.sync {} }
}
