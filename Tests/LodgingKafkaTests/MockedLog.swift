import KafkaClient
import KafkaMock
import LodgingKafka
import LodgingPipeline

/// A mock cluster with the topics of the log.
struct MockedLog {
  let cluster: KafkaMockCluster

  init(partitions: Int, brokers: Int = 1) throws {
    cluster = try KafkaMockCluster(brokers: brokers)
    for topic in [Topic.events, .ledger] { try cluster.makeTopic(name(of: topic), partitions: partitions) }
    // The mock makes any topic that is asked about; a real cluster is told not to.
    let unknownTopicOrPartition: Int32 = 3
    cluster.setError(of: name(of: Topic("no-such-topic")), to: unknownTopicOrPartition)
  }

  /// A topic's name on the cluster.
  func name(of topic: Topic) -> String { KafkaLogConfiguration(bootstrapServers: "") { _, _ in }.name(of: topic) }

  /// The offsets that the validators' group has committed on the events' first partitions, 0 where it has none.
  func committed(_ partitions: Int) throws -> [Int64] {
    let configuration = KafkaConfiguration.reader(bootstrapServers: cluster.bootstrapServers).setting("group.id", to: "lodging.validator")
    let places = (0..<Int32(partitions)).map { KafkaPartition(topic: name(of: .events), number: $0) }
    return try KafkaConnection(configuration) { _ in }.committed(places, timeout: .seconds(60)).map { $0?.offset ?? 0 }
  }

  /// A log with settings that make the mock answer at once.
  func makeLog(_ change: (inout KafkaLogConfiguration) -> Void = { _ in }) throws -> KafkaEventLog {
    var configuration = KafkaLogConfiguration(bootstrapServers: cluster.bootstrapServers) { _, _ in }
    configuration.allowsCreateTime = true
    configuration.patience = .seconds(60)
    configuration.settings = ["reconnect.backoff.ms": "10"]
    configuration.memberSettings = ["heartbeat.interval.ms": "200"]
    configuration.readerSettings = ["fetch.wait.max.ms": "5", "fetch.error.backoff.ms": "10"]
    change(&configuration)
    return try KafkaEventLog(configuration)
  }
}
