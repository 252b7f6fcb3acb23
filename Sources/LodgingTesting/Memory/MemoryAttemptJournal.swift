public import LodgingPipeline
import Synchronization

/// An attempt journal in memory; it survives what the test calls a crash as long as the test keeps it.
public final class MemoryAttemptJournal: AttemptJournal {
  private struct Attempts: Sendable {
    var claimed: Int64?
    var claims = 0
    var begun: Int64?
    var begins = 0
  }

  private let partitions = Mutex<[Int: Attempts]>([:])

  /// A journal in which nothing was tried yet.
  public init() {}

  /// Notes a claim and returns how often in a row the partition was claimed at this event, this time included.
  public func claim(partition: Int, next source: Int64) throws -> Int {
    partitions.withLock { partitions in
      var attempts = partitions[partition] ?? Attempts()
      attempts.claims = attempts.claimed == source ? attempts.claims + 1 : 1
      attempts.claimed = source
      partitions[partition] = attempts
      return attempts.claims
    }
  }

  /// Notes that an event is about to be decided alone and returns how often that was begun before and not ended.
  public func begin(partition: Int, source: Int64) throws -> Int {
    partitions.withLock { partitions in
      var attempts = partitions[partition] ?? Attempts()
      let before = attempts.begun == source ? attempts.begins : 0
      attempts.begun = source
      attempts.begins = before + 1
      partitions[partition] = attempts
      return before
    }
  }

  /// Forgets what was tried on a partition.
  public func clear(partition: Int) throws { partitions.withLock { $0[partition] = nil } }
}
