import Foundation
import LodgingPipeline
import LodgingStore
import LodgingTesting
import Synchronization
import Testing

@testable import LodgingService

@Suite("Copying a cluster's topics")
struct ClusterCopyTests {
  private static let partitions = 2
  private let clock = ManualClock()
  private let cluster: InterruptedLog
  private let folder: ScratchFolder

  init() throws {
    cluster = InterruptedLog(
      SimulatedLog(topics: [.events, .ledger, .residents, .access, .notices, .disclosures], partitions: Self.partitions, clock: clock))
    folder = try ScratchFolder("copy")
  }

  private func append(_ count: Int, to place: TopicPartition) throws {
    let appender = try cluster.makeAppender()
    for number in 0..<count {
      clock.advance(milliseconds: 7)
      try appender.submit([NewRecord(key: [1], value: [UInt8(number)])], to: place, tag: 0)
      for answer in try appender.settle(1) { _ = try answer.result.get() }
    }
  }

  private func copy() throws -> EmbeddedLog {
    try ClusterCopy.make(of: cluster, partitions: Self.partitions, names: \.name, in: folder.path, clock: clock)
    return try EmbeddedLog(directory: folder.path, clock: clock, settings: LogSettings(isReadOnly: true))
  }

  private func records(of log: any EventLog, _ place: TopicPartition) throws -> [KeptRecord] {
    let held = try log.bounds(of: place)
    var (records, next): ([KeptRecord], Int64) = ([], held.start)
    while next < held.end {
      let (more, reached) = try log.copies(of: place, from: next, before: held.end)
      records += more
      next = reached
    }
    return records
  }

  @Test("Every record comes over with its offset, append time and key, and holes stay holes")
  func whole() throws {
    let topics = [Topic.events, .ledger, .residents, .access, .notices, .disclosures]
    let places = topics.map { TopicPartition($0, 0) } + [TopicPartition(.ledger, 1)]
    for place in places { try append(10, to: place) }
    cluster.base.skipOffsets(of: TopicPartition(.residents, 0), count: 4)
    try append(2, to: TopicPartition(.residents, 0))
    cluster.base.trim(TopicPartition(.events, 0), before: 3)
    defer { folder.remove() }
    let log = try copy()
    #expect(log.partitionCount == Self.partitions)
    for place in places {
      #expect(try log.bounds(of: place) == cluster.bounds(of: place))
      #expect(try records(of: log, place) == records(of: cluster.base, place))
    }
  }

  @Test("A partition that retention has emptied still begins where it did, and goes on there")
  func emptied() throws {
    let place = TopicPartition(.events, 1)
    try append(5, to: place)
    cluster.base.trim(place, before: 5)
    let held = try cluster.bounds(of: place)
    #expect(held == LogBounds(start: 5, end: 5))
    defer { folder.remove() }
    #expect(try copy().bounds(of: place) == held)
    let log = try EmbeddedLog(directory: folder.path, clock: clock)
    #expect(try log.bounds(of: place) == held)
    let appender = try log.makeAppender()
    try appender.submit([NewRecord(key: nil, value: [1])], to: place, tag: 0)
    #expect(try appender.settle(1).first?.result.get() == [5])
    #expect(try log.bounds(of: place) == LogBounds(start: 5, end: 6))
  }

  @Test("Events that retention removes while they are copied leave no hole behind them")
  func retention() throws {
    let place = TopicPartition(.events, 0)
    try append(20, to: place)
    cluster.removal.withLock { $0 = (place, 12) }
    defer { folder.remove() }
    let log = try copy()
    #expect(try log.bounds(of: place) == LogBounds(start: 12, end: 20))
    #expect(try records(of: log, place).map(\.offset) == Array(12..<20))
  }

  @Test("A ledger whose first entries are gone is no backup")
  func beheaded() throws {
    try append(5, to: TopicPartition(.ledger, 1))
    cluster.base.trim(TopicPartition(.ledger, 1), before: 2)
    defer { folder.remove() }
    let error = #expect(throws: ServiceError.self) { try copy() }
    #expect(error?.description.contains("begins at offset 2") == true)
  }

  @Test("Of what an earlier version backed up, the topics are put back that it had")
  func older() throws {
    defer { folder.remove() }
    let topics = [Topic.events, .ledger, .residents, .disclosures]
    _ = try EmbeddedLog(directory: folder.path, clock: clock, settings: LogSettings(partitions: 1, topics: topics))
    let log = try EmbeddedLog(directory: folder.path, clock: clock, settings: LogSettings(isReadOnly: true))
    #expect(try ClusterCopy.singles(in: log) == [.residents, .disclosures])
    #expect(try ClusterCopy.singles(in: cluster.base) == ClusterCopy.singles)
  }

  @Test("A record that comes behind those that are there is refused")
  func order() throws {
    defer { folder.remove() }
    let log = try EmbeddedLog(directory: folder.path, clock: clock, settings: LogSettings(partitions: 1))
    let place = TopicPartition(.ledger, 0)
    try append(3, to: place)
    let all = try records(of: cluster.base, place)
    try log.takeOver(Array(all[1...]), at: place)
    #expect(throws: LogError.self) { try log.takeOver([all[0]], at: place) }
    #expect(try log.bounds(of: place) == LogBounds(start: 1, end: 3))
  }
}
