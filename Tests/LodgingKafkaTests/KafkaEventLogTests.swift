import KafkaMock
import LodgingKafka
import LodgingPipeline
import Synchronization
import TestThreads
import Testing

@Suite(.onOwnThread)
struct KafkaEventLogTests {
  private let place = TopicPartition(.ledger, 0)

  private func append(_ texts: [String], by appender: any LogAppender) throws -> Acknowledgement {
    try appender.submit(texts.map { NewRecord(key: nil, value: Array($0.utf8)) }, to: place, tag: 1)
    var answers: [Acknowledgement] = []
    while answers.isEmpty { answers = try appender.acknowledgements(timeout: .seconds(1)) }
    return try #require(answers.first)
  }

  private func append(_ texts: [String], to log: KafkaEventLog) throws {
    _ = try append(texts, by: try log.makeAppender()).result.get()
  }

  /// Reads one record's text.
  private func text(_ log: KafkaEventLog, at offset: Int64) throws(LogError) -> String {
    var text = ""
    _ = try log.read(place, from: offset, limit: ReadLimit(records: 1)) { record throws(LogError) in
      text = String(decoding: record.value ?? UnsafeRawBufferPointer(start: nil, count: 0), as: UTF8.self)
    }
    return text
  }

  @Test("Settings of one kind of client alone make none of the others warn that it ignores them", arguments: [true, false])
  func ignoredSettings(isOfConsumers: Bool) throws {
    let kafka = try MockedLog(partitions: 1)
    let lines = Mutex<[String]>([])
    let log = try kafka.makeLog { configuration in
      configuration.logger = { _, line in lines.withLock { $0.append(line) } }
      let own = isOfConsumers ? ["session.timeout.ms": "6000", "fetch.min.bytes": "1"] : ["linger.ms": "2", "compression.codec": "lz4"]
      configuration.settings.merge(own) { $1 }
    }
    try append(["a"], to: log)
    let member = try log.join(group: "validator", topic: .events)
    _ = try log.commits(of: "validator", topic: .events)
    member.leave()
    #expect(lines.withLock { $0.filter { $0.contains("ignored by this") } } == [])
  }

  @Test("A record without log-append time is refused, unless the tests' setting takes the producer's")
  func createTime() throws {
    let kafka = try MockedLog(partitions: 1)
    try append(["a"], to: try kafka.makeLog())
    #expect(try text(try kafka.makeLog(), at: 0) == "a")
    let strict = try kafka.makeLog { $0.allowsCreateTime = false }
    let error = #expect(throws: LogError.self) { try text(strict, at: 0) }
    guard case .fatal(let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(reason.contains("message.timestamp.type=LogAppendTime"))
  }

  @Test("Headers are handed out where a read asks for them, on reading ahead and on looking, and only there", arguments: [1, 10])
  func headers(records: Int) throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog()
    let headers = [RecordHeader("traceparent", "00-01"), RecordHeader("empty", ""), RecordHeader("traceparent", "again")]
    let appender = try log.makeAppender()
    try appender.submit([NewRecord(key: nil, value: [1], headers: headers), NewRecord(key: nil, value: nil)], to: place, tag: 1)
    for answer in try appender.settle(1) { _ = try answer.result.get() }
    for isWanted in [true, false] {
      var found: [[RecordHeader]] = []
      var next: Int64 = 0
      while next < 2 {
        next = try log.read(place, from: next, limit: ReadLimit(records: records, headers: isWanted)) { record throws(LogError) in
          found.append(record.headers)
        }
      }
      #expect(found == (isWanted ? [headers, []] : [[], []]))
    }
  }

  @Test("Topics that others' producers write are read without what their transactions gave up, by connections that wake the same waiters")
  func othersTopics() throws {
    let kafka = try MockedLog(partitions: 1)
    let topic = Topic.ingress(of: "acme")
    try kafka.cluster.makeTopic(kafka.name(of: topic), partitions: 1)
    let log = try kafka.makeLog()
    let appender = try log.makeAppender()
    let chains = TopicPartition(topic, 0)
    for offset: Int64 in 0..<3 {
      try appender.submit([NewRecord(key: nil, value: [1])], to: chains, tag: 1)
      for answer in try appender.settle(1) { #expect(try answer.result.get() == [offset]) }
      try log.waitForRecords(after: [chains: offset, place: 0], timeout: .seconds(60))
      #expect(try log.read(chains, from: offset, limit: ReadLimit(records: 10)) { _ throws(LogError) in } == offset + 1)
    }
    #expect(try log.end(of: chains) == 3)
    let shown = KafkaLogConfiguration(bootstrapServers: "a:1") { _, _ in }.shown
    #expect(shown["ingress-reader"]?["isolation.level"] == "read_committed")
    #expect(shown["reader"]?["isolation.level"] == "read_uncommitted")
  }

  @Test("Two readers of one partition each get what they ask for")
  func alternatingReaders() throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog()
    try append((0..<20).map { "\($0)" }, to: log)
    for offset: Int64 in 0..<10 {
      #expect(try text(log, at: offset) == "\(offset)")
      #expect(try text(log, at: offset + 10) == "\(offset + 10)")
    }
  }

  @Test("A record that was acknowledged to somebody else is seen by the next read")
  func othersRecords() throws {
    let kafka = try MockedLog(partitions: 1)
    let (reader, writer) = (try kafka.makeLog(), try kafka.makeLog())
    let appender = try writer.makeAppender()
    for index: Int64 in 0..<20 {
      #expect(try reader.read(place, from: index, limit: ReadLimit(records: 1)) { _ throws(LogError) in } == index)
      #expect(try append(["\(index)"], by: appender).result == .success([index]))
      #expect(try text(reader, at: index) == "\(index)")
    }
  }

