public import LodgingPipeline
import Synchronization

/// Groups: who owns which partition in truth, and who only believes so.
extension SimulatedLog {
  /// Joins a group as a member whose number is known; the first member owns all partitions.
  public func joinSimulated(group: String, topic: Topic) throws(LogError) -> SimulatedMember {
    let number = try state.withLock { state throws(LogError) in
      try state.throwInjected(.join, nil)
      guard let partitions = state.topics[topic]?.count else { throw .unknownTopic(topic) }
      return state.groups[group, default: SimulatedGroupState(partitions: partitions)].join()
    }
    return SimulatedMember(log: self, group: group, number: number)
  }

  /// The number of the member that owns each partition of a group, nil where nobody does.
  public func owners(of group: String) -> [Int?] {
    state.withLock { $0.groups[group]?.owners.map { $0.member } ?? [] }
  }

  /// Gives partitions to another member, or to nobody, at once; whoever owned them learns it at its next poll and may write until then.
  ///
  /// Giving a partition to its own member begins a new generation: the member hears of a revocation and of an assignment.
  public func move(_ partitions: [Int], of group: String, to member: Int?) {
    state.withLock { $0.groups[group]?.move(partitions, to: member) }
  }
}

/// A membership in a group of a ``SimulatedLog``.
public final class SimulatedMember: PartitionGroup {
  /// Its number within the group, from 0 in the order of joining.
  public let number: Int
  private let group: String
  private let log: SimulatedLog

  init(log: SimulatedLog, group: String, number: Int) {
    self.log = log
    self.group = group
    self.number = number
  }

  deinit { leave() }

  /// Returns what changed, or nil at once.
  public func poll(timeout: Duration) throws(LogError) -> GroupChange? {
    try log.state.withLock { state throws(LogError) in
      try state.throwInjected(.group, nil)
      return state.groups[group]?.poll(number)
    }
  }

  /// Whether the partition is this member's in truth, under the generation that it was told of.
  public func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool {
    try log.state.withLock { state throws(LogError) in
      try state.throwInjected(.group, nil)
      return state.groups[group]?.confirms(number, partition) ?? false
    }
  }

  /// Gives everything back; the member that joined first among the others owns it from then on.
  public func leave() {
    log.state.withLock { $0.groups[group]?.leave(number) }
  }
}

@available(*, unavailable, message: "a membership belongs to one thread")
extension SimulatedMember: Sendable {}

/// A group of a simulated log.
struct SimulatedGroupState: Sendable {
  private(set) var owners: [Owner]
  private var members: [Member] = []
  private var generation = 0

  struct Owner: Sendable {
    var member: Int?
    var generation = 0
  }

  private struct Member: Sendable {
    /// The generation under which the member was told of each partition that it believes its own.
    var told: [Int?]
    var isGone = false
  }

  init(partitions: Int) {
    owners = Array(repeating: Owner(), count: partitions)
  }

  mutating func join() -> Int {
    members.append(Member(told: Array(repeating: nil, count: owners.count)))
    if members.count(where: { !$0.isGone }) == 1 { move(Array(owners.indices), to: members.count - 1) }
    return members.count - 1
  }

  mutating func leave(_ member: Int) {
    guard !members[member].isGone else { return }
    members[member] = Member(told: Array(repeating: nil, count: owners.count), isGone: true)
    move(owners.indices.filter { owners[$0].member == member }, to: members.firstIndex { !$0.isGone })
  }

  mutating func move(_ partitions: [Int], to member: Int?) {
    generation += 1
    for partition in partitions where owners.indices.contains(partition) {
      owners[partition] = Owner(member: member, generation: generation)
    }
  }

  mutating func poll(_ member: Int) -> GroupChange? {
    guard !members[member].isGone else { return nil }
    let revoked = owners.indices.filter { members[member].told[$0] != nil && !confirms(member, $0) }
    if !revoked.isEmpty {
      for partition in revoked { members[member].told[partition] = nil }
      return .revoked(revoked)
    }
    let assigned = owners.indices.filter { owners[$0].member == member && members[member].told[$0] == nil }
    guard !assigned.isEmpty else { return nil }
    for partition in assigned { members[member].told[partition] = owners[partition].generation }
    return .assigned(assigned)
  }

  func confirms(_ member: Int, _ partition: Int) -> Bool {
    guard owners.indices.contains(partition), owners[partition].member == member else { return false }
    return members[member].told[partition] == owners[partition].generation
  }
}
