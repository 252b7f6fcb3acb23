import KafkaClient
import KafkaMock
import TestThreads
import Testing

@Suite(.onOwnThread)
struct KafkaConsumerTests {
  @Test("Keys and values arrive as they were sent: none, empty and filled are three things")
  func nothingAndEmpty() throws {
    let kafka = try MockedKafka()
    let texts: [[UInt8]?] = [nil, [], [0], Array("a value".utf8)]
    let sent = texts.flatMap { key in texts.map { value in (key, value) } }
    var producer = try kafka.makeProducer()
    for (index, (key, value)) in sent.enumerated() { try producer.produce(key: key, value: value, to: 1, token: UInt(index)) }
    #expect(producer.flush(timeout: MockedKafka.patience).count == sent.count)

    var consumer = try KafkaConsumer(kafka.makeTopic())
    try consumer.start(1, at: 0)
    let expected = sent.enumerated().map { KeptRecord(partition: 1, offset: Int64($0), key: $1.0, value: $1.1) }
    #expect(try consumer.receive(sent.count) == expected)
  }

  @Test("Every partition is read in order and whole")
  func order() throws {
    let kafka = try MockedKafka()
    for partition in 0..<Int32(MockedKafka.partitions) {
      try kafka.store((0..<700).map { "\(partition).\($0)" }, in: partition)
    }
    var consumer = try KafkaConsumer(kafka.makeTopic())
    for partition in 0..<Int32(MockedKafka.partitions) { try consumer.start(partition, at: 0) }
    let records = try consumer.receive(700 * MockedKafka.partitions)
    for partition in 0..<Int32(MockedKafka.partitions) {
      let own = records.filter { $0.partition == partition }
      #expect(own.map(\.offset) == (0..<700).map { Int64($0) })
      #expect(own.map(\.text) == (0..<700).map { "\(partition).\($0)" })
    }
  }

  @Test("Reading starts at the offset asked for, also inside a batch", arguments: [0, 1, 50, 99])
  func middle(offset: Int64) throws {
    let kafka = try MockedKafka()
    try kafka.store((0..<100).map { "\($0)" })
    var consumer = try KafkaConsumer(kafka.makeTopic())
    try consumer.start(0, at: offset)
    #expect(try consumer.receive(Int(100 - offset)).map(\.text) == (offset..<100).map { "\($0)" })
  }

  @Test("The end is told at its offset, among the records, and again after more came")
  func end() throws {
    let kafka = try MockedKafka()
    try kafka.store(["a", "b"])
    var consumer = try KafkaConsumer(kafka.makeTopic())
    try consumer.start(0, at: 0)
    #expect(consumer.nextEvent() == .end(partition: 0, offset: 2))
    try kafka.store(["c"])
    #expect(consumer.nextEvent() == .end(partition: 0, offset: 3))
  }

  @Test("A position beyond the end is an event that names it; starting anew goes on")
  func beyondTheEnd() throws {
    let kafka = try MockedKafka()
    try kafka.store(["a", "b"])
    var consumer = try KafkaConsumer(kafka.makeTopic())
    try consumer.start(0, at: 3)
    guard case .failure(partition: 0, offset: 3, let error) = consumer.nextEvent() else {
      Issue.record("no failure at offset 3")
      return
    }
    #expect(error.code == .positionNotHeld)
    #expect(!error.isRetriable)
    try consumer.start(0, at: 1)
    #expect(try consumer.receive(1).map(\.text) == ["b"])
  }

  @Test("A position that was dropped from the start is an event, never a silent jump")
  func beforeTheStart() throws {
    let kafka = try MockedKafka()
    let filler = String(repeating: "x", count: 500_000)
    for _ in 0..<12 { try kafka.store([filler]) }
    let topic = try kafka.makeTopic()
    let held = try topic.watermarks(of: 0, timeout: MockedKafka.patience)
    #expect(held.lowerBound > 0)
    #expect(held.upperBound == 12)
    var consumer = try KafkaConsumer(topic)
    try consumer.start(0, at: 0)
    guard case .failure(partition: 0, offset: 0, let error) = consumer.nextEvent() else {
      Issue.record("no failure at offset 0")
      return
    }
    #expect(error.code == .positionNotHeld)
  }

