import Foundation
import LodgingDomain
import LodgingPipeline
import Testing

@testable import LodgingService

@Suite("What the operator reads of alarms")
struct OperatorMonitorTests {
  @Test("A line begins with the partition and the fault, and ends with what to do")
  func order() throws {
    let log = TestLog()
    let monitor = OperatorMonitor(logger: log.logger)
    monitor.alarm(.eventsExpired(partition: 37, next: 5, start: 9))
    let line = try #require(log.levelledLines.first)
    #expect(line.hasPrefix("critical partition 37: events 5 to 8 left the log undecided. What to do: "))
    #expect(log.levelledLines.count == 1)
  }

  @Test("The same fault of all partitions is one line with the first one and one with the number of the others")
  func manyPartitions() {
    let log = TestLog()
    do {
      let monitor = OperatorMonitor(logger: log.logger)
      for partition in 0..<64 {
        monitor.alarm(.genesisRefused(partition: partition, reason: "the ledger belongs to another register"))
        monitor.alarm(.genesisRefused(partition: partition, reason: "the ledger belongs to another register"))
      }
      monitor.tell(after: .seconds(3600))
      #expect(log.levelledLines.count == 1)
    }
    #expect(log.levelledLines.count == 2, "the number is told at the latest when the monitor goes")
    #expect(log.levelledLines.first?.hasPrefix("critical partition 0: the ledger belongs to another register.") == true)
    #expect(log.levelledLines.last?.hasPrefix("critical 63 more partitions (1-63): the ledger belongs to another register.") == true)
  }

  @Test("Partitions that are decided again are told once and together, and what befalls them then is told at once")
  func recovered() {
    let log = TestLog()
    let monitor = OperatorMonitor(logger: log.logger)
    for partition in [1, 2, 3, 9] { monitor.alarm(.chainKeyMissing(partition: partition, keyID: 2)) }
    monitor.tell()
    #expect(log.levelledLines.last?.hasPrefix("critical 3 more partitions (2-3, 9): the key ring has no chain key 2") == true)
    monitor.recovered([])
    monitor.recovered([1])
    monitor.recovered([2, 3, 9])
    monitor.tell(after: .seconds(3600))
    #expect(log.lines.count == 2)
    monitor.tell()
    monitor.tell()
    #expect(log.levelledLines.count == 3 && log.levelledLines.last == "notice partitions 1-3, 9: decided again")
    monitor.alarm(.eventsExpired(partition: 1, next: 5, start: 9))
    #expect(log.levelledLines.count == 4)
  }

  @Test("A partition is well again when it is decided, and not while it looks whether it can be")
  func standings() {
    func status(_ partition: Int, _ standing: PartitionStatus.Standing) -> PartitionStatus {
      PartitionStatus(
        partition: partition, position: ChainPosition(offset: 0, chain: .zero, source: -1),
        now: Instant(milliseconds: 0), standing: standing, inFlight: 0)
    }
    let stopped = StoppedPartitions()
    #expect(stopped.note([status(0, .deciding), status(1, .stopped), status(2, .stopped)]) == [])
    #expect(stopped.note([status(0, .deciding), status(1, .restoring), status(2, .stopped)]) == [])
    #expect(stopped.note([status(1, .deciding)]) == [1])
    #expect(stopped.note([status(1, .deciding), status(2, .deciding)]) == [2])
    #expect(stopped.note([status(1, .deciding), status(2, .deciding)]) == [])
  }

  @Test("A key ring of another register is told in a line or two, and not once for each partition")
  func wrongRing() throws {
    let (bench, other) = (try RegisterBench(), try RegisterBench())
    for bench in [bench, other] { try bench.append(try bench.opening(), by: try bench.open()) }
    try FileManager.default.removeItem(atPath: bench.folder.keys)
    try FileManager.default.copyItem(atPath: other.folder.keys, toPath: bench.folder.keys)
    let log = TestLog()
    let register = try Register(bench.folder, clock: bench.clock, logger: log.logger, making: false)
    let worker = try Worker(register)
    #expect(throws: ServiceError.self) { try worker.settleAll() }
    worker.close()
    let critical = log.levelledLines.filter { $0.hasPrefix("critical ") }
    #expect((1...2).contains(critical.count), "\(critical)")
    #expect(critical.contains { $0.contains("another register") })
  }

  @Test("What is told once is not told again, and other faults are lines of their own")
  func otherFaults() {
    let log = TestLog()
    let monitor = OperatorMonitor(logger: log.logger)
    monitor.alarm(.deposed(partition: 1, offset: 5))
    monitor.alarm(.deposed(partition: 2, offset: 6))
    monitor.alarm(.snapshotFailed(partition: 1, reason: "full"))
    monitor.alarm(.snapshotFailed(partition: 3, reason: "full"))
    #expect(log.levelledLines.count == 3)
    monitor.tell()
    monitor.tell()
    #expect(log.levelledLines.count == 4)
    #expect(log.levelledLines.last?.hasPrefix("warning partition 3: ") == true)
  }
}