  @Test("A reader that fell behind what is kept is told so with the bounds, whether it reads on or anew")
  func retention() throws {
    let kafka = try MockedLog(partitions: 1)
    // One kilobyte is fetched ahead, thus one filler and not all of them.
    let log = try kafka.makeLog { $0.readerSettings["queued.max.messages.kbytes"] = "1" }
    let filler = String(repeating: "x", count: 600_000)
    try append(["first", "second"], to: log)
    #expect(try text(log, at: 0) == "first")
    for _ in 0..<12 { try append([filler], to: log) }
    let held = try log.bounds(of: place)
    #expect(held.start > 2)
    for log in [log, try kafka.makeLog()] {
      var position: Int64 = 1
      let error = #expect(throws: LogError.self) {
        while position < held.end { position = try log.read(place, from: position, limit: ReadLimit(records: 1)) { _ throws(LogError) in } }
      }
      #expect(error == .offsetOutOfRange(place, requested: position, held: held))
      #expect(position < held.start)
    }
    #expect(try text(log, at: held.start) == filler)
  }

  @Test("A position that the log does not hold is told of like a record, so that it is read", arguments: [true, false])
  func positionsNotHeld(isBeforeTheStart: Bool) throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog()
    for _ in 0..<(isBeforeTheStart ? 12 : 1) { try append([String(repeating: "x", count: 600_000)], to: log) }
    let held = try log.bounds(of: place)
    let position = isBeforeTheStart ? held.start - 1 : held.end + 1
    #expect(position >= 0)
    // Whoever waits hears of it once, and it is told until somebody reads; a single answer may be a spurious one.
    var answers = 0
    for _ in 0..<50 where answers < 2 {
      let mayHave = try log.mayHaveRecords(in: place.topic, at: [PartitionPosition(partition: 0, offset: position)])
      answers = mayHave == [true] ? answers + 1 : 0
      if answers == 0 { try log.waitForRecords(after: [place: position], timeout: .seconds(60)) }
    }
    #expect(answers == 2)
    let error = #expect(throws: LogError.self) {
      _ = try log.read(place, from: position, limit: ReadLimit(records: 10)) { _ throws(LogError) in }
    }
    #expect(error == .offsetOutOfRange(place, requested: position, held: held))
  }

  @Test("While no broker answers, reads and questions are unavailable; afterwards they go on")
  func brokerGone() throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog { $0.patience = .milliseconds(200) }
    let patient = try kafka.makeLog()
    try append(["a", "b"], to: patient)
    #expect(try text(patient, at: 0) == "a")
    try kafka.cluster.setBroker(1, up: false)
    for call in [{ _ = try log.bounds(of: place) }, { _ = try text(log, at: 0) }, { _ = try log.partitions(of: .ledger) }] {
      let error = #expect(throws: LogError.self) { try call() }
      guard case .unavailable? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    try kafka.cluster.setBroker(1, up: true)
    #expect(try text(patient, at: 1) == "b")
    try append(["c"], to: patient)
    #expect(try text(patient, at: 2) == "c")
  }

  @Test("A submission that no broker takes in time is unavailable, and the appender goes on")
  func appendTimedOut() throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog { $0.producerSettings["message.timeout.ms"] = "300" }
    let appender = try log.makeAppender()
    #expect(try append(["a"], by: appender).result == .success([0]))
    try kafka.cluster.setBroker(1, up: false)
    guard case .failure(.unavailable) = try append(["b", "c"], by: appender).result else {
      Issue.record("the submission did not fail as unavailable")
      return
    }
    try kafka.cluster.setBroker(1, up: true)
    var result: Result<[Int64], LogError> = .failure(.unavailable(""))
    while case .failure(.unavailable) = result { result = try append(["d"], by: appender).result }
    #expect(try text(log, at: result.get()[0]) == "d")
  }

  @Test("A missing right is fatal, not worth a retry")
  func forbidden() throws {
    let kafka = try MockedLog(partitions: 1)
    let topicAuthorizationFailed: Int32 = 29
    kafka.cluster.failNext(.produce, with: [topicAuthorizationFailed])
    let result = try append(["a"], by: try kafka.makeLog().makeAppender()).result
    guard case .failure(.fatal(let reason)) = result else {
      Issue.record("\(result)")
      return
    }
    #expect(reason.contains("TOPIC_AUTHORIZATION_FAILED"))
  }

  @Test("An appender whose producer is beyond repair fails what is in flight and goes on with another", arguments: [true, false])
  func fatalProducer(isPurged: Bool) throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog()
    let appender = try log.makeAppender()
    let outOfOrderSequence: Int32 = 45
    kafka.cluster.failNext(.produce, with: [outOfOrderSequence])
    guard case .failure(.unavailable) = try append(["a"], by: appender).result else {
      Issue.record("the submission did not fail as unavailable")
      return
    }
    if isPurged { appender.purge() }
    #expect(try append(["b", "c"], by: appender).result == .success([0, 1]))
  }

  @Test("A submission larger than librdkafka's queue is taken whole")
  func longSubmission() throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog { $0.producerSettings["queue.buffering.max.messages"] = "50" }
    let result = try append((0..<500).map { "\($0)" }, by: try log.makeAppender()).result
    #expect(result == .success((0..<500).map { Int64($0) }))
  }
}
