import Glibc
package import LodgingPipeline

/// Groups of the processes that work on one folder, whatever log they read.
package enum FolderGroup {
  /// Joins a group: whoever holds its lock file, `GROUP.lock` in the folder, owns all partitions.
  ///
  /// The name holds `a-z`, `0-9`, `-` and `_` only.
  package static func join(_ group: String, in directory: String, partitions: Int) -> any PartitionGroup {
    EmbeddedGroup(lock: FileLock(path: "\(directory)/\(group).lock"), partitions: partitions)
  }
}

/// A group on one machine: whoever holds the lock file owns all partitions, the others wait for it.
final class EmbeddedGroup: PartitionGroup {
  /// How often a member looks whether the lock has become free, or was taken away.
  static let pollInterval: Duration = .milliseconds(20)

  private let lock: FileLock
  private let partitions: Int
  private var isAssigned = false
  private var hasLeft = false

  init(lock: FileLock, partitions: Int) {
    self.lock = lock
    self.partitions = partitions
  }

  func poll(timeout: Duration) throws(LogError) -> GroupChange? {
    let clock = ContinuousClock()
    let deadline = clock.now.advanced(by: timeout)
    while !hasLeft {
      if isAssigned, !lock.isHeld {
        isAssigned = false
        lock.release()
        return .revoked(Array(0..<partitions))
      }
      if !isAssigned, try lock.acquire() {
        isAssigned = true
        return .assigned(Array(0..<partitions))
      }
      let left = clock.now.duration(to: deadline)
      guard left > .zero else { break }
      usleep(UInt32(min(left, Self.pollInterval).components.attoseconds / 1_000_000_000_000))
    }
    return nil
  }

  /// Whether the lock is held; `position` says nothing more on one machine.
  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool {
    isAssigned && partition >= 0 && partition < partitions && lock.isHeld
  }

  func leave() {
    hasLeft = true
    isAssigned = false
    lock.release()
  }
}

@available(*, unavailable, message: "a membership belongs to one thread")
extension EmbeddedGroup: Sendable {}
