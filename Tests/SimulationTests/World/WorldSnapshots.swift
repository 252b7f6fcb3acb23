import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// The snapshots of a world, with everything that was ever published and what happened to it.
final class WorldSnapshots: SnapshotStore {
  struct PublishingFailed: Error {}

  private struct State: Sendable {
    var published: [SnapshotName: [UInt8]] = [:]
    var lost: Set<SnapshotName> = []
    var cutOff: Set<SnapshotName> = []
    var loads = 0
    var conflicts = 0
    var failsPublishing = false
  }

  private let state = Guarded(State())
  static let keptMax = 3

  /// Every snapshot that was ever published, as it was.
  var published: [SnapshotName: [UInt8]] { state.with { $0.published } }
  /// How often a snapshot was loaded whole.
  var loads: Int { state.with { $0.loads } }
  /// How often other bytes were to be published under a name.
  var conflicts: Int { state.with { $0.conflicts } }

  /// Makes publishing fail or work again.
  func setFailsPublishing(_ fails: Bool) { state.with { $0.failsPublishing = fails } }

  /// Damages one of the snapshots that are kept; nil where there are none.
  func damage(using random: inout SeededGenerator) -> SnapshotName? {
    let names = state.with { $0.published.keys.sorted { ($0.partition, $0.position.offset) < ($1.partition, $1.position.offset) } }
    guard let name = random.pick(names) else { return nil }
    let isLost = random.chance(1, of: 2)
    state.with { state in _ = isLost ? state.lost.insert(name) : state.cutOff.insert(name) }
    return name
  }

  /// Puts other bytes under a name that is published.
  func forge(_ bytes: [UInt8], as name: SnapshotName) { state.with { $0.published[name] = bytes } }

  func list(partition: Int) throws -> [SnapshotName] {
    let names = state.with { $0.published.keys.filter { $0.partition == partition } }
    return Array(
      names.sorted { ($0.position.offset, $0.position.chain.first) > ($1.position.offset, $1.position.chain.first) }.prefix(Self.keptMax))
  }

  func load(_ name: SnapshotName) throws -> [UInt8]? {
    state.with { state in
      guard !state.lost.contains(name), let bytes = state.published[name] else { return nil }
      if state.cutOff.contains(name) { return Array(bytes.prefix(bytes.count / 2)) }
      state.loads += 1
      return bytes
    }
  }

  func publish(_ bytes: [UInt8], as name: SnapshotName) throws {
    try state.with { state in
      guard !state.failsPublishing else { throw PublishingFailed() }
      guard (state.published[name] ?? bytes) == bytes else {
        state.conflicts += 1
        throw SnapshotConflict(name: name)
      }
      state.published[name] = bytes
    }
  }
}
