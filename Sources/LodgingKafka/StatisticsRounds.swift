internal import Dispatch
internal import Synchronization

/// Takes from each of a log's connections what it tells about itself, as often as it tells, whether anybody uses the connection or not.
///
/// What a connection tells waits inside it until it is taken: one that nobody drains grows for as long as the process lives.
final class StatisticsRounds: Sendable {
  /// Takes what a connection tells; false once the connection is gone.
  typealias Visit = @Sendable () -> Bool

  private struct State {
    var visits: [Int: Visit] = [:]
    var next = 0
  }

  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "connection-statistics")
  private let interval: DispatchTimeInterval

  /// Begins to make rounds, until the value is let go.
  init(everyMilliseconds interval: Int) {
    self.interval = .milliseconds(max(1, interval))
    schedule()
  }

  /// Has a connection visited in each round from now on.
  func add(_ visit: @escaping Visit) {
    state.withLock { state in
      state.visits[state.next] = visit
      state.next += 1
    }
  }

  private func schedule() {
    queue.asyncAfter(deadline: .now() + interval) { [weak self] in
      guard let self else { return }
      goRound()
      schedule()
    }
  }

  private func goRound() {
    for (number, visit) in state.withLock({ $0.visits }) where !visit() { state.withLock { _ = $0.visits.removeValue(forKey: number) } }
  }
}
