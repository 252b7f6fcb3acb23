import Synchronization

/// Writes batches into a read model beside the thread that folds, so that the next batch is folded meanwhile; one is written at a time.
final class CommitsBeside: Sendable {
  private let model: any ReadModel
  /// Nobody else's, so that waiting is for nobody else's work.
  private let background: any BackgroundWork
  private let failure = Mutex<(any Error)?>(nil)

  init(model: any ReadModel, background: any BackgroundWork) {
    self.model = model
    self.background = background
  }

  /// Begins to write a batch; what was begun before must have ended well, see ``end()``.
  func begin(_ batch: ProjectionBatch) {
    background.begin { [self] in
      do {
        try model.commit(batch)
      } catch {
        failure.withLock { $0 = error }
      }
    }
  }

  /// Waits until the batch that was begun is written, and throws why it could not be.
  func end() throws {
    if let error = waitAndTake() { throw error }
  }

  /// Waits until nothing is being written, however it ends: whoever calls this begins again with what the read model holds.
  func giveUp() { _ = waitAndTake() }

  private func waitAndTake() -> (any Error)? {
    background.finish()
    return failure.withLock { failure in
      defer { failure = nil }
      return failure
    }
  }
}
