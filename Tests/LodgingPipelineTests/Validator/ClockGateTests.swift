import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@Suite("A validator whose clock is behind the log")
struct ClockGateTests {
  @Test("It decides nothing, waits for records that are not there yet, and goes on when its clock has caught up")
  func waits() throws {
    let rig = try Rig()
    let now = rig.clock.now
    rig.clock.set(now.adding(hours: 1))
    try rig.append(Example.opening(at: now))
    rig.clock.set(now)
    let log = WatchedLog(base: rig.log)
    let validator = try ValidatorLoop(context: rig.context(over: log), group: try rig.log.join(group: "validators", topic: .events))
    try rig.settle(validator)
    #expect(try rig.outcomes() == [])
    #expect(validator.partitions.map(\.waitingFor) == [now.adding(hours: 1)])
    #expect(log.waits.isEmpty == false && log.waits.allSatisfy { $0 == [Rig.events: 1] }, "\(log.waits)")
    rig.clock.set(now.adding(hours: 1))
    try rig.settle(validator)
    #expect(try rig.outcomes() == [.accepted])
    #expect(validator.partitions.map(\.waitingFor) == [nil])
  }
}

/// Notes what is waited for.
private final class WatchedLog: EventLog {
  private let base: SimulatedLog
  private let noted = Mutex<[[TopicPartition: Int64]]>([])

  init(base: SimulatedLog) { self.base = base }

  var waits: [[TopicPartition: Int64]] { noted.withLock { $0 } }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {
    noted.withLock { $0.append(positions) }
  }

  func partitions(of topic: Topic) throws(LogError) -> Int { try base.partitions(of: topic) }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds { try base.bounds(of: place) }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 { try base.read(place, from: offset, limit: limit, body) }

  func makeAppender() throws(LogError) -> any LogAppender { try base.makeAppender() }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try base.join(group: group, topic: topic) }
}
