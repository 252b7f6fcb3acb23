import LodgingPipeline
import Synchronization

extension EventLogConformance {
  /// Waiting for records, and reading beside an appender.
  static let waiting: [ConformanceCheck] = [
    ConformanceCheck("Waiting ends at once where there are records already") { bench in
      try bench.append(["a"], to: bench.first)
      _ = try bench.read(bench.first, count: 1)
      let clock = ContinuousClock()
      let start = clock.now
      try bench.log.waitForRecords(after: [bench.first: 0, bench.place(1): 0], timeout: bench.options.patience * 2)
      try bench.expect(clock.now - start < bench.options.patience, "waited although there were records")
    },
    ConformanceCheck("Waiting ends after its time where nothing comes") { bench in
      try bench.append(["a"], to: bench.first)
      let end = try bench.read(bench.first, count: 1)[0].offset + 1
      try bench.log.waitForRecords(after: [bench.first: end], timeout: .zero)
      try bench.log.waitForRecords(after: [bench.first: end], timeout: .milliseconds(30))
      try bench.log.waitForRecords(after: [:], timeout: .milliseconds(1))
    },
    ConformanceCheck("Waiting ends when another thread appends") { bench in
      let clock = ContinuousClock()
      let start = clock.now
      let flag = WaitingFlag()
      try bench.beside(
        {
          try bench.until("the reader to wait") { flag.isSet }
          try bench.append(["a"], to: bench.place(1))
        },
        {
          flag.set()
          try bench.until("a record") {
            try bench.log.waitForRecords(after: [bench.first: 0, bench.place(1): 0], timeout: bench.options.patience * 2)
            return try bench.log.bounds(of: bench.place(1)).end > 0
          }
        })
      try bench.expect(clock.now - start < bench.options.patience, "the wait did not end with the append")
    },
    ConformanceCheck("A reader beside an appender sees every record once, in order and unchanged") { bench in
      let total = 600
      try bench.beside(
        {
          let appender = try bench.log.makeAppender()
          for start in stride(from: 0, to: total, by: 12) {
            try bench.append((start..<(start + 12)).map { bench.record("\($0)") }, to: bench.first, by: appender)
          }
        },
        {
          let texts = try bench.read(bench.first, count: total, limit: ReadLimit(records: 17)).map(\.text)
          try bench.expectEqual(texts, (0..<total).map { "\($0)" }, "values")
        })
    },
  ]
}

private final class WaitingFlag: Sendable {
  private let value = Atomic(false)

  var isSet: Bool { value.load(ordering: .acquiring) }

  func set() { value.store(true, ordering: .releasing) }
}
