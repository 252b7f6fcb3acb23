package import LodgingPipeline
import Synchronization

/// How far the read model of this node is, and who waits for it to get further.
package final class FoldProgress: FoldWatch {
  private struct State: Sendable {
    var version = RegisterVersion()
    var waiters: [Int: Waiter] = [:]
    var next = 0
    var isClosed = false
  }

  private struct Waiter: Sendable {
    var offsets: LedgerOffsets
    var continuation: CheckedContinuation<Bool, Never>
  }

  private let state = Mutex(State())
  private let folding = Atomic(false)

  /// Whether this process folds, and does not only follow one that does.
  package var isFolding: Bool { folding.load(ordering: .relaxed) }

  /// This process folds from now on, or no more.
  package func folds(_ isFolding: Bool) { folding.store(isFolding, ordering: .relaxed) }

  /// Nothing is folded yet.
  package init() {}

  /// What the read model holds.
  package var version: RegisterVersion { state.withLock { $0.version } }

  /// Whether somebody waits.
  package var hasWaiters: Bool { state.withLock { !$0.waiters.isEmpty } }

  /// Takes over what the read model holds now, after it was committed, and wakes those who waited for it.
  ///
  /// A version may also be lower than the one before: after the ledger lost its tail the read model is built anew.
  package func move(to version: RegisterVersion) {
    let woken = state.withLock { state -> [Waiter] in
      state.version = version
      let offsets = version.offsets
      let reached = state.waiters.filter { offsets.cover($0.value.offsets) }
      for number in reached.keys { state.waiters.removeValue(forKey: number) }
      return Array(reached.values)
    }
    for waiter in woken { waiter.continuation.resume(returning: true) }
  }

  /// Lets nobody wait any more: the node ends.
  package func close() {
    let woken = state.withLock { state -> [Waiter] in
      state.isClosed = true
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in woken { waiter.continuation.resume(returning: false) }
  }

  package func wait(for offsets: LedgerOffsets, timeout: Duration) async -> Bool {
    if version.offsets.cover(offsets) { return true }
    guard timeout > .zero else { return false }
    return await withTaskGroup(of: Bool.self) { group in
      group.addTask { await self.wait(for: offsets) }
      group.addTask {
        // Ended early only where the other task came first.
        try? await Task.sleep(for: timeout)
        return false
      }
      let hasCome = await group.next() ?? false
      group.cancelAll()
      return hasCome
    }
  }

  private func wait(for offsets: LedgerOffsets) async -> Bool {
    let number = state.withLock { state in
      state.next += 1
      return state.next
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Bool? in
          if state.version.offsets.cover(offsets) { return true }
          if state.isClosed || Task.isCancelled { return false }
          state.waiters[number] = Waiter(offsets: offsets, continuation: continuation)
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { $0.waiters.removeValue(forKey: number) }
      waiter?.continuation.resume(returning: false)
    }
  }
}
