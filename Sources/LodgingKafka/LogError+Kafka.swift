internal import KafkaClient
internal import LodgingPipeline

extension LogError {
  /// What an error of the cluster means to the log's user.
  ///
  /// What may pass is unavailable; what somebody must mend, such as a missing right or a topic that takes too small records, is fatal.
  init(_ error: KafkaError, at place: TopicPartition) {
    switch error.code {
    case .unknownPartition: self = .unknownPartition(place)
    case .queueFull: self = .queueFull
    default: self.init(error, of: place.topic, at: "\(place)")
    }
  }

  /// What an error means that concerns a topic as a whole; `what` says what was tried.
  init(_ error: KafkaError, of topic: Topic, at what: String) {
    switch error.code {
    case .unknownTopic, .unknownTopicOrPartition: self = .unknownTopic(topic)
    default: self = error.isRetriable ? .unavailable("\(what): \(error)") : .fatal("\(what): \(error)")
    }
  }
}

/// Runs a call to the cluster and turns its error into the log's.
func translating<Result: ~Copyable>(_ place: TopicPartition, _ call: () throws(KafkaError) -> Result) throws(LogError) -> Result {
  do {
    return try call()
  } catch {
    throw LogError(error, at: place)
  }
}
