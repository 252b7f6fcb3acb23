/// Where snapshots of partition states lie, readable by any node that may come to own the partition.
///
/// A snapshot is published whole or not at all, and never changes under its name.
public protocol SnapshotStore: Sendable {
  /// The snapshots of a partition, highest offset first.
  func list(partition: Int) throws -> [SnapshotName]

  /// The bytes of a snapshot after their digest was compared; nil where it is missing, cut off or damaged.
  func load(_ name: SnapshotName) throws -> [UInt8]?

  /// Publishes a snapshot. Publishing the same name again changes nothing; older ones beyond a few are removed.
  ///
  /// Throws ``SnapshotConflict`` where other bytes are published under the name already; they stay.
  func publish(_ bytes: [UInt8], as name: SnapshotName) throws
}

/// The name of a snapshot: the state right after this entry.
public struct SnapshotName: Hashable, Sendable {
  /// The partition.
  public var partition: Int
  /// The entry.
  public var position: ChainPosition

  /// Makes a name from its parts.
  public init(partition: Int, position: ChainPosition) {
    self.partition = partition
    self.position = position
  }
}

/// Two states were published for one chain value: somebody folds differently, and an operator must know.
public struct SnapshotConflict: Error, Hashable, Sendable {
  /// The name that both have.
  public var name: SnapshotName

  /// Makes the error for a name.
  public init(name: SnapshotName) { self.name = name }
}

extension SnapshotConflict: CustomStringConvertible {
  /// What happened, for an operator.
  public var description: String {
    "another state was published for partition \(name.partition), offset \(name.position.offset): two processes fold the ledger differently"
  }
}
