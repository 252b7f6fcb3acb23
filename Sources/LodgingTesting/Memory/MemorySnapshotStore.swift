public import LodgingPipeline
import Synchronization

/// Snapshots in memory, with faults that a test switches on.
public final class MemorySnapshotStore: SnapshotStore {
  /// What goes wrong from now on.
  public struct Faults: Sendable {
    /// Whether publishing fails; nothing is published then.
    public var failsPublishing = false
    /// Whether loading finds every snapshot missing.
    public var losesSnapshots = false
    /// Whether loading returns bytes of which one is wrong, as a store would that compares no digest.
    public var damagesBytes = false

    /// No faults.
    public init() {}
  }

  /// The error of a publication that was told to fail.
  public struct PublishingFailed: Error, Sendable {}

  /// Snapshots of a partition that are kept.
  public static let keptMax = 3

  private struct State: Sendable {
    var snapshots: [SnapshotName: [UInt8]] = [:]
    var faults = Faults()

    func names(of partition: Int) -> [SnapshotName] {
      snapshots.keys.filter { $0.partition == partition }.sorted { $0.position.offset > $1.position.offset }
    }
  }

  private let state = Mutex(State())

  /// An empty store without faults.
  public init() {}

  /// Changes what goes wrong.
  public func setFaults(_ change: (inout Faults) -> Void) { state.withLock { change(&$0.faults) } }

  /// All snapshots that are kept, faults aside.
  public var snapshots: [SnapshotName: [UInt8]] { state.withLock { $0.snapshots } }

  /// The snapshots of a partition, highest offset first.
  public func list(partition: Int) throws -> [SnapshotName] { state.withLock { $0.names(of: partition) } }

  /// The bytes of a snapshot as the faults allow it.
  public func load(_ name: SnapshotName) throws -> [UInt8]? {
    state.withLock { state in
      guard !state.faults.losesSnapshots, var bytes = state.snapshots[name] else { return nil }
      if state.faults.damagesBytes, !bytes.isEmpty { bytes[bytes.count / 2] ^= 1 }
      return bytes
    }
  }

  /// Publishes a snapshot; throws ``PublishingFailed`` while that is switched on, and `SnapshotConflict` for other bytes under a known
  /// name.
  public func publish(_ bytes: [UInt8], as name: SnapshotName) throws {
    try state.withLock { state in
      guard !state.faults.failsPublishing else { throw PublishingFailed() }
      if let published = state.snapshots[name] {
        guard published == bytes else { throw SnapshotConflict(name: name) }
        return
      }
      state.snapshots[name] = bytes
      for old in state.names(of: name.partition).dropFirst(Self.keptMax) { state.snapshots[old] = nil }
    }
  }
}
