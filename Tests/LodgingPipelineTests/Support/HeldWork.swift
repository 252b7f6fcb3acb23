import LodgingPipeline
import Synchronization

/// Does nothing before somebody waits for it.
final class HeldWork: BackgroundWork {
  private let state = Mutex((begun: 0, held: [@Sendable () -> Void]()))
  private let onBegin: @Sendable () -> Void

  /// - Parameter onBegin: What happens each time somebody begins something.
  init(onBegin: @escaping @Sendable () -> Void = {}) { self.onBegin = onBegin }

  var begun: Int { state.withLock { $0.begun } }

  func begin(_ work: @escaping @Sendable () -> Void) {
    state.withLock {
      $0.begun += 1
      $0.held.append(work)
    }
    onBegin()
  }

  func finish() {
    let held = state.withLock { state in
      defer { state.held = [] }
      return state.held
    }
    for work in held { work() }
  }
}
