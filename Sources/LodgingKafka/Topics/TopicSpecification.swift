package import LodgingPipeline

/// What a topic must be on the cluster.
package struct TopicSpecification: Sendable, Equatable {
  /// The topic.
  package var topic: Topic
  /// Its name on the cluster.
  package var name: String
  /// How many partitions it has.
  package var partitions: Int
  /// How many copies of each partition there are.
  package var replicas: Int
  /// What its settings must be, by name.
  package var settings: [String: TopicRequirement]
  /// The settings without which the register may not run on the topic.
  package var vital: Set<String>

  /// Makes a specification from its parts.
  package init(
    topic: Topic, name: String, partitions: Int, replicas: Int, settings: [String: TopicRequirement], vital: Set<String> = []
  ) {
    self.topic = topic
    self.name = name
    self.partitions = partitions
    self.replicas = replicas
    self.settings = settings
    self.vital = vital
  }
}

/// What a setting must be.
package enum TopicRequirement: Sendable, Equatable, CustomStringConvertible {
  /// This.
  case exactly(String)
  /// This number or a larger one.
  case atLeast(Int64)
  /// So many milliseconds or more, or without end (−1).
  case lasting(Int64)

  /// Whether a value will do.
  package func isMet(by value: String) -> Bool {
    switch self {
    case .exactly(let due): value == due
    case .atLeast(let due): Int64(value).map { $0 >= due } ?? false
    case .lasting(let due): Int64(value).map { $0 == -1 || $0 >= due } ?? false
    }
  }

  /// The value that a new topic gets.
  package var value: String {
    switch self {
    case .exactly(let value): value
    case .atLeast(let value), .lasting(let value): String(value)
    }
  }

  /// What is due, for a person.
  package var description: String {
    switch self {
    case .exactly(let value): value
    case .atLeast(let value): "\(value) or more"
    case .lasting(let value): "\(value) or more, or -1"
    }
  }
}

/// A topic as the cluster tells it.
package struct FoundTopic: Sendable, Equatable {
  /// The number of copies of each partition, by partition.
  package var replicas: [Int]
  /// Its settings by name, with the brokers' defaults; nil where the cluster does not tell them.
  package var settings: [String: String]?

  /// Makes a topic from its parts.
  package init(replicas: [Int], settings: [String: String]?) {
    self.replicas = replicas
    self.settings = settings
  }
}
