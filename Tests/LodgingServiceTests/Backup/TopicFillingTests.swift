import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@testable import LodgingService

@Suite("Filling a topic from a backup")
struct TopicFillingTests {
  private static let place = TopicPartition(.ledger, 0)
  private let backup = SimulatedLog(partitions: 1, clock: ManualClock())
  private let cluster = InterruptedLog(SimulatedLog(partitions: 1, clock: ManualClock()))

  private func append(_ numbers: some Sequence<Int>, to log: any EventLog, bytes: Int = 1) throws {
    let appender = try log.makeAppender()
    let records = numbers.map { NewRecord(key: [], value: Array(repeating: UInt8($0), count: bytes)) }
    try appender.submit(records, to: Self.place, tag: 0)
    for answer in try appender.settle(1) { _ = try answer.result.get() }
  }

  private func filling(from offset: Int64 = 0, _ numbering: RecordSequence.Numbering = .kept) -> TopicFilling {
    TopicFilling(of: Self.place, on: cluster, name: "stay-ledger[0]") { [backup] () throws(LogError) in
      try RecordSequence(of: backup, Self.place, from: offset, numbering)
    }
  }

  private func fill(from offset: Int64 = 0, _ numbering: RecordSequence.Numbering = .kept, isOpen: Bool = false) throws {
    try filling(from: offset, numbering).fill(with: cluster.makeAppender(), isOpen: isOpen)
  }

  private var values: [UInt8?] { cluster.base.contents(of: Self.place).map { $0.value?.first } }

  @Test("All records come over in their order, and doing it again changes nothing")
  func whole() throws {
    try append(0..<200, to: backup)
    try fill()
    #expect(values == (0..<200).map { UInt8($0) })
    try fill()
    #expect(values.count == 200)
  }

  @Test("An empty log leaves an empty partition")
  func empty() throws {
    try fill()
    #expect(values.isEmpty)
  }

  @Test("Keys and values that are missing or empty stay so")
  func kinds() throws {
    let records = [NewRecord(key: nil, value: []), NewRecord(key: [], value: nil), NewRecord(key: [1], value: [2])]
    let appender = try backup.makeAppender()
    try appender.submit(records, to: Self.place, tag: 0)
    _ = try appender.settle(1)
    try fill()
    #expect(cluster.base.contents(of: Self.place).map { NewRecord(key: $0.key, value: $0.value) } == records)
  }

  @Test("Where the log holds nothing at some offsets, the record before is repeated, so that those behind keep theirs")
  func holes() throws {
    try append(0..<2, to: backup)
    backup.skipOffsets(of: Self.place, count: 3)
    try append(2..<4, to: backup)
    try fill()
    #expect(values == [0, 1, 1, 1, 1, 2, 3])
    try fill()
  }

  @Test("A log that begins behind offset 0 is filled up with its first record, and not where it is numbered anew")
  func beginning() throws {
    try append(0..<6, to: backup)
    backup.trim(Self.place, before: 3)
    try fill()
    #expect(values == [3, 3, 3, 3, 4, 5])
    let other = SimulatedLog(partitions: 1, clock: ManualClock())
    let anew = TopicFilling(of: Self.place, on: other, name: "stay-events[0]") { [backup] () throws(LogError) in
      try RecordSequence(of: backup, Self.place, from: 4, .anew)
    }
    #expect(try anew.fill(with: other.makeAppender()).next == 2)
    #expect(other.contents(of: Self.place).map { $0.value?.first } == [4, 5])
  }

  @Test("A record that no log takes is left out and counted where events are numbered anew")
  func oversized() throws {
    // Another program's producer may send what this one's log refuses.
    let value = [UInt8](repeating: 7, count: LogLimits.appendBytesMax + 1)
    var records = [NewRecord(key: nil, value: [1]), NewRecord(key: nil, value: [2])]
    records.insert(NewRecord(key: nil, value: value), at: 1)
    let log = LargeRecords(records: records)
    var sequence = try RecordSequence(of: log, Self.place, .anew)
    #expect(try sequence.take(records: 10, bytes: .max).map(\.value) == [[1], [2]])
    #expect(sequence.oversized == 1 && sequence.next == 2)
  }

  @Test(
    "An append that lands in part ends it with words; begun again it goes on behind what landed, wherever that was",
    arguments: 0...5)
  func interrupted(landed: Int) throws {
    try append(0..<5, to: backup)
    cluster.fates.withLock { $0 = [.landsInPart(landed)] }
    let error = #expect(throws: ServiceError.self) { try fill() }
    #expect(error?.description.contains("Run the same command again") == true)
    #expect(values.count == landed)
    try fill()
    #expect(values == [0, 1, 2, 3, 4])
  }

  @Test("What landed twice is refused, then and when it is begun again, and topics must be made anew")
  func twice() throws {
    try append(0..<5, to: backup)
    cluster.fates.withLock { $0 = [.landsTwice] }
    for _ in 0..<2 {
      let error = #expect(throws: ServiceError.self) { try fill() }
      #expect(error?.description.contains("topics create --empty") == true, "\(String(describing: error))")
    }
  }

  @Test("Another record, one that is missing and one too many are refused, and nothing is appended behind them")
  func others() throws {
    try append(0..<3, to: backup)
    try append([0, 9], to: cluster.base)
    #expect(throws: ServiceError.self) { try fill() }
    #expect(values == [0, 9])
  }

  @Test("A partition that goes on behind the backup is refused, unless that is for somebody else to judge")
  func longer() throws {
    try append(0..<3, to: backup)
    try append(0..<4, to: cluster.base)
    #expect(throws: ServiceError.self) { try fill() }
    try fill(isOpen: true)
    #expect(values.count == 4)
  }

  @Test("Topics that had records before are refused, since the offsets would be others")
  func used() throws {
    try append(0..<3, to: backup)
    try append(5..<8, to: cluster.base)
    cluster.base.trim(Self.place, before: 2)
    #expect(throws: ServiceError.self) { try fill() }
  }

  @Test("A sequence longer than one batch and one read comes over whole")
  func long() throws {
    for start in stride(from: 0, to: 40, by: 10) { try append(start..<start + 10, to: backup, bytes: 100_000) }
    try fill()
    #expect(values == (0..<40).map { UInt8($0) })
  }
}

/// A log of one partition with records of any size.
private struct LargeRecords: EventLog {
  let records: [NewRecord]

  func partitions(of topic: Topic) throws(LogError) -> Int { 1 }
  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds { LogBounds(start: 0, end: Int64(records.count)) }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    for (index, record) in records.enumerated().dropFirst(Int(offset)) {
      let result = (record.value ?? []).withUnsafeBytes { bytes in
        Result { () throws(LogError) in
          try body(LogRecord(offset: Int64(index), appended: ManualClock().now, key: nil, value: bytes))
        }
      }
      try result.get()
    }
    return Int64(records.count)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}
  func makeAppender() throws(LogError) -> any LogAppender { throw .stopped }
  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { throw .stopped }
}
