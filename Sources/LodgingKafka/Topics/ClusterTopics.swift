internal import KafkaClient
package import LodgingPipeline

/// The topics of a Kafka cluster.
package struct ClusterTopics: TopicAdministration {
  private let admin: KafkaAdmin
  private let patience: Duration
  private let tellsSettings: Bool
  private let limit: Duration?
  private let start = ContinuousClock.now

  /// Connects in the background.
  ///
  /// - Parameters:
  ///   - configuration: How the cluster is reached.
  ///   - limit: How long all questions together may take, from now on; nil where each has its own time only.
  /// - Throws: ``LogError/fatal(_:)`` for a setting that librdkafka refuses.
  package init(_ configuration: KafkaLogConfiguration, within limit: Duration? = nil) throws(LogError) {
    patience = configuration.patience
    self.limit = limit
    // A mock cluster answers no such question, and each would be waited for.
    tellsSettings = !configuration.allowsCreateTime
    do {
      admin = KafkaAdmin(try KafkaConnection(configuration.looker(for: configuration.reader), log: configuration.log))
    } catch {
      throw .fatal("\(error)")
    }
  }

  /// A topic; its settings are nil where the cluster takes no such question, or forbids it.
  ///
  /// Throws ``LogError/unavailable(_:)`` where no answer comes in time: what it would have been is not known.
  package func find(_ name: String) throws(LogError) -> FoundTopic? {
    do {
      guard let layout = try admin.layout(of: name, timeout: left()) else { return nil }
      return FoundTopic(replicas: layout.replicas, settings: tellsSettings ? try settings(of: name) : nil)
    } catch {
      throw LogError(error, of: Topic(name), at: "topic \(name)")
    }
  }

  /// Makes a topic; that somebody else made it meanwhile is no error.
  package func make(_ specification: TopicSpecification) throws(LogError) {
    let order = KafkaNewTopic(
      name: specification.name, partitions: specification.partitions, replicas: specification.replicas,
      settings: specification.settings.mapValues(\.value))
    do {
      try admin.make(order, timeout: left())
    } catch {
      guard error.code != .topicExists else { return }
      throw LogError(error, of: specification.topic, at: "making topic \(specification.name)")
    }
  }

  private func settings(of name: String) throws(KafkaError) -> [String: String]? {
    do {
      return try admin.settings(of: name, timeout: left())
    } catch {
      guard Self.untold.contains(error.code) else { throw error }
      return nil
    }
  }

  /// How long the next question may take.
  private func left() throws(KafkaError) -> Duration {
    guard let limit else { return patience }
    let left = limit - (ContinuousClock.now - start)
    guard left > .zero else { throw KafkaError(.timedOut, reason: "all answers together took longer than \(limit)") }
    return min(left, patience)
  }

  /// What a cluster answers that does not tell settings; that none came in time says nothing of the kind.
  private static let untold: Set<KafkaError.Code> = [.unsupported, .topicForbidden, .clusterForbidden]
}
