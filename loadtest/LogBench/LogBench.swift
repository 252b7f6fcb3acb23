import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore

/// Prints how many records a second the embedded log appends and reads, by the wall and by the processor.
///
/// Usage: `swift run -c release log-bench [records] [bytes] [folder]`
@main
struct LogBench {
  static let partitions = 64

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    let count = arguments.first.flatMap { Int($0) } ?? 500_000
    let bytes = arguments.dropFirst().first.flatMap { Int($0) } ?? 250
    let parent = arguments.dropFirst(2).first ?? FileManager.default.temporaryDirectory.path
    print("records of \(bytes) bytes over \(partitions) partitions, in \(parent)")
    for batch in [10, 100, 1000, 10_000] {
      let folder = "\(parent)/log-bench-\(getpid())-\(batch)"
      defer { try? FileManager.default.removeItem(atPath: folder) }
      let log = try EmbeddedLog(directory: folder, clock: FixedClock())
      let size = min(count, batch * 2000)
      try measure("append, \(batch) a transaction", size) { try append(to: log, count: size, bytes: bytes, batch: batch) }
      try measure("read, up to 1000 a call", size) { try read(from: log) }
    }
  }

  /// Appends to every partition in turn, in submissions of up to 40 records, and returns how many were acknowledged.
  private static func append(to log: EmbeddedLog, count: Int, bytes: Int, batch: Int) throws -> Int {
    let appender = try log.makeAppender()
    let record = NewRecord(key: Array("establishment-7".utf8), value: [UInt8](repeating: 0x5a, count: bytes))
    let submission = max(1, min(40, batch / 10))
    let records = [NewRecord](repeating: record, count: submission)
    var submitted = 0
    var acknowledged = 0
    var number = 0
    while submitted < count {
      for _ in 0..<(batch / submission) {
        if number % LogLimits.submissionsInFlightMax == 0, number > 0 { acknowledged += try settle(appender) }
        try appender.submit(records, to: TopicPartition(.events, number % partitions), tag: UInt64(number))
        submitted += submission
        number += 1
      }
      acknowledged += try settle(appender)
    }
    return acknowledged
  }

  private static func settle(_ appender: any LogAppender) throws -> Int {
    try appender.acknowledgements(timeout: .zero).reduce(0) { try $0 + $1.result.get().count }
  }

  private static func read(from log: EmbeddedLog) throws -> Int {
    var count = 0
    var checksum = 0
    for partition in 0..<partitions {
      let place = TopicPartition(.events, partition)
      let end = try log.bounds(of: place).end
      var offset: Int64 = 0
      while offset < end {
        offset = try log.read(place, from: offset, limit: ReadLimit(records: 1000)) { record throws(LogError) in
          count += 1
          checksum &+= Int(record.value?.last ?? 0)
        }
      }
    }
    return checksum == 0 ? 0 : count
  }

  /// Runs `work`, which returns how many records it handled, and prints its rates.
  private static func measure(_ name: String, _ count: Int, _ work: () throws -> Int) throws {
    let wall = ContinuousClock.now
    let processor = processorSeconds()
    let handled = try work()
    let elapsed = ContinuousClock.now - wall
    let spent = processorSeconds() - processor
    guard handled == count else { throw Miscount(name: name, expected: count, counted: handled) }
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
    let label = name + String(repeating: " ", count: max(1, 34 - name.count))
    print("\(label)\(Int(Double(count) / seconds)) a second, \(Int(Double(count) / spent)) a processor second")
  }

  private static func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// A pass that handled fewer or more records than there are.
struct Miscount: Error {
  let name: String
  let expected: Int
  let counted: Int
}

private struct FixedClock: PipelineClock {
  let now = Instant(milliseconds: 1_772_460_000_000)
}
