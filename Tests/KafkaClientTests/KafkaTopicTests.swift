import KafkaClient
import KafkaMock
import TestThreads
import Testing

@Suite(.onOwnThread)
struct KafkaTopicTests {
  @Test("The number of partitions is the cluster's")
  func partitionCount() throws {
    let kafka = try MockedKafka()
    #expect(try kafka.makeTopic().partitionCount(timeout: MockedKafka.patience) == MockedKafka.partitions)
  }

  @Test("A topic that does not exist is said not to exist")
  func unknownTopic() throws {
    let kafka = try MockedKafka()
    kafka.cluster.setError(of: "nothing", to: KafkaError.Code.unknownTopicOrPartition.rawValue)
    let topic = try kafka.makeTopic("nothing")
    let error = #expect(throws: KafkaError.self) { try topic.partitionCount(timeout: MockedKafka.patience) }
    #expect(error?.code == .unknownTopicOrPartition)
  }

  @Test("Watermarks are those of an empty partition, of a filled one, and an error where there is none")
  func watermarks() throws {
    let kafka = try MockedKafka()
    try kafka.store(["a", "b", "c"], in: 1)
    let topic = try kafka.makeTopic()
    #expect(try topic.watermarks(of: 0, timeout: MockedKafka.patience) == 0..<0)
    #expect(try topic.watermarks(of: 1, timeout: MockedKafka.patience) == 0..<3)
    #expect(try topic.end(of: 1, timeout: MockedKafka.patience) == 3)
    let missing = Int32(MockedKafka.partitions)
    let error = #expect(throws: KafkaError.self) { try topic.watermarks(of: missing, timeout: MockedKafka.patience) }
    #expect(error?.code == .unknownPartition)
  }

  @Test("Questions end with an error worth a retry when no broker answers in time, before and after one was known")
  func brokerGone() throws {
    let kafka = try MockedKafka()
    let topic = try kafka.makeTopic()
    #expect(try topic.end(of: 0, timeout: MockedKafka.patience) == 0)
    try kafka.cluster.setBroker(1, up: false)
    for topic in [topic, try kafka.makeTopic()] {
      let offsets = #expect(throws: KafkaError.self) { try topic.end(of: 0, timeout: .milliseconds(50)) }
      #expect(offsets?.isRetriable == true)
      let count = #expect(throws: KafkaError.self) { try topic.partitionCount(timeout: .milliseconds(50)) }
      #expect(count?.isRetriable == true)
    }
    try kafka.cluster.setBroker(1, up: true)
    #expect(try topic.end(of: 0, timeout: MockedKafka.patience) == 0)
  }

  @Test("The end is asked of the new leader after the old one lost the partition")
  func leaderMoves() throws {
    let kafka = try MockedKafka(brokers: 2)
    let topic = try kafka.makeTopic()
    for (index, broker) in [1, 2, 1].enumerated() {
      try kafka.cluster.setLeader(of: MockedKafka.topic, partition: 0, broker: Int32(broker))
      try kafka.store(["\(index)"])
      var end: Int64?
      while end == nil { end = try? topic.end(of: 0, timeout: MockedKafka.patience) }
      #expect(end == Int64(index + 1))
    }
  }

  @Test("librdkafka's log lines go to the sink")
  func logLines() async throws {
    let kafka = try MockedKafka()
    try kafka.cluster.setBroker(1, up: false)
    let (lines, continuation) = AsyncStream<KafkaLogLine>.makeStream()
    let connection = try KafkaConnection(.reader(bootstrapServers: kafka.cluster.bootstrapServers)) { continuation.yield($0) }
    for await line in lines {
      #expect(!line.text.isEmpty)
      #expect(!line.facility.isEmpty)
      break
    }
    withExtendedLifetime(connection) {}
  }
}
