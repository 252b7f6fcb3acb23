import KafkaClient
import KafkaMock
import TestThreads
import Testing

@Suite(.onOwnThread)
struct KafkaProducerTests {
  @Test("Offsets are learned, one report for each record, in the order of the calls")
  func offsets() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer()
    for token in 0..<1000 { try producer.produce(key: "k", value: "v\(token)", to: Int32(token % 2), token: UInt(token)) }
    let deliveries = producer.flush(timeout: MockedKafka.patience)
    let outstanding = producer.outstanding
    #expect(outstanding == 0)
    for partition in 0..<2 {
      let own = deliveries.filter { $0.partition == Int32(partition) }
      #expect(own.map(\.token) == stride(from: partition, to: 1000, by: 2).map(UInt.init))
      #expect(own.map(\.storedOffset) == (0..<500).map { Int64($0) })
    }
  }

  @Test("A record that is too large is refused at once and nothing is queued")
  func tooLarge() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer(["message.max.bytes": "2000"])
    let error = producer.refusal(of: [UInt8](repeating: 1, count: 2001))
    #expect(error?.code == .messageTooLarge)
    #expect(error?.isRetriable == false)
    let outstanding = producer.outstanding
    #expect(outstanding == 0)
  }

  @Test("A full queue refuses, and takes records again once reports were taken")
  func fullQueue() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer(["queue.buffering.max.messages": "10"])
    for token in 0..<10 { try producer.produce(key: "k", value: "v", to: 0, token: UInt(token)) }
    let error = producer.refusal(of: [1])
    #expect(error?.code == .queueFull)
    #expect(error?.isRetriable == true)
    #expect(producer.flush(timeout: MockedKafka.patience).count == 10)
    try producer.produce(key: "k", value: "v", to: 0, token: 10)
    #expect(producer.flush(timeout: MockedKafka.patience).map(\.storedOffset) == [10])
  }

  @Test("A broker's lasting refusal is reported: not stored, not worth a retry")
  func forbidden() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer()
    kafka.cluster.failNext(.produce, with: [KafkaError.Code.topicForbidden.rawValue])
    try producer.produce(key: "k", value: "v", to: 0, token: 7)
    let delivery = try #require(producer.flush(timeout: MockedKafka.patience).first)
    guard case .failed(let error, mayBeStored: false) = delivery.outcome else {
      Issue.record("\(delivery)")
      return
    }
    #expect(delivery.token == 7)
    #expect(error.code == .topicForbidden)
    #expect(!error.isRetriable)
    #expect(!error.isFatal)
  }

  @Test("A passing refusal is retried and the record stored once")
  func retried() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer(["retry.backoff.ms": "1"])
    let notEnoughReplicas: Int32 = 19
    kafka.cluster.failNext(.produce, with: [notEnoughReplicas, notEnoughReplicas])
    try producer.produce(key: "k", value: "v", to: 0, token: 1)
    #expect(producer.flush(timeout: MockedKafka.patience).map(\.storedOffset) == [0])
    #expect(try kafka.makeTopic().end(of: 0, timeout: MockedKafka.patience) == 1)
  }

  @Test("A gap in the sequence of an idempotent producer is fatal, and every later call says so")
  func fatal() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer()
    let outOfOrderSequence: Int32 = 45
    kafka.cluster.failNext(.produce, with: [outOfOrderSequence])
    try producer.produce(key: "k", value: "v", to: 0, token: 1)
    let delivery = try #require(producer.flush(timeout: MockedKafka.patience).first)
    guard case .failed = delivery.outcome else {
      Issue.record("\(delivery)")
      return
    }
    let fatal = producer.fatal
    #expect(fatal?.isFatal == true)
    let error = producer.refusal(of: [1])
    #expect(error?.isFatal == true)
    #expect(error?.isRetriable == false)
    #expect(error?.code.rawValue == outOfOrderSequence)
  }

  @Test("A partition that the topic lacks is an error and never another partition")
  func unknownPartition() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer()
    try producer.produce(key: "k", value: "v", to: Int32(MockedKafka.partitions), token: 1)
    let delivery = try #require(producer.flush(timeout: MockedKafka.patience).first)
    guard case .failed(let error, mayBeStored: false) = delivery.outcome else {
      Issue.record("\(delivery)")
      return
    }
    #expect(error.code == .unknownPartition)
    #expect(!error.isRetriable)
  }

  @Test("Records that no broker takes in time are reported as not stored and worth a retry")
  func timedOut() throws {
    let kafka = try MockedKafka()
    try kafka.cluster.setBroker(1, up: false)
    var producer = try kafka.makeProducer(["message.timeout.ms": "50"])
    try producer.produce(key: "k", value: "v", to: 0, token: 1)
    let delivery = try #require(producer.flush(timeout: MockedKafka.patience).first)
    guard case .failed(let error, mayBeStored: false) = delivery.outcome else {
      Issue.record("\(delivery)")
      return
    }
    #expect(error.code == .messageTimedOut)
    #expect(error.isRetriable)
  }

  @Test("Purged records are reported, and the producer goes on")
  func purged() throws {
    let kafka = try MockedKafka()
    try kafka.cluster.setBroker(1, up: false)
    var producer = try kafka.makeProducer()
    for token in 0..<5 { try producer.produce(key: "k", value: "v", to: 0, token: UInt(token)) }
    producer.purge()
    let deliveries = producer.flush(timeout: MockedKafka.patience)
    #expect(deliveries.map(\.token) == [0, 1, 2, 3, 4])
    for delivery in deliveries {
      guard case .failed(let error, mayBeStored: false) = delivery.outcome else {
        Issue.record("\(delivery)")
        continue
      }
      #expect(error.code == .purgedQueued)
    }
    try kafka.cluster.setBroker(1, up: true)
    try producer.produce(key: "k", value: "v", to: 0, token: 5)
    #expect(producer.flush(timeout: MockedKafka.patience).map(\.storedOffset) == [0])
  }

  @Test("A producer with records in flight is let go at once when its broker is gone")
  func letGo() throws {
    let kafka = try MockedKafka()
    do {
      var producer = try kafka.makeProducer()
      try producer.produce(key: "k", value: "v", to: 0, token: 1)
      #expect(producer.flush(timeout: MockedKafka.patience).count == 1)
      try kafka.cluster.setBroker(1, up: false)
      for token in 2..<100 { try producer.produce(key: "k", value: "v", to: 0, token: UInt(token)) }
    }
    try kafka.cluster.setBroker(1, up: true)
    #expect(try kafka.makeTopic().end(of: 0, timeout: MockedKafka.patience) >= 1)
  }

  @Test("Closing sends what is queued, and with the broker gone reports the rest as failed when its time is up")
  func close() throws {
    let kafka = try MockedKafka()
    var producer = try kafka.makeProducer()
    for token in 0..<50 { try producer.produce(key: "k", value: "v", to: 0, token: UInt(token)) }
    #expect(producer.close(timeout: MockedKafka.patience).map(\.storedOffset) == (0..<50).map { Int64($0) })
    try kafka.cluster.setBroker(1, up: false)
    for token in 50..<99 { try producer.produce(key: "k", value: "v", to: 0, token: UInt(token)) }
    let deliveries = producer.close(timeout: .milliseconds(50))
    #expect(Set(deliveries.map(\.token)) == Set(50..<99))
    #expect(deliveries.allSatisfy { if case .failed = $0.outcome { true } else { false } })
    let outstanding = producer.outstanding
    #expect(outstanding == 0)
  }

  @Test("A setting that librdkafka does not know is refused by name")
  func unknownSetting() throws {
    let kafka = try MockedKafka()
    let error = #expect(throws: KafkaError.self) { _ = try kafka.makeProducer(["no.such.setting": "1"]) }
    #expect(error?.code == .invalidArgument)
    #expect(error?.reason.contains("no.such.setting") == true)
  }
}

extension KafkaProducer {
  /// The error with which a value is refused, nil where it is taken.
  fileprivate mutating func refusal(of value: [UInt8]) -> KafkaError? {
    do {
      try produce(key: nil, value: value, to: 0, token: 0)
      return nil
    } catch {
      return error as? KafkaError
    }
  }
}
