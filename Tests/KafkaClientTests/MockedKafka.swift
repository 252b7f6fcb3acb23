import KafkaClient
import KafkaMock
import Testing

/// A mock cluster of a test's own, with settings that make it answer at once.
struct MockedKafka {
  /// How long a test waits for an event that must come; only a failing test waits that long.
  static let patience: Duration = .seconds(60)
  static let topic = "records"
  static let partitions = 3

  let cluster: KafkaMockCluster

  init(brokers: Int = 1) throws {
    cluster = try KafkaMockCluster(brokers: brokers)
    try cluster.makeTopic(Self.topic, partitions: Self.partitions)
  }

  func makeProducer(_ changes: [String: String] = [:]) throws -> KafkaProducer {
    var configuration = KafkaConfiguration.producer(bootstrapServers: cluster.bootstrapServers)
    configuration.settings.merge(["reconnect.backoff.ms": "10"]) { $1 }
    configuration.settings.merge(changes) { $1 }
    return try KafkaProducer(configuration) { _ in }
  }

  func makeConnection(_ changes: [String: String] = [:]) throws -> KafkaConnection {
    var configuration = KafkaConfiguration.reader(bootstrapServers: cluster.bootstrapServers)
    configuration.settings.merge(["fetch.wait.max.ms": "5", "fetch.error.backoff.ms": "10", "reconnect.backoff.ms": "10"]) { $1 }
    configuration.settings.merge(changes) { $1 }
    return try KafkaConnection(configuration) { _ in }
  }

  func makeTopic(_ name: String = topic, _ changes: [String: String] = [:]) throws -> KafkaTopic {
    try KafkaTopic(name, makeConnection(changes))
  }

  /// Stores values in a partition, each under the key `key`, and expects that all are acknowledged.
  func store(_ values: [String], in partition: Int32 = 0) throws {
    var producer = try makeProducer()
    for (index, value) in values.enumerated() {
      try producer.produce(key: "key", value: value, to: partition, token: UInt(index))
    }
    let deliveries = producer.flush(timeout: Self.patience)
    try #require(deliveries.count == values.count)
    for delivery in deliveries { try #require(delivery.storedOffset != nil) }
  }
}

/// A record whose bytes a test keeps.
struct KeptRecord: Equatable {
  var partition: Int32
  var offset: Int64
  var key: [UInt8]?
  var value: [UInt8]?
}

extension KeptRecord {
  init(_ record: KafkaRecord) {
    self.init(
      partition: record.partition, offset: record.offset, key: record.key.map(Array.init), value: record.value.map(Array.init))
  }

  /// The value as text.
  var text: String? { value.map { String(decoding: $0, as: UTF8.self) } }
}

extension KafkaProducer {
  /// Produces two optional byte strings.
  mutating func produce(key: [UInt8]?, value: [UInt8]?, to partition: Int32, token: UInt) throws {
    try withOptionalBytes(key) { key in
      try withOptionalBytes(value) { value in
        try produce(key: key, value: value, to: MockedKafka.topic, partition: partition, token: token)
      }
    }
  }

  /// Produces two texts.
  mutating func produce(key: String, value: String, to partition: Int32, token: UInt) throws {
    try produce(key: Array(key.utf8), value: Array(value.utf8), to: partition, token: token)
  }
}

private func withOptionalBytes(_ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws -> Void) throws {
  guard let bytes else { return try body(nil) }
  try bytes.withUnsafeBytes { try body($0) }
}

extension KafkaDelivery {
  /// The offset where the record landed, if it is known to have.
  var storedOffset: Int64? {
    guard case .stored(let offset) = outcome else { return nil }
    return offset
  }
}

extension KafkaConsumer {
  /// Receives until so many records have come; events that are an end are passed over, a failure is thrown.
  mutating func receive(_ count: Int) throws -> [KeptRecord] {
    var records: [KeptRecord] = []
    let deadline = ContinuousClock.now + MockedKafka.patience
    while records.count < count, ContinuousClock.now < deadline {
      let reception = receive(upTo: count - records.count, timeout: MockedKafka.patience) { record in
        records.append(KeptRecord(record))
        return .take
      }
      if case .failure(_, _, let error) = reception.event { throw error }
    }
    return records
  }

  /// Receives until an event comes; records are dropped.
  mutating func nextEvent() -> KafkaEvent? {
    let deadline = ContinuousClock.now + MockedKafka.patience
    while ContinuousClock.now < deadline {
      if let event = receive(upTo: 1000, timeout: MockedKafka.patience, { _ in .take }).event { return event }
    }
    return nil
  }
}
