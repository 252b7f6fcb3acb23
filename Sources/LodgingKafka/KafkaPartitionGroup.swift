internal import KafkaClient
internal import LodgingPipeline

/// A membership in a group of the cluster.
///
/// When the group shares out anew, all members give everything up for a moment. This one goes on with what it had until it hears what it
/// has now, so that a partition that stays does not pause; who is the owner in between the ledger decides. Where it hears nothing within the
/// session's time, others may have been given its partitions, and it gives them back.
final class KafkaPartitionGroup: PartitionGroup {
  private var member: KafkaGroupMember
  private let name: String
  private let configuration: KafkaLogConfiguration
  private let topic: Topic
  private let topicName: String
  private let patience: Duration
  private let sessionTimeout: Duration

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

  /// Joins in the background.
  ///
  /// Throws ``LogError/fatal(_:)`` for a setting that librdkafka refuses.
  init(group: String, topic: Topic, _ configuration: KafkaLogConfiguration) throws(LogError) {
    name = configuration.name(ofGroup: group)
    let settings = configuration.member(of: name)
    self.configuration = configuration
    self.topic = topic
    topicName = configuration.name(of: topic)
    patience = configuration.patience
    sessionTimeout = .milliseconds(settings.settings["session.timeout.ms"].flatMap { Int64($0) } ?? 45_000)
    do {
      member = try KafkaGroupMember(settings, topics: [topicName], log: configuration.log)
    } catch {
      throw .fatal("group \(name): \(error)")
    }
  }

  func poll(timeout: Duration) throws(LogError) -> GroupChange? {
    guard !hasLeft else { return nil }
    let deadline = ContinuousClock.now + timeout
    repeat {
      if changes.isEmpty { try hear(timeout: ContinuousClock.now.duration(to: min(deadline, awaitedUntil ?? deadline))) }
      if let awaitedUntil, awaitedUntil <= .now { settle([]) }
    } while changes.isEmpty && ContinuousClock.now < deadline
    commitPublished()
    configuration.observe(.member, member.takeStatistics())
    return changes.isEmpty ? nil : changes.removeFirst()
  }

  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool {
    guard owned.contains(partition), awaitedUntil == nil, !hasLeft else { return false }
    do {
      try member.commit([place(partition, max(0, position))], timeout: patience)
      published[partition] = nil
      // A member that the group has forgotten commits as a stranger, which an empty group allows.
      return !member.isLost
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
      return try member.committed([KafkaPartition(topic: topicName, number: Int32(clamping: partition))], timeout: patience).first ?? nil
    } catch {
      throw LogError(error, of: topic, at: "group \(name)")
    }
  }

  func leave() {
    guard !hasLeft else { return }
    hasLeft = true
    let deadline = ContinuousClock.now + Self.leaveTimeout
    if awaitedUntil == nil, !published.isEmpty, !member.isLost {
      // For lag tools only: the ledger knows.
      try? member.commit(published.map { place($0, $1) }, timeout: Self.leaveTimeout / 2)
    }
    owned = []
    member.leave(timeout: ContinuousClock.now.duration(to: deadline))
  }

  /// Codes by which the coordinator says that the group has gone on without this member, or is just sharing out.
  private static let othersCodes: Set<KafkaError.Code> = [.illegalGeneration, .unknownMember, .rebalanceInProgress, .fencedInstance]

  private func hear(timeout: Duration) throws(LogError) {
    // librdkafka calls back inside the poll; what to do follows once it has returned.
    var heard: [KafkaGroupChange] = []
    let result = Result { () throws(KafkaError) in try member.poll(timeout: timeout) { heard.append($0) } }
    for change in heard {
      switch change {
      case .assigned(let partitions): settle(partitions.map { Int($0.number) })
      case .revoked: awaitedUntil = .now + sessionTimeout
      case .lost: settle([])
      }
    }
    do {
      try result.get()
    } catch {
      // A broker that went away ends no membership: whoever gave everything back for it would make all share out anew.
      guard !error.isRetriable else { return }
      throw LogError(error, of: topic, at: "group \(name)")
    }
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
    try? member.commitLater(published.map { place($0, $1) })
    published.removeAll()
  }

  private func place(_ partition: Int, _ offset: Int64) -> KafkaPosition {
    KafkaPosition(KafkaPartition(topic: topicName, number: Int32(clamping: partition)), offset: offset)
  }
}

@available(*, unavailable, message: "a membership belongs to one thread")
extension KafkaPartitionGroup: Sendable {}
