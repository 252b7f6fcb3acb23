internal import KafkaClient
internal import LodgingPipeline
internal import Synchronization

/// The groups that a process is a member of, each once.
final class Memberships: Sendable {
  private let configuration: KafkaLogConfiguration
  private let standing = Mutex<[String: GroupMembership]>([:])

  init(_ configuration: KafkaLogConfiguration) {
    self.configuration = configuration
  }

  /// Takes a seat in the membership of a group, which is joined in the background where this is the first one, or what was there before ends.
  ///
  /// A group is of one topic. Throws ``LogError/fatal(_:)`` for a setting that librdkafka refuses.
  func join(group: String, topic: Topic) throws(LogError) -> KafkaPartitionGroup {
    let name = configuration.name(ofGroup: group)
    do {
      let (membership, seat) = try standing.withLock { standing throws(KafkaError) in
        if let membership = standing[name], let seat = membership.takeSeat() { return (membership, seat) }
        let made = try GroupMembership(configuration.member(of: name), topics: [configuration.name(of: topic)], log: configuration.log)
        standing[name] = made
        return (made, made.takeSeat() ?? 0)
      }
      return KafkaPartitionGroup(group: group, topic: topic, membership, seat: seat, configuration)
    } catch {
      throw .fatal("group \(name): \(error)")
    }
  }
}
