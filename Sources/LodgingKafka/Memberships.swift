internal import KafkaClient
internal import LodgingPipeline
internal import Synchronization

/// The groups that a process is a member of, each once.
final class Memberships: Sendable {
  private let configuration: KafkaLogConfiguration
  private let standing = Mutex<[String: Standing]>([:])

  /// A membership for as long as somebody has a seat in it, or it is just ending: one that is kept longer would go on telling the group that
  /// the process lives.
  private struct Standing {
    weak var membership: GroupMembership?
  }

  init(_ configuration: KafkaLogConfiguration) {
    self.configuration = configuration
  }

  /// Takes a seat in the membership of a group, which is joined in the background where this is the first one, or what was there before ends.
  ///
  /// A group is of one topic. Throws ``LogError/fatal(_:)`` for a setting that librdkafka refuses, and ``LogError/unavailable(_:)`` while the
  /// membership before still has the name that this one would have.
  func join(group: String, topic: Topic) throws(LogError) -> KafkaPartitionGroup {
    let name = configuration.name(ofGroup: group)
    let (membership, seat) = try standing.withLock { standing throws(LogError) in
      if let former = standing[name]?.membership {
        if let seat = former.takeSeat() { return (former, seat) }
        // Two members under one name would displace each other.
        guard configuration.instance == nil || former.hasEnded else {
          throw .unavailable("group \(name): the membership before has not ended yet")
        }
      }
      let made = try make(name, topic)
      standing[name] = Standing(membership: made)
      return (made, GroupMembership.firstSeat)
    }
    return KafkaPartitionGroup(group: group, topic: topic, membership, seat: seat, configuration)
  }

  private func make(_ name: String, _ topic: Topic) throws(LogError) -> GroupMembership {
    do {
      return try GroupMembership(configuration.member(of: name), topics: [configuration.name(of: topic)], log: configuration.log)
    } catch {
      throw .fatal("group \(name): \(error)")
    }
  }
}
