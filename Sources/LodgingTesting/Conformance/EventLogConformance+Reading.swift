import LodgingPipeline

extension EventLogConformance {
  /// What readers get.
  static let reading: [ConformanceCheck] = [
    ConformanceCheck("A fresh partition is empty and can be read at its end") { bench in
      try bench.expectEqual(try bench.log.partitions(of: bench.options.topics.first), bench.options.partitions, "number of partitions")
      for partition in 0..<bench.options.partitions {
        let bounds = try bench.log.bounds(of: bench.place(partition))
        try bench.expectEqual(bounds, LogBounds(start: 0, end: 0), "bounds of partition \(partition)")
      }
      let next = try bench.log.read(bench.first, from: 0, limit: ReadLimit(records: 1)) { _ throws(LogError) in throw .stopped }
      try bench.expectEqual(next, 0, "position after reading nothing")
    },
    ConformanceCheck("Reading at the end gives nothing and stays there") { bench in
      try bench.append(["a", "b"], to: bench.first)
      let end = try bench.read(bench.first, count: 2)[1].offset + 1
      let next = try bench.log.read(bench.first, from: end, limit: ReadLimit(records: 10)) { _ throws(LogError) in throw .stopped }
      try bench.expectEqual(next, end, "position after reading at the end")
      try bench.append(["c"], to: bench.first)
      try bench.expectEqual(try bench.texts(bench.first, from: end, count: 1), ["c"], "what came after the end")
    },
    ConformanceCheck("Reading outside of what is held is refused with the bounds") { bench in
      try bench.append(["a", "b"], to: bench.first)
      let bounds = try bench.log.bounds(of: bench.first)
      for offset in [bounds.start - 1, bounds.end + 1, bounds.end + 1000, .min, .max] {
        try bench.expectError(.offsetOutOfRange(bench.first, requested: offset, held: bounds), "reading at \(offset)") {
          _ = try bench.log.read(bench.first, from: offset, limit: ReadLimit(records: 1)) { _ throws(LogError) in }
        }
      }
    },
    ConformanceCheck("Where a record stands is told sooner or later, and nothing is taken away by it") { bench in
      let topic = bench.options.topics.first
      for (offset, text) in zip(try bench.append(["a", "b"], to: bench.place(1)), ["a", "b"]) {
        try bench.until("the record at \(offset) to be told of") {
          let positions = [PartitionPosition(partition: 0, offset: 0), PartitionPosition(partition: 1, offset: offset)]
          let answers = try bench.log.mayHaveRecords(in: topic, at: positions)
          try bench.expectEqual(answers.count, 2, "number of answers")
          return answers[1]
        }
        try bench.expectEqual(try bench.texts(bench.place(1), from: offset, count: text == "a" ? 2 : 1).first, text, "record")
      }
      try bench.expectEqual(try bench.log.mayHaveRecords(in: topic, at: []), [], "answers about nothing")
    },
    ConformanceCheck("Reading from anywhere in small steps gives every record once") { bench in
      let due = (0..<50).map { "\($0)" }
      let offsets = try bench.append(due, to: bench.first)
      for step in [1, 3, 50, 1000] {
        for start in [0, 1, 25, 49] {
          let found = try bench.read(bench.first, from: offsets[start], count: 50 - start, limit: ReadLimit(records: step))
          try bench.expectEqual(found.map(\.text), Array(due[start...]), "records from \(start) in steps of \(step)")
        }
      }
    },
    ConformanceCheck("A read stops at its limit of bytes, but gives one record where there is one") { bench in
      let value = [UInt8](repeating: 1, count: 997)
      try bench.append((0..<6).map { _ in NewRecord(key: [1, 2, 3], value: value) }, to: bench.first)
      for (bytes, most) in [(0, 1), (999, 1), (1000, 1), (1999, 1), (2000, 2), (2999, 2), (3000, 3), (100_000, 6)] {
        var offset: Int64 = 0
        var total = 0
        try bench.until("six records with at most \(bytes) bytes a read") {
          var count = 0
          offset = try bench.log.read(bench.first, from: offset, limit: ReadLimit(records: 100, bytes: bytes)) { _ throws(LogError) in
            count += 1
          }
          try bench.expect(count <= most, "a read of at most \(bytes) bytes gave \(count) records of 1000 bytes")
          total += count
          return total >= 6
        }
      }
      try bench.expectEqual(try bench.read(bench.first, count: 6, limit: ReadLimit(records: 0)).count, 6, "records read one by one")
    },
    ConformanceCheck("An error of the reader's code stops the read and comes out unchanged") { bench in
      let offsets = try bench.append((0..<10).map { "\($0)" }, to: bench.first)
      _ = try bench.read(bench.first, count: 10)
      var seen: [Int64] = []
      try bench.expectError(.stopped, "a reader that stops") {
        var position: Int64 = 0
        try bench.until("the reader's error") {
          position = try bench.log.read(bench.first, from: position, limit: ReadLimit(records: 10)) { record throws(LogError) in
            seen.append(record.offset)
            if seen.count == 3 { throw .stopped }
          }
          return false
        }
      }
      try bench.expectEqual(seen, Array(offsets.prefix(3)), "records before the stop")
      try bench.expectEqual(try bench.read(bench.first, count: 10).count, 10, "records of the next read")
    },
    ConformanceCheck("What does not exist is named") { bench in
      let nowhere = Topic("no-such-topic")
      try bench.expectError(.unknownTopic(nowhere), "partitions of an unknown topic") { _ = try bench.log.partitions(of: nowhere) }
      try bench.expectError(.unknownTopic(nowhere), "bounds of an unknown topic") {
        _ = try bench.log.bounds(of: TopicPartition(nowhere, 0))
      }
      try bench.expectError(.unknownTopic(nowhere), "submitting to an unknown topic") {
        try bench.log.makeAppender().submit([], to: TopicPartition(nowhere, 0), tag: 1)
      }
      for partition in [-1, bench.options.partitions] {
        let missing = bench.place(partition)
        try bench.expectError(.unknownPartition(missing), "bounds of \(missing)") { _ = try bench.log.bounds(of: missing) }
        try bench.expectError(.unknownPartition(missing), "reading \(missing)") {
          _ = try bench.log.read(missing, from: 0, limit: ReadLimit(records: 1)) { _ throws(LogError) in }
        }
        try bench.expectError(.unknownPartition(missing), "waiting for \(missing)") {
          try bench.log.waitForRecords(after: [missing: 0], timeout: .zero)
        }
      }
    },
    ConformanceCheck("Retention removes the start, and neither end nor offsets change", needs: [.retention]) { bench in
      guard let trim = bench.subject.trim else { throw ConformanceFailure("nothing to trim with") }
      let offsets = try bench.append((0..<5).map { "\($0)" }, to: bench.first)
      try bench.append(["other"], to: bench.place(1))
      try trim(bench.first, offsets[3])
      let held = try bench.log.bounds(of: bench.first)
      try bench.expectEqual(held, LogBounds(start: offsets[3], end: offsets[4] + 1), "bounds")
      try bench.expectError(.offsetOutOfRange(bench.first, requested: offsets[2], held: held), "reading what was removed") {
        _ = try bench.log.read(bench.first, from: offsets[2], limit: ReadLimit(records: 1)) { _ throws(LogError) in }
      }
      let last = try bench.append(["5"], to: bench.first)
      try bench.expect(last[0] > offsets[4], "an offset was given again after retention")
      try bench.expectEqual(try bench.texts(bench.first, from: offsets[3], count: 3), ["3", "4", "5"], "what is left")
      try bench.expectEqual(try bench.texts(bench.place(1), count: 1), ["other"], "another partition")
    },
  ]
}
