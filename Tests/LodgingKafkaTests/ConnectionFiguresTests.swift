import Dispatch
import LodgingKafka
import LodgingPipeline
import Synchronization
import TestThreads
import Testing

@Suite("What connections tell about themselves", .onOwnThread)
struct ConnectionFiguresTests {
  @Test("It is taken from each connection again and again, also where nobody uses any of them")
  func idle() throws {
    let kafka = try MockedLog(partitions: 1)
    let heard = HeardFigures(due: [.reader: 3, .looker: 3, .producer: 6])
    let log = try kafka.makeLog {
      $0.settings["statistics.interval.ms"] = "50"
      $0.observer = heard.note
    }
    let appenders = try [log.makeAppender(), log.makeAppender()]
    #expect(heard.wait(atMost: .seconds(20)), "heard \(heard.counts)")
    withExtendedLifetime((log, appenders)) {}
  }

  @Test("An appender that is gone tells nothing more, and what waits for its owner is not lost to those who listen")
  func appends() throws {
    let kafka = try MockedLog(partitions: 1)
    let heard = HeardFigures(due: [.producer: 20])
    let log = try kafka.makeLog {
      $0.settings["statistics.interval.ms"] = "10"
      $0.observer = heard.note
    }
    let appender = try log.makeAppender()
    var offsets: [Int64] = []
    for tag: UInt64 in 0..<200 {
      try appender.submit([NewRecord(key: nil, value: [1])], to: TopicPartition(.ledger, 0), tag: tag)
      for answer in try appender.settle(1) { offsets += try answer.result.get() }
    }
    #expect(offsets == (0..<200).map { Int64($0) })
    #expect(heard.wait(atMost: .seconds(20)), "heard \(heard.counts)")
  }
}

/// Counts what was heard of each kind of connection.
private final class HeardFigures: Sendable {
  private let due: [ConnectionFigures.Kind: Int]
  private let heard = Mutex<[ConnectionFigures.Kind: Int]>([:])
  private let enough = DispatchSemaphore(value: 0)

  init(due: [ConnectionFigures.Kind: Int]) { self.due = due }

  var counts: [ConnectionFigures.Kind: Int] { heard.withLock { $0 } }

  func note(_ figures: ConnectionFigures) {
    let isEnough = heard.withLock { heard in
      heard[figures.kind, default: 0] += 1
      return due.allSatisfy { heard[$0.key, default: 0] >= $0.value }
    }
    if isEnough { enough.signal() }
  }

  func wait(atMost patience: DispatchTimeInterval) -> Bool { enough.wait(timeout: .now() + patience) == .success }
}