  @Test("A record that is left, or thrown on, is the first of the next call")
  func leftAndThrown() throws {
    struct Stop: Error {}
    let kafka = try MockedKafka()
    try kafka.store(["a", "b", "c", "d"])
    var consumer = try KafkaConsumer(kafka.makeTopic())
    try consumer.start(0, at: 0)
    #expect(try consumer.receive(1).map(\.text) == ["a"])
    var seen: [Int64] = []
    while seen.isEmpty {
      _ = consumer.receive(upTo: 10, timeout: MockedKafka.patience) { record in
        seen.append(record.offset)
        return .leave
      }
    }
    do {
      _ = try consumer.receive(upTo: 10, timeout: MockedKafka.patience) { record throws(Stop) in
        seen.append(record.offset)
        throw Stop()
      }
      Issue.record("nothing was thrown")
    } catch {
      #expect(seen == [1, 1])
    }
    #expect(try consumer.receive(3).map(\.text) == ["b", "c", "d"])
  }

  @Test("Moving to another offset drops what was fetched before, forwards and back")
  func moving() throws {
    let kafka = try MockedKafka()
    try kafka.store((0..<3000).map { "\($0)" })
    var consumer = try KafkaConsumer(kafka.makeTopic())
    for offset: Int64 in [0, 2500, 10, 10, 2999, 0] {
      try consumer.start(0, at: offset)
      #expect(try consumer.receive(1).map(\.offset) == [offset])
    }
    try consumer.start(1, at: 0)
    consumer.stop(0)
    try kafka.store(["other"], in: 1)
    #expect(try consumer.receive(1).map(\.text) == ["other"])
  }

  @Test("A partition is read by one consumer of a connection at a time")
  func conflict() throws {
    let kafka = try MockedKafka()
    try kafka.store(["a"])
    let topic = try kafka.makeTopic()
    var second = try KafkaConsumer(topic)
    do {
      var first = try KafkaConsumer(topic)
      try first.start(0, at: 0)
      do {
        try second.start(0, at: 0)
        Issue.record("a second reader was let in")
      } catch {
        #expect(error.code == .conflict)
      }
    }
    try second.start(0, at: 0)
    #expect(try second.receive(1).map(\.text) == ["a"])
  }

  @Test("A consumer wakes its owner when something arrives")
  func wake() async throws {
    let kafka = try MockedKafka()
    let (wakes, continuation) = AsyncStream<Void>.makeStream()
    var consumer = try KafkaConsumer(kafka.makeTopic()) { continuation.yield() }
    try consumer.start(0, at: 0)
    #expect(consumer.nextEvent() == .end(partition: 0, offset: 0))
    let idle = !consumer.hasWaiting
    #expect(idle)
    try kafka.store(["a"])
    for await _ in wakes where consumer.hasWaiting { break }
    #expect(try consumer.receive(1).map(\.text) == ["a"])
  }

  @Test("Records carry the producer's time on a cluster that has no append time")
  func timestamps() throws {
    let kafka = try MockedKafka()
    try kafka.store(["a"])
    var consumer = try KafkaConsumer(kafka.makeTopic())
    try consumer.start(0, at: 0)
    var times: [KafkaTimestamp] = []
    while times.isEmpty {
      _ = consumer.receive(upTo: 1, timeout: MockedKafka.patience) { record in
        times.append(record.timestamp)
        return .take
      }
    }
    #expect(times.map(\.source) == [.producer])
    #expect(times.allSatisfy { $0.milliseconds > 1_600_000_000_000 })
  }

  @Test("A consumer whose broker is gone waits in vain, is let go at once, and reads on when the broker comes back")
  func brokerGone() throws {
    let kafka = try MockedKafka()
    try kafka.store(["a", "b"])
    var consumer = try KafkaConsumer(kafka.makeTopic())
    try consumer.start(0, at: 0)
    #expect(try consumer.receive(2).count == 2)
    try kafka.cluster.setBroker(1, up: false)
    do {
      var other = try KafkaConsumer(kafka.makeTopic())
      try other.start(0, at: 0)
      #expect(other.receive(upTo: 1, timeout: .milliseconds(20), { _ in .take }).taken == 0)
    }
    try kafka.cluster.setBroker(1, up: true)
    try kafka.store(["c"])
    #expect(try consumer.receive(1).map(\.text) == ["c"])
  }

  @Test("Reading goes on at the new leader of a partition")
  func leaderMoves() throws {
    let kafka = try MockedKafka(brokers: 3)
    var consumer = try KafkaConsumer(kafka.makeTopic())
    try consumer.start(0, at: 0)
    for (index, broker) in [1, 3, 2, 1].enumerated() {
      try kafka.cluster.setLeader(of: MockedKafka.topic, partition: 0, broker: Int32(broker))
      try kafka.store(["\(index)"])
      #expect(try consumer.receive(1).map(\.text) == ["\(index)"])
    }
  }
}
