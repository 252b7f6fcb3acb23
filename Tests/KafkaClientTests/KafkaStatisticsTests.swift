import KafkaClient
import KafkaMock
import TestThreads
import Testing

@Suite(.onOwnThread)
struct KafkaStatisticsTests {
  @Test("A producer's statistics name its broker, its partitions and what waits")
  func producer() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer(["statistics.interval.ms": "20"])
    try producer.produce(key: "k", value: "v", to: 1, token: 1)
    #expect(producer.flush(timeout: MockedKafka.patience).count == 1)
    var found: KafkaStatistics?
    let deadline = ContinuousClock.now + MockedKafka.patience
    while found?.brokers.contains(where: \.isUp) != true || found?.partitions.isEmpty != false, ContinuousClock.now < deadline {
      _ = producer.poll(timeout: .milliseconds(100))
      found = producer.takeStatistics() ?? found
    }
    let statistics = try #require(found)
    #expect(statistics.brokers.map(\.sendErrors) == [0])
    #expect(statistics.partitions.contains { $0.partition == KafkaPartition(topic: MockedKafka.topic, number: 1) })
    #expect(statistics.rebalances == nil)
    #expect(statistics.queuedRecords == 0)
  }

  @Test("A reader's statistics name the partition that it reads; a member's tell how often the group shared out")
  func consumers() throws {
    let kafka = try MockedKafka()
    try kafka.store(["a", "b", "c"])
    let connection = try kafka.makeConnection(["statistics.interval.ms": "20"])
    var consumer = try KafkaConsumer(KafkaTopic(MockedKafka.topic, connection))
    try consumer.start(0, at: 0)
    _ = try consumer.receive(3)
    var member = try kafka.makeMember(["statistics.interval.ms": "20"])
    let read = KafkaPartition(topic: MockedKafka.topic, number: 0)
    var (isNamed, rebalances): (Bool, Int?) = (false, nil)
    let deadline = ContinuousClock.now + MockedKafka.patience
    while !isNamed || rebalances ?? 0 == 0, ContinuousClock.now < deadline {
      isNamed = isNamed || connection.takeStatistics()?.partitions.contains { $0.partition == read } == true
      try member.poll(timeout: .milliseconds(100)) { _ in }
      rebalances = member.takeStatistics()?.rebalances ?? rebalances
    }
    #expect(isNamed)
    #expect(rebalances ?? 0 > 0)
  }

  @Test("A text of another form is no statistics", arguments: ["", "{}", "[1]", "{\"name\":1}"])
  func otherForm(text: String) {
    #expect(KafkaStatistics(json: text) == nil)
  }
}
