import KafkaClient
import KafkaMock
import TestThreads
import Testing

/// The mock cluster tells layouts, has no controller and answers no other administrative request; a real one's answers are not shown here.
@Suite(.onOwnThread)
struct KafkaAdminTests {
  @Test("The layout of a topic is the cluster's, and a topic that does not exist has none")
  func layout() throws {
    let kafka = try MockedKafka(brokers: 3)
    kafka.cluster.setError(of: "nothing", to: KafkaError.Code.unknownTopicOrPartition.rawValue)
    let admin = try KafkaAdmin(kafka.makeConnection())
    #expect(try admin.brokerCount(timeout: MockedKafka.patience) == 3)
    #expect(try admin.layout(of: MockedKafka.topic, timeout: MockedKafka.patience) == KafkaTopicLayout(replicas: [3, 3, 3]))
    #expect(try admin.layout(of: "nothing", timeout: MockedKafka.patience) == nil)
  }

  @Test("A cluster without a controller answers no administrative request, and the question ends when its time is up")
  func noController() throws {
    let kafka = try MockedKafka()
    let admin = try KafkaAdmin(kafka.makeConnection())
    let order = KafkaNewTopic(name: "new", partitions: 3, replicas: 1, settings: ["cleanup.policy": "delete"])
    for call in [
      { try admin.make(order, timeout: .milliseconds(100)) },
      { _ = try admin.settings(of: MockedKafka.topic, timeout: .milliseconds(100)) },
    ] {
      let error = #expect(throws: KafkaError.self) { try call() }
      #expect(error?.code == .timedOut)
    }
  }

  @Test("An order that cannot be is refused before it is sent")
  func impossible() throws {
    let kafka = try MockedKafka()
    let admin = try KafkaAdmin(kafka.makeConnection())
    for (partitions, replicas) in [(0, 1), (100_001, 1), (1, 0), (1, 20_000)] {
      let order = KafkaNewTopic(name: "new", partitions: partitions, replicas: replicas, settings: [:])
      let error = #expect(throws: KafkaError.self) { try admin.make(order, timeout: MockedKafka.patience) }
      #expect(error?.code == .invalidArgument)
    }
  }

  @Test("With no broker in reach every question ends with an error worth a retry")
  func brokerGone() throws {
    let kafka = try MockedKafka()
    let admin = try KafkaAdmin(kafka.makeConnection())
    try kafka.cluster.setBroker(1, up: false)
    let order = KafkaNewTopic(name: "new", partitions: 3, replicas: 1, settings: [:])
    let timeout: Duration = .milliseconds(200)
    for call in [
      { _ = try admin.brokerCount(timeout: timeout) }, { _ = try admin.layout(of: MockedKafka.topic, timeout: timeout) },
      { try admin.make(order, timeout: timeout) }, { _ = try admin.settings(of: MockedKafka.topic, timeout: timeout) },
    ] {
      #expect(#expect(throws: KafkaError.self) { try call() }?.isRetriable == true)
    }
  }
}
