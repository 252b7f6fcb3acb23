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
    #expect(log.levelledLines.last?.hasPrefix("critical 63 more partitions, from 1 on: the ledger belongs to another register.") == true)
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
