import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@Suite("A validator that reads events")
struct ReadingTests {
  private func validator(_ rig: Rig, over log: any EventLog) throws -> ValidatorLoop {
    try ValidatorLoop(context: rig.context(over: log), group: try rig.log.join(group: "validators", topic: .events))
  }

  private func appendTicks(_ count: Int, to partition: Int = 0, _ rig: Rig) throws {
    try rig.append(Array(repeating: ValidatorLoop.tick, count: count), to: TopicPartition(.events, partition))
  }

  @Test("Asks where the log begins and ends only where a read finds nothing at all")
  func questions() throws {
    let rig = try Rig()
    let log = CountingLog(base: rig.log)
    let validator = try validator(rig, over: log)
    _ = try validator.step(timeout: .zero)
    log.forget()
    _ = try validator.step(timeout: .zero)
    #expect(log.questions == 1, "nothing was ever there")
    log.forget()
    for _ in 0..<5 {
      rig.clock.advance(milliseconds: 100)
      try appendTicks(3, rig)
      #expect(try validator.step(timeout: .zero) == 3)
      _ = try validator.step(timeout: .zero)
    }
    #expect(log.questions == 0, "what was decided last is still there")
    #expect(try rig.entries().count == 16)
  }

  @Test("Reads a quiet partition in its turn only", arguments: [1, 2, 5])
  func turns(partitions: Int) throws {
    let rig = try Rig(partitions: partitions)
    let log = CountingLog(base: rig.log)
    let validator = try validator(rig, over: log)
    for partition in 0..<partitions { try appendTicks(1, to: partition, rig) }
    try rig.settle(validator)
    log.forget()
    for _ in 0..<(3 * partitions) { _ = try validator.step(timeout: .zero) }
    #expect(log.reads == Array(repeating: 3, count: partitions))
    log.forget()
    for partition in 0..<partitions { try appendTicks(1, to: partition, rig) }
    #expect(try validator.step(timeout: .zero) == partitions)
    #expect(log.reads == Array(repeating: 1, count: partitions))
  }

  @Test(
    "A step goes on behind a full block without a second look, leaves a single event for the next one, and ends after a second",
    arguments: [(9, 0, [0, 4, 7]), (8, 0, [0, 4, 7]), (7, 0, [0, 4]), (9, 499, [0, 4, 7]), (9, 500, [0, 4]), (9, 1000, [0])])
  func longRun(stepEventsMax: Int, readMilliseconds: Int64, from offsets: [Int64]) throws {
    var rig = try Rig()
    (rig.settings.partitionEventsMax, rig.settings.blockEventsMax, rig.settings.stepEventsMax) = (3, 3, stepEventsMax)
    let log = CountingLog(base: rig.log)
    let validator = try validator(rig, over: log)
    try appendTicks(1, rig)
    try rig.settle(validator)
    try appendTicks(12, rig)
    log.forget()
    log.whenRead { [clock = rig.clock] in clock.advance(milliseconds: readMilliseconds) }
    let decided = min(stepEventsMax == 7 ? 6 : stepEventsMax, 3 * offsets.count)
    #expect(try validator.step(timeout: .zero) == decided)
    #expect(log.offsets == offsets)
    log.whenRead {}
    try rig.settle(validator)
    #expect(try rig.entries().count == 14)
    #expect(rig.monitor.alarms.isEmpty)
  }

  @Test("Events that expired before they were decided stop the partition", arguments: [0, 2])
  func expired(decided: Int) throws {
    let rig = try Rig()
    let validator = try rig.validator()
    try appendTicks(decided, rig)
    try rig.settle(validator)
    try appendTicks(4, rig)
    rig.log.trim(Rig.events, before: Int64(decided) + 3)
    try rig.settle(validator)
    #expect(rig.monitor.alarms == [.eventsExpired(partition: 0, next: Int64(decided), start: Int64(decided) + 3)])
    #expect(validator.partitions.map(\.isStopped) == [true])
    #expect(try rig.entries().count == 1 + decided)
  }

