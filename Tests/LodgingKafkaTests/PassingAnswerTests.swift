import KafkaMock
import LodgingKafka
import LodgingPipeline
import TestThreads
import Testing

@Suite("What brokers answer for a moment only", .onOwnThread)
struct PassingAnswerTests {
  private let place = TopicPartition(.ledger, 0)

  private func append(_ count: Int, to log: KafkaEventLog, partition: Int = 0) throws {
    let appender = try log.makeAppender()
    let place = TopicPartition(.ledger, partition)
    try appender.submit((0..<count).map { NewRecord(key: nil, value: [UInt8($0)]) }, to: place, tag: 1)
    for answer in try appender.settle(1) { _ = try answer.result.get() }
  }

  private func isThere(_ log: KafkaEventLog, at offset: Int64) throws(LogError) -> Bool {
    try log.fetch(place, at: offset) { $0.offset == offset } ?? false
  }

  @Test("A record that a follower does not have yet is not taken for one that is lost")
  func followerBehind() throws {
    let kafka = try MockedLog(partitions: 1, brokers: 2)
    let topic = kafka.name(of: .ledger)
    try kafka.cluster.setLeader(of: topic, partition: 0, broker: 1)
    let (patient, hasty) = (try kafka.makeLog(), try kafka.makeLog { $0.patience = .seconds(1) })
    try append(3, to: patient)
    try kafka.cluster.setFollower(of: topic, partition: 0, broker: 2, end: 2)
    #expect(try isThere(patient, at: 1))
    let error = #expect(throws: LogError.self) { try isThere(hasty, at: 2) }
    guard case .unavailable? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try kafka.cluster.setFollower(of: topic, partition: 0, broker: 2, end: 3)
    #expect(try isThere(patient, at: 2))
    #expect(try !isThere(patient, at: 3))
  }

  @Test("A broker that does not know a partition which is there does not answer about it")
  func unknownForAMoment() throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog()
    try append(1, to: log)
    #expect(try log.end(of: place) == 1)
    let unknownTopicOrPartition: Int32 = 3
    for question in [{ _ = try log.end(of: place) }, { _ = try log.bounds(of: place) }] {
      kafka.cluster.failNext(.listOffsets, with: [unknownTopicOrPartition])
      let error = #expect(throws: LogError.self) { try question() }
      guard case .unavailable? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
    }
    #expect(try log.bounds(of: place) == LogBounds(start: 0, end: 1))
  }

  @Test("The mark of a transaction behind the last record keeps nobody waiting who was woken by it")
  func transactionMark() throws {
    let kafka = try MockedLog(partitions: 1)
    let log = try kafka.makeLog { $0.patience = .seconds(5) }
    try append(1, to: log)
    let limit = ReadLimit(records: 10)
    #expect(try log.read(place, from: 0, limit: limit) { _ throws(LogError) in } == 1)
    try TransactionMark.write(to: kafka.name(of: .ledger), partition: 0, servers: kafka.cluster.bootstrapServers)
    #expect(try log.end(of: place) == 2)
    // Who waits is woken too early at times, and is then woken again.
    for _ in 0..<3 { try log.waitForRecords(after: [place: 1], timeout: .milliseconds(100)) }
    #expect(try log.read(place, from: 1, limit: limit) { _ throws(LogError) in Issue.record("a mark is no record") } == 2)
    try append(1, to: log)
    try log.waitForRecords(after: [place: 2], timeout: .seconds(60))
    var found: [Int64] = []
    #expect(try log.read(place, from: 2, limit: limit) { record throws(LogError) in found.append(record.offset) } == 3)
    #expect(found == [2])
  }

  @Test("A read goes on behind each end that was told while records were fetched ahead")
  func passedEnds() throws {
    let kafka = try MockedLog(partitions: 2)
    let log = try kafka.makeLog()
    let limit = ReadLimit(records: 10)
    var beside: Int64 = 0
    // What is fetched of the other partition later was asked for together with this one: then its end was told, or its records came.
    func passFetches() throws {
      for _ in 0..<2 {
        try append(1, to: log, partition: 1)
        beside = try log.read(TopicPartition(.ledger, 1), from: beside, limit: limit) { _ throws(LogError) in }
      }
    }
    try append(1, to: log)
    #expect(try log.read(place, from: 0, limit: limit) { _ throws(LogError) in } == 1)
    for _ in 0..<3 {
      try append(1, to: log)
      try passFetches()
    }
    var found: [Int64] = []
    #expect(try log.read(place, from: 0, limit: limit) { record throws(LogError) in found.append(record.offset) } == 4)
    #expect(found == [0, 1, 2, 3])
  }
}
