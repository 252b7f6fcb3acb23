import KafkaMock
import LodgingKafka
import LodgingPipeline

/// A mock cluster with the topics of the log.
struct MockedLog {
  let cluster: KafkaMockCluster

  init(partitions: Int) throws {
    cluster = try KafkaMockCluster(brokers: 1)
    let names = KafkaLogConfiguration(bootstrapServers: "") { _ in }
    for topic in [Topic.events, .ledger] { try cluster.makeTopic(names.name(of: topic), partitions: partitions) }
    // The mock makes any topic that is asked about; a real cluster is told not to.
    let unknownTopicOrPartition: Int32 = 3
    cluster.setError(of: names.name(of: Topic("no-such-topic")), to: unknownTopicOrPartition)
  }

  /// A log with settings that make the mock answer at once.
  func makeLog(_ change: (inout KafkaLogConfiguration) -> Void = { _ in }) throws -> KafkaEventLog {
    var configuration = KafkaLogConfiguration(bootstrapServers: cluster.bootstrapServers) { _ in }
    configuration.allowsCreateTime = true
    configuration.patience = .seconds(60)
    configuration.settings = ["reconnect.backoff.ms": "10"]
    configuration.readerSettings = ["fetch.wait.max.ms": "5", "fetch.error.backoff.ms": "10"]
    change(&configuration)
    return try KafkaEventLog(configuration)
  }
}
