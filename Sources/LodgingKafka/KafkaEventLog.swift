internal import KafkaClient
package import LodgingPipeline
internal import Synchronization

/// The log on a Kafka cluster.
///
/// All reading shares two connections, one that fetches ahead and one that asks and looks at single records, and each appender has a producer
/// of its own. Topics that others' producers write have two further connections, which pass over what a transaction gave up. A partition has
/// one read position: two readers of one partition at different offsets get what they ask for, but each makes the other fetch anew, so give
/// each a log of its own. What is fetched ahead of the readers is bounded by `queued.max.messages.kbytes` for each partition that is read;
/// where nobody reads on for half a minute, nothing is.
///
/// An append is acknowledged once all in-sync replicas have it. A record whose time the broker did not set is refused, unless
/// ``KafkaLogConfiguration/allowsCreateTime``.
package final class KafkaEventLog: EventLog {
  private let configuration: KafkaLogConfiguration
  private let cluster: ReadingSide
  /// For what others' producers write; made when the first such topic is read.
  private let others = Mutex<ReadingSide?>(nil)
  /// Nil where nobody wants to know how the connections fare.
  private let rounds: StatisticsRounds?
  private let topics = Mutex<[Topic: TopicReader]>([:])
  private let tidied = Mutex(ContinuousClock.now)
  private let memberships: Memberships

  /// Makes a log and returns at once; brokers are reached in the background.
  ///
  /// Throws ``LogError/fatal(_:)`` for a setting that librdkafka refuses.
  package init(_ configuration: KafkaLogConfiguration) throws(LogError) {
    self.configuration = configuration
    memberships = Memberships(configuration)
    cluster = try ReadingSide(configuration)
    rounds = configuration.observationMilliseconds.map(StatisticsRounds.init)
    visit(cluster)
  }

  /// The number of partitions, asked of the cluster.
  package func partitions(of topic: Topic) throws(LogError) -> Int {
    try reader(of: topic).countPartitions()
  }

  /// The first offset that is still held and the one after the last, asked of the partition's leader.
  package func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    try reader(of: place).bounds()
  }

  /// The offset after the last, asked of the partition's leader: one question where the bounds take two.
  package func end(of place: TopicPartition) throws(LogError) -> Int64 {
    try reader(of: place).end()
  }

  /// Calls `body` for the records from `offset` on; see the port.
  ///
  /// Where nothing has been fetched, the leader is asked for the end, so that a record that anybody got acknowledged before the call is seen.
  package func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    try reader(of: place).read(from: offset, limit: limit, body)
  }

  /// Whether something has been fetched at each of some positions; starts to fetch there, and asks nobody.
  package func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    let topicReader = try reader(of: topic)
    var answers: [Bool] = []
    answers.reserveCapacity(positions.count)
    for position in positions {
      answers.append(try topicReader.reader(of: TopicPartition(topic, position.partition)).isReady(at: position.offset))
    }
    return answers
  }

  /// Blocks until something has been fetched at one of `positions`, or until `timeout` has passed.
  package func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    var readers: [(reader: PartitionReader, position: Int64)] = []
    for (place, position) in positions { readers.append((try reader(of: place), position)) }
    tidy()
    try cluster.arrivals.wait(timeout: timeout) { () throws(LogError) in
      for (reader, position) in readers where try reader.isReady(at: position) { return true }
      return false
    }
  }

  /// Makes an appender with a producer of its own.
  package func makeAppender() throws(LogError) -> any LogAppender {
    try KafkaLogAppender(
      configuration, hire: { [self] producer in visit(producer) }, check: { [self] place throws(LogError) in try check(place) })
  }

  /// Joins a group of the cluster, named with the prefix, whose members share out the topic's partitions.
  ///
  /// Who joins one group more than once over one log is one member of it, whose partitions they share out among themselves.
  package func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup {
    _ = try partitions(of: topic)
    return try memberships.join(group: group, topic: topic)
  }

  /// What a group has committed on a topic, for each partition in order; nil where that is nothing.
  ///
  /// The group's coordinator is asked by somebody who is no member. Throws ``LogError/unavailable(_:)`` where it does not answer.
  package func commits(of group: String, topic: Topic) throws(LogError) -> [GroupCommit?] {
    let (name, topicName) = (configuration.name(ofGroup: group), configuration.name(of: topic))
    let places = (0..<Int32(clamping: try partitions(of: topic))).map { KafkaPartition(topic: topicName, number: $0) }
    do {
      let asking = try KafkaConnection(configuration.reader.setting("group.id", to: name), log: configuration.log)
      return try asking.committed(places, timeout: configuration.patience).map { commit in
        commit.map { GroupCommit(position: $0.offset, note: $0.note) }
      }
    } catch {
      throw LogError(error, of: topic, at: "group \(name)")
    }
  }

  /// How long a partition that nobody reads is still fetched ahead.
  private static let idleTime: Duration = .seconds(30)

  /// What is due now and then, done by those who wait: rests readers.
  private func tidy() {
    let now = ContinuousClock.now
    let isDue = tidied.withLock { tidied in
      guard now - tidied > Self.idleTime / 6 else { return false }
      tidied = now
      return true
    }
    guard isDue else { return }
    for reader in topics.withLock({ Array($0.values) }) { reader.rest(unusedSince: now - Self.idleTime) }
  }

  // MARK: What connections tell

  private func visit(_ side: ReadingSide) {
    let (asking, fetching) = (side.asking, side.fetching)
    rounds?.add { [configuration, weak asking, weak fetching] in
      guard let asking, let fetching else { return false }
      configuration.observe(.reader, fetching.takeStatistics())
      configuration.observe(.looker, asking.takeStatistics())
      return true
    }
  }

  private func visit(_ producer: SharedProducer) {
    rounds?.add { [configuration, weak producer] in
      guard let producer else { return false }
      configuration.observe(.producer, producer.takeStatisticsBeside())
      return true
    }
  }

  // MARK: Topics

  /// Throws where a place does not exist; asks the cluster only about what it has not seen before.
  private func check(_ place: TopicPartition) throws(LogError) {
    try reader(of: place.topic).check(place)
  }

  private func reader(of place: TopicPartition) throws(LogError) -> PartitionReader {
    try reader(of: place.topic).reader(of: place)
  }

  private func reader(of topic: Topic) throws(LogError) -> TopicReader {
    try topics.withLock { topics throws(LogError) in
      if let known = topics[topic] { return known }
      let made = try TopicReader(topic, topic.isOthers ? othersSide() : cluster)
      topics[topic] = made
      return made
    }
  }

  private func othersSide() throws(LogError) -> ReadingSide {
    try others.withLock { others throws(LogError) in
      if let made = others { return made }
      let made = try ReadingSide(configuration, beside: cluster)
      others = made
      visit(made)
      return made
    }
  }
}

/// What a group has committed for a partition.
package struct GroupCommit: Sendable, Hashable {
  /// The offset of the next record.
  package var position: Int64
  /// What whoever committed it noted beside it, see ``KafkaLogConfiguration/commitNote``; nil where that is nothing.
  package var note: String?

  /// Makes it from its parts.
  package init(position: Int64, note: String?) {
    self.position = position
    self.note = note
  }
}
