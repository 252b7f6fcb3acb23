internal import KafkaClient
internal import LodgingPipeline
internal import Synchronization

/// One topic as its readers see it: how many partitions it has, and a reader for each partition that was asked for.
final class TopicReader: Sendable {
  private struct State {
    /// How many partitions the cluster said there are; they can only become more.
    var count = 0
    var readers: [Int: PartitionReader] = [:]
  }

  private let topic: Topic
  private let asking: KafkaTopic
  private let fetching: KafkaTopic
  private let cluster: ReadingSide
  private let state = Mutex(State())

  init(_ topic: Topic, _ cluster: ReadingSide) throws(LogError) {
    self.topic = topic
    self.cluster = cluster
    let name = cluster.configuration.name(of: topic)
    do {
      asking = try KafkaTopic(name, cluster.asking)
      fetching = try KafkaTopic(name, cluster.fetching)
    } catch {
      throw .fatal("\(topic): \(error)")
    }
  }

  /// The number of partitions, asked of the cluster.
  func countPartitions() throws(LogError) -> Int {
    let count = try translating(TopicPartition(topic, 0)) { () throws(KafkaError) in
      try asking.partitionCount(timeout: cluster.configuration.patience)
    }
    state.withLock { $0.count = count }
    return count
  }

  /// Throws where the partition does not exist; the cluster is asked only about a partition beyond those known.
  func check(_ place: TopicPartition) throws(LogError) {
    if place.partition >= 0, place.partition < state.withLock({ $0.count }) { return }
    let count = try countPartitions()
    guard place.partition >= 0, place.partition < count else { throw .unknownPartition(place) }
  }

  /// Stops to fetch the partitions that nobody has read since a time.
  func rest(unusedSince time: ContinuousClock.Instant) {
    for reader in state.withLock({ Array($0.readers.values) }) { reader.rest(unusedSince: time) }
  }

  /// The reader of a partition.
  func reader(of place: TopicPartition) throws(LogError) -> PartitionReader {
    try check(place)
    return try state.withLock { state throws(LogError) in
      if let known = state.readers[place.partition] { return known }
      let made = try PartitionReader(place, asking: asking, fetching: fetching, cluster)
      state.readers[place.partition] = made
      return made
    }
  }
}