  @Test("Retention of what is decided, the last one too, changes nothing", arguments: [1, 2, 3])
  func retention(removed: Int64) throws {
    let rig = try Rig()
    let validator = try rig.validator()
    try appendTicks(3, rig)
    try rig.settle(validator)
    rig.log.trim(Rig.events, before: removed)
    try rig.settle(validator)
    try appendTicks(2, rig)
    try rig.settle(validator)
    #expect(rig.monitor.alarms.isEmpty && validator.partitions.map(\.isDeciding) == [true])
    #expect(try rig.entries().count == 6)
  }

  @Test("A lost tail stops the partition, whether the log tells readers of it or not", arguments: [true, false], [1, 3])
  func lostTail(silently: Bool, count: Int) throws {
    let rig = try Rig()
    let validator = try rig.validator()
    try appendTicks(4, rig)
    try rig.settle(validator)
    rig.log.loseTail(of: Rig.events, count: count, silently: silently)
    _ = try validator.step(timeout: .zero)
    _ = try validator.step(timeout: .zero)
    #expect(rig.monitor.alarms == [.eventsTailLost(partition: 0, source: 3)])
    #expect(validator.partitions.map(\.isStopped) == [true])
  }

  @Test("Of a log that lost its tail and grew again nothing is decided", arguments: [true, false], [0, 1, 5])
  func grownAgain(silently: Bool, more: Int) throws {
    let rig = try Rig()
    let validator = try rig.validator()
    try appendTicks(4, rig)
    try rig.settle(validator)
    rig.log.loseTail(of: Rig.events, count: 2, silently: silently)
    rig.clock.advance(milliseconds: 1000)
    try appendTicks(2 + more, rig)
    _ = try validator.step(timeout: .zero)
    _ = try validator.step(timeout: .zero)
    #expect(rig.monitor.alarms == [.eventsTailLost(partition: 0, source: 3)])
    #expect(try rig.entries().count == 5)
  }

  @Test("A quiet partition's lost tail is noticed in its turn, before anything is decided on what grew there", arguments: [0, 1, 4])
  func quietPartition(grown: Int) throws {
    let rig = try Rig(partitions: 3)
    let validator = try rig.validator()
    for partition in 0..<3 { try appendTicks(3, to: partition, rig) }
    try rig.settle(validator)
    rig.log.loseTail(of: TopicPartition(.events, 1), count: 1)
    rig.clock.advance(milliseconds: 1000)
    try appendTicks(grown, to: 1, rig)
    for _ in 0..<4 {
      try appendTicks(1, to: 0, rig)
      _ = try validator.step(timeout: .zero)
    }
    #expect(rig.monitor.alarms == [.eventsTailLost(partition: 1, source: 2)])
    #expect(try rig.entries(partition: 1).count == 4)
    #expect(try rig.entries(partition: 0).count == 8)
  }
}

/// Counts what is asked about the events topic.
private final class CountingLog: EventLog {
  private struct State {
    var questions = 0
    var reads: [(partition: Int, offset: Int64)] = []
    var whenRead: @Sendable () -> Void = {}
  }

  private let base: SimulatedLog
  private let state = Mutex(State())

  init(base: SimulatedLog) { self.base = base }

  /// How often somebody asked where a partition begins or ends.
  var questions: Int { state.withLock(\.questions) }
  /// How often each partition was read that was read at all, in their order.
  var reads: [Int] {
    let reads = state.withLock(\.reads)
    return Dictionary(grouping: reads, by: \.partition).sorted { $0.key < $1.key }.map(\.value.count)
  }
  /// From where it was read, each time.
  var offsets: [Int64] { state.withLock { $0.reads.map(\.offset) } }

  func forget() { state.withLock { ($0.questions, $0.reads) = (0, []) } }

  /// Has something done at each reading.
  func whenRead(_ body: @escaping @Sendable () -> Void) { state.withLock { $0.whenRead = body } }

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    if place.topic == .events { state.withLock { $0.questions += 1 } }
    return try base.bounds(of: place)
  }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    if place.topic == .events {
      state.withLock { state in
        state.reads.append((place.partition, offset))
        return state.whenRead
      }()
    }
    return try base.read(place, from: offset, limit: limit, body)
  }

  func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    try base.mayHaveRecords(in: topic, at: positions)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { try base.makeAppender() }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}
