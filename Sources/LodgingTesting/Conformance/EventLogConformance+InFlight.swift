import LodgingPipeline

extension EventLogConformance {
  /// What becomes of submissions between `submit` and their acknowledgement.
  static let inFlight: [ConformanceCheck] = [
    ConformanceCheck("Acknowledgements of a partition come in the order of its submissions, one for each tag") { bench in
      let appender = try bench.log.makeAppender()
      for tag in 0..<90 { try appender.submit([bench.record("\(tag)")], to: bench.place(tag % 3), tag: UInt64(1000 - tag)) }
      let answers = try bench.settle(appender, 90)
      for partition in 0..<3 {
        let due = (0..<90).filter { $0 % 3 == partition }.map { UInt64(1000 - $0) }
        try bench.expectEqual(answers.filter { $0.place == bench.place(partition) }.map(\.tag), due, "tags of partition \(partition)")
      }
      try bench.expect(try appender.acknowledgements(timeout: .zero).isEmpty, "an acknowledgement came twice")
    },
    ConformanceCheck("Asking for acknowledgements with nothing in flight does not wait") { bench in
      let appender = try bench.log.makeAppender()
      let clock = ContinuousClock()
      let start = clock.now
      try bench.expect(try appender.acknowledgements(timeout: bench.options.patience * 2).isEmpty, "an acknowledgement of nothing")
      try bench.expect(clock.now - start < bench.options.patience, "waited for nothing")
    },
    ConformanceCheck("An empty submission is acknowledged without offsets") { bench in
      let appender = try bench.log.makeAppender()
      try appender.submit([bench.record("a")], to: bench.first, tag: 1)
      try appender.submit([], to: bench.first, tag: 2)
      try appender.submit([bench.record("b")], to: bench.first, tag: 3)
      let answers = try bench.settle(appender, 3)
      try bench.expectEqual(answers.map(\.tag), [1, 2, 3], "tags")
      try bench.expectEqual(try answers.map { try $0.result.get().count }, [1, 0, 1], "numbers of offsets")
      try bench.expectEqual(try bench.texts(bench.first, count: 2), ["a", "b"], "values")
    },
    ConformanceCheck("Equal tags may be in flight together") { bench in
      let appender = try bench.log.makeAppender()
      for text in ["a", "b", "c"] { try appender.submit([bench.record(text)], to: bench.first, tag: 5) }
      let answers = try bench.settle(appender, 3)
      try bench.expectEqual(answers.map(\.tag), [5, 5, 5], "tags")
      try bench.expectEqual(
        try answers.flatMap { try $0.result.get() }, try bench.read(bench.first, count: 3).map(\.offset), "offsets")
    },
    ConformanceCheck("More in flight than allowed is refused, and what was taken lands") { bench in
      let appender = try bench.log.makeAppender()
      let limit = LogLimits.submissionsInFlightMax
      for tag in 0..<limit { try appender.submit([bench.record("\(tag)")], to: bench.place(tag % 3), tag: UInt64(tag)) }
      try bench.expectError(.queueFull, "one submission too many") {
        try appender.submit([bench.record("too many")], to: bench.first, tag: UInt64(limit))
      }
      _ = try bench.settle(appender, limit).map { try $0.result.get() }
      try appender.submit([bench.record("\(limit)")], to: bench.place(limit % 3), tag: UInt64(limit))
      _ = try bench.settle(appender, 1).map { try $0.result.get() }
      for partition in 0..<3 {
        let due = (0...limit).filter { $0 % 3 == partition }.map { "\($0)" }
        try bench.expectEqual(try bench.texts(bench.place(partition), count: due.count), due, "values of partition \(partition)")
      }
    },
    ConformanceCheck("After a purge no acknowledgement comes for what was in flight, and the appender goes on") { bench in
      let appender = try bench.log.makeAppender()
      for tag in 0..<5 { try appender.submit([bench.record("purged \(tag)")], to: bench.first, tag: UInt64(tag)) }
      appender.purge()
      try appender.submit([bench.record("after")], to: bench.first, tag: 100)
      let answers = try bench.settle(appender, 1)
      try bench.expectEqual(answers.map(\.tag), [100], "tags")
      let offset = try bench.offsets(of: answers[0], count: 1)[0]
      var found: [ReadRecord] = []
      try bench.until("the record after the purge") {
        let from = try found.last.map { $0.offset + 1 } ?? bench.log.bounds(of: bench.first).start
        _ = try bench.log.read(bench.first, from: from, limit: ReadLimit(records: 10)) { record throws(LogError) in
          found.append(ReadRecord(record))
        }
        return found.contains { $0.offset == offset }
      }
      try bench.expectEqual(found.first { $0.offset == offset }?.text, "after", "value at the acknowledged offset")
      try bench.expect(found.allSatisfy { $0.text == "after" || $0.text.hasPrefix("purged ") }, "values that nobody wrote")
    },
    ConformanceCheck("Two places of one submission queue fail alone: an unknown partition leaves the rest in flight") { bench in
      let appender = try bench.log.makeAppender()
      try appender.submit([bench.record("a")], to: bench.first, tag: 1)
      let missing = bench.place(bench.options.partitions)
      try bench.expectError(.unknownPartition(missing), "submitting to a partition that is not there") {
        try appender.submit([bench.record("lost")], to: missing, tag: 2)
      }
      try appender.submit([bench.record("b")], to: bench.first, tag: 3)
      try bench.expectEqual(try bench.settle(appender, 2).map(\.tag), [1, 3], "tags")
      try bench.expectEqual(try bench.texts(bench.first, count: 2), ["a", "b"], "values")
    },
  ]
}
