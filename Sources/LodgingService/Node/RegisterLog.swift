package import LodgingKafka
package import LodgingPipeline
import LodgingStore
package import LodgingWire

/// The log of a register, of either kind, with what only one kind can do.
package struct RegisterLog: EventLog {
  /// The number of partitions of events and ledger.
  package let partitionCount: Int
  private let log: any EventLog
  /// The log where it is one file of the data folder, nil on a cluster.
  private let embedded: EmbeddedLog?
  /// The log where it is a cluster, nil where it is embedded.
  private let cluster: KafkaEventLog?
  private let folder: DataFolder
  /// The name of the topic that carries events; nil on the embedded log.
  let eventsTopic: String?
  /// Which ledger it is, as a cluster's first genesis entry says; nil on the embedded log.
  let ledgerID: LedgerID?

  /// Opens the log; with `isReadOnly` nothing can be appended to the embedded one, and nothing of it changes.
  ///
  /// `version` is the newest version of the ledger that who opens it knows; whoever joins a cluster's group notes it beside each commit.
  /// Throws what the file or the cluster throws, ``ServiceError/logLost(_:)`` where the file is gone from what was folded from it, and
  /// ``ServiceError/topicRefused(_:)`` where nothing may be decided on a cluster's topics.
  init(
    _ choice: LogChoice, folder: DataFolder, clock: any PipelineClock, isReadOnly: Bool = false, knowing version: LedgerVersion? = nil
  ) throws {
    self.folder = folder
    switch choice {
    case .embedded:
      eventsTopic = nil
      _ = try folder.hasLog()
      let file = try EmbeddedLog(directory: folder.path, clock: clock, settings: LogSettings(isReadOnly: isReadOnly))
      (embedded, cluster, log, partitionCount, ledgerID) = (file, nil, file, file.partitionCount, nil)
    case .kafka(var configuration):
      configuration.commitNote = version?.note
      eventsTopic = configuration.name(of: .events)
      let kafka = try KafkaEventLog(configuration)
      let topics: (any TopicAdministration)? = configuration.allowsCreateTime ? nil : try ClusterTopics(configuration)
      let genesis = try Self.examine(kafka, names: configuration, topics)
      (embedded, cluster, log, partitionCount, ledgerID) = (nil, kafka, kafka, Int(genesis.partitions), genesis.ledgerID)
    }
  }

  /// Whether a cluster's topics can carry a register, and the genesis entry of its first partition.
  ///
  /// `topics` tells the topics' settings; nil where a test takes them as they are. Throws ``ServiceError/topicRefused(_:)`` with what to do,
  /// and what the cluster throws.
  package static func examine(
    _ log: any EventLog, names: KafkaLogConfiguration, _ topics: (any TopicAdministration)?
  ) throws -> Genesis {
    for topic in TopicPlan.vitalTopics { _ = try log.partitions(of: topic) }
    guard let genesis = try Genesis.first(of: 0, in: log) else {
      throw ServiceError.topicRefused(
        "\(names.name(of: .ledger)) does not begin with a genesis entry; if it is new, run `lodging topics create`; if it had entries, they "
          + "are lost, or a restore was not ended: put a backup onto it with `lodging restore`")
    }
    try examine(log, partitions: Int(genesis.partitions), names: names, topics)
    return genesis
  }

  /// Whether a cluster's topics can carry a ledger over so many partitions, whether it has begun there or not.
  ///
  /// Throws ``ServiceError/topicRefused(_:)`` with what to do, and what the cluster throws.
  static func examine(
    _ log: any EventLog, partitions: Int, names: KafkaLogConfiguration, _ topics: (any TopicAdministration)?
  ) throws {
    var plan = TopicPlan()
    plan.partitions = partitions
    // How many copies there are is for `lodging topics check` to say.
    plan.replicas = 1
    for specification in plan.topics(name: names.name) where TopicPlan.vitalTopics.contains(specification.topic) {
      let count = try log.partitions(of: specification.topic)
      var found = FoundTopic(replicas: Array(repeating: 1, count: count), settings: [:])
      if let topics {
        guard let told = try topics.find(specification.name) else {
          throw LogError.unavailable("\(specification.name): there by one answer and not by the next")
        }
        found = told
      }
      let refused = specification.differences(from: found).first { $0.isRefused && (topics != nil || $0.kind == .partitions) }
      guard let refused else { continue }
      throw ServiceError.topicRefused("\(refused.topic): \(refused.words); \(refused.remedy)")
    }
  }

  /// Whether the log is one file of the data folder.
  package var isEmbedded: Bool { embedded != nil }

  /// Joins those who decide: on the embedded log whoever comes first decides; on a cluster a command is a spectator, and the group of its
  /// validators never hears of it.
  package func joinDeciding() throws(LogError) -> any PartitionGroup {
    embedded == nil ? Spectator() : try log.join(group: Self.deciding, topic: .events)
  }

  /// Joins those processes that fold into the register of this data folder; one of them does, for all partitions.
  package func joinFolding() -> any PartitionGroup {
    FolderGroup.join("projections", in: folder.path, partitions: partitionCount)
  }

  /// Whether some process decides; a cluster is not asked and taken to have validators.
  package func isDecided() throws(LogError) -> Bool { try embedded?.isHeld(group: Self.deciding) ?? true }

  /// What the owner of each partition noted when it last committed, in order; nil on the embedded log, where nothing is committed.
  ///
  /// Throws ``LogError`` where the group's coordinator does not answer, or not this principal.
  package func ownersNotes() throws(LogError) -> [OwnersNote]? {
    try cluster?.commits(of: Self.deciding, topic: .events).prefix(partitionCount).map { commit in
      commit.map { .note($0.note) } ?? .noCommit
    }
  }

  /// Removes decided events before an offset and returns the first that is still held; a cluster does so by its topics' retention.
  @discardableResult
  package func trimEvents(of partition: Int, before offset: Int64) throws(LogError) -> Int64 {
    guard let embedded else { return try bounds(of: TopicPartition(.events, partition)).start }
    return try embedded.trimEvents(of: partition, before: offset)
  }

  private static let deciding = "validator"

  /// The number of partitions of a topic; of events and ledger those that the ledger was begun with, since surplus ones are left alone.
  package func partitions(of topic: Topic) throws(LogError) -> Int {
    let count = try log.partitions(of: topic)
    return TopicPlan.vitalTopics.contains(topic) ? min(count, partitionCount) : count
  }

  package func bounds(of place: TopicPartition) throws(LogError) -> LogBounds { try log.bounds(of: place) }

  package func end(of place: TopicPartition) throws(LogError) -> Int64 { try log.end(of: place) }

  package func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    try log.read(place, from: offset, limit: limit, body)
  }

  package func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    try log.mayHaveRecords(in: topic, at: positions)
  }

  package func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    try log.waitForRecords(after: positions, timeout: timeout)
  }

  package func makeAppender() throws(LogError) -> any LogAppender { try log.makeAppender() }

  package func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try log.join(group: group, topic: topic) }
}

extension EventLog {
  /// Appends records of one partition and waits until they are there.
  ///
  /// Throws ``ServiceError/appendFailed(_:)`` where the log did not take them, and what it throws by itself; they may land all the same.
  func append(_ records: [NewRecord], to place: TopicPartition) throws {
    let appender = try makeAppender()
    try appender.submit(records, to: place, tag: 0)
    for acknowledgement in try appender.settle(1) {
      if case .failure(let error) = acknowledgement.result { throw ServiceError.appendFailed("\(error)") }
    }
  }
}

/// A membership that owns nothing.
private final class Spectator: PartitionGroup {
  func poll(timeout: Duration) throws(LogError) -> GroupChange? { nil }
  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool { false }
  func leave() {}
}

@available(*, unavailable, message: "a membership belongs to one thread")
extension Spectator: Sendable {}
