internal import KafkaClient
internal import LodgingPipeline

/// A seat in a process's membership in a group of the cluster.
///
/// When the group shares out anew, all members give everything up for a moment. This one goes on with what it had until it hears what it
/// has now, so that a partition that stays does not pause; who is the owner in between the ledger decides: whoever went on beside a new
/// owner finds that owner's entries before its own, and cannot confirm its ownership until the group has settled. Where it hears nothing
/// for ``KafkaLogConfiguration/sharingPatience``, it gives everything back.
final class KafkaPartitionGroup: PartitionGroup {
  private let membership: GroupMembership
  private let seat: Int
  private let name: String
  private let configuration: KafkaLogConfiguration
  private let topic: Topic
  private let topicName: String
  private let patience: Duration

  private var owned: Set<Int> = []
  /// Until when the member hears what it owns after the group began to share out anew; nil while it is settled.
  private var awaitedUntil: ContinuousClock.Instant?
  private var changes: [GroupChange] = []
  private var hasLeft = false

  /// Positions that were published and not committed yet.
  private var published: [Int: Int64] = [:]
  private var committed = ContinuousClock.now

  /// How often published positions are committed.
  private static let commitInterval: Duration = .seconds(1)
  /// How long the group's answers to a leaving member are waited for, all in all.
  private static let leaveTimeout: Duration = .seconds(3)

  /// Takes over a seat that was taken.
  init(group: String, topic: Topic, _ membership: GroupMembership, seat: Int, _ configuration: KafkaLogConfiguration) {
    name = configuration.name(ofGroup: group)
    self.membership = membership
    self.seat = seat
    self.configuration = configuration
    self.topic = topic
    topicName = configuration.name(of: topic)
    patience = configuration.patience
  }

  deinit {
    membership.drop(seat)
  }

  func poll(timeout: Duration) throws(LogError) -> GroupChange? {
    guard !hasLeft else { return nil }
    let deadline = ContinuousClock.now + timeout
    repeat {
      if changes.isEmpty { try hear(timeout: ContinuousClock.now.duration(to: min(deadline, awaitedUntil ?? deadline))) }
      if let awaitedUntil, awaitedUntil <= .now { settle([]) }
    } while changes.isEmpty && ContinuousClock.now < deadline
    commitPublished()
    return changes.isEmpty ? nil : changes.removeFirst()
  }

  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool {
    guard owned.contains(partition), awaitedUntil == nil, !hasLeft, !membership.hasChanges(seat) else { return false }
    do {
      try membership.offsets.commit([place(partition, max(0, position))], note: configuration.commitNote, timeout: patience)
      published[partition] = nil
      // A member that the group has forgotten commits as a stranger, which an empty group allows. What the member has heard meanwhile the
      // commit may have been taken under.
      return !membership.offsets.isLost && !membership.hasChanges(seat)
    } catch {
      if Self.othersCodes.contains(error.code) { return false }
      throw LogError(error, of: topic, at: "group \(name)")
    }
  }

  func publish(position: Int64, of partition: Int) {
    guard owned.contains(partition), position >= 0 else { return }
    published[partition] = position
  }

  func committedPosition(of partition: Int) throws(LogError) -> Int64? {
    do {
      return try membership.offsets.committed([KafkaPartition(topic: topicName, number: Int32(clamping: partition))], timeout: patience)
        .first??.offset
    } catch {
      throw LogError(error, of: topic, at: "group \(name)")
    }
  }

  func leave() {
    guard !hasLeft else { return }
    hasLeft = true
    let deadline = ContinuousClock.now + Self.leaveTimeout
    if awaitedUntil == nil, !published.isEmpty, !membership.offsets.isLost {
      // For lag tools only: the ledger knows.
      try? membership.offsets.commit(published.map { place($0, $1) }, note: configuration.commitNote, timeout: Self.leaveTimeout / 2)
    }
    owned = []
    membership.leave(seat, until: deadline)
  }

  /// Codes by which the coordinator says that the group has gone on without this member, or is just sharing out.
  private static let othersCodes: Set<KafkaError.Code> = [.illegalGeneration, .unknownMember, .rebalanceInProgress, .fencedInstance]

  private func hear(timeout: Duration) throws(LogError) {
    let news = membership.takeNews(of: seat, timeout: timeout)
    for change in news.changes {
      switch change {
      case .assigned(let partitions): settle(partitions.map { Int($0.number) })
      case .revoked: awaitedUntil = .now + configuration.sharingPatience
      case .lost: settle([])
      }
    }
    configuration.observe(.member, news.statistics)
    guard let failure = news.failure else { return }
    guard failure.code != .fencedInstance else { throw .displaced("group \(name), instance \(configuration.instance ?? "")") }
    throw LogError(failure, of: topic, at: "group \(name)")
  }

  /// Notes what the member owns now, and what that changes.
  private func settle(_ partitions: [Int]) {
    awaitedUntil = nil
    let now = Set(partitions)
    let gone = owned.subtracting(now).sorted()
    let come = now.subtracting(owned).sorted()
    owned = now
    for partition in gone { published[partition] = nil }
    if !gone.isEmpty { changes.append(.revoked(gone)) }
    if !come.isEmpty { changes.append(.assigned(come)) }
  }

  private func commitPublished() {
    guard awaitedUntil == nil, !published.isEmpty, committed + Self.commitInterval <= .now else { return }
    committed = .now
    // What fails here is committed with the next positions.
    try? membership.offsets.commitLater(published.map { place($0, $1) }, note: configuration.commitNote)
    published.removeAll()
  }

  private func place(_ partition: Int, _ offset: Int64) -> KafkaPosition {
    KafkaPosition(KafkaPartition(topic: topicName, number: Int32(clamping: partition)), offset: offset)
  }
}

@available(*, unavailable, message: "a membership belongs to one thread")
extension KafkaPartitionGroup: Sendable {}
