package import LodgingPipeline

/// Asks a cluster about topics, and makes them.
package protocol TopicAdministration: Sendable {
  /// A topic by its name on the cluster, nil where there is none.
  func find(_ name: String) throws(LogError) -> FoundTopic?

  /// Makes a topic that does not exist, with the values that the specification's settings begin with.
  func make(_ specification: TopicSpecification) throws(LogError)
}

extension TopicAdministration {
  /// Makes the topics of a plan that do not exist and returns the names of those.
  ///
  /// Existing topics stay as they are. Where one cannot be made this throws, and those before it stay.
  package func makeMissing(_ plan: [TopicSpecification]) throws(LogError) -> [String] {
    var made: [String] = []
    for specification in plan where try find(specification.name) == nil {
      try make(specification)
      made.append(specification.name)
    }
    return made
  }

  /// Where the cluster's topics are not what a plan says.
  package func differences(from plan: [TopicSpecification]) throws(LogError) -> [TopicDifference] {
    var differences: [TopicDifference] = []
    for specification in plan { differences += specification.differences(from: try find(specification.name)) }
    return differences
  }
}
