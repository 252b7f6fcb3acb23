import LodgingPipeline

extension EventLogConformance {
  /// What records may hold.
  static let records: [ConformanceCheck] = [
    ConformanceCheck("No key and no value differ from an empty key and an empty value") { bench in
      let parts: [[UInt8]?] = [nil, [], [7]]
      let due = parts.flatMap { key in parts.map { NewRecord(key: key, value: $0) } }
      try bench.append(due, to: bench.first)
      try bench.expectEqual(try bench.read(bench.first, count: 9).map { NewRecord(key: $0.key, value: $0.value) }, due, "records")
    },
    ConformanceCheck("Every byte survives, in keys and in values") { bench in
      let all = (0...255).map { UInt8($0) }
      let due = [
        NewRecord(key: all, value: all.reversed()), NewRecord(key: [0], value: [0, 0]), NewRecord(key: [255, 0, 255], value: all + all),
      ]
      try bench.append(due, to: bench.first)
      try bench.expectEqual(try bench.read(bench.first, count: 3).map { NewRecord(key: $0.key, value: $0.value) }, due, "records")
    },
    ConformanceCheck("Values of every size up to 64 KiB survive") { bench in
      var random = SeededGenerator(seed: 1)
      let sizes = [0, 1, 2, 255, 256, 1000, 4095, 4096, 4097, 16_384, 65_535, LogLimits.eventBytesMax]
      let due = sizes.map { NewRecord(key: [1], value: random.bytes($0)) }
      try bench.append(due, to: bench.first)
      let found = try bench.read(bench.first, count: due.count)
      for (record, due) in zip(found, due) {
        try bench.expect(record.value == due.value, "a value of \(due.byteCount - 1) bytes came back changed")
      }
    },
    ConformanceCheck("The largest record lands, beside small ones") { bench in
      var random = SeededGenerator(seed: 2)
      let large = NewRecord(key: Array("key".utf8), value: random.bytes(LogLimits.appendBytesMax - 3))
      try bench.append([bench.record("before"), large, bench.record("after")], to: bench.first)
      let found = try bench.read(bench.first, count: 3)
      try bench.expect(found[1].value == large.value, "the largest record came back changed")
      try bench.expectEqual([found[0].text, found[2].text], ["before", "after"], "its neighbours")
    },
    ConformanceCheck("A batch that was handed over may be filled anew at once") { bench in
      let appender = try bench.log.makeAppender()
      var batch = RecordBatch()
      var due: [NewRecord] = []
      for round in 0..<20 {
        batch.removeAll()
        for index in 0..<(round % 4) {
          due.append(NewRecord(key: index == 1 ? nil : [UInt8(round)], value: index == 2 ? nil : Array("\(round).\(index)".utf8)))
          batch.append(due[due.count - 1])
        }
        try appender.submit(batch, to: bench.first, tag: UInt64(round))
      }
      let answers = try bench.settle(appender, 20)
      try bench.expectEqual(try answers.map { try $0.result.get().count }, (0..<20).map { $0 % 4 }, "numbers of offsets")
      let found = try bench.read(bench.first, count: due.count)
      try bench.expectEqual(found.map { NewRecord(key: $0.key, value: $0.value) }, due, "records")
    },
    ConformanceCheck("A record that is too large is refused with its whole submission") { bench in
      let appender = try bench.log.makeAppender()
      try appender.submit([bench.record("a")], to: bench.first, tag: 1)
      for key in [nil, Array("key".utf8)] {
        let large = NewRecord(key: key, value: Array(repeating: 9, count: LogLimits.appendBytesMax + 1 - (key?.count ?? 0)))
        try bench.expectError(.recordTooLarge(bytes: LogLimits.appendBytesMax + 1), "a record one byte too large") {
          try appender.submit([bench.record("lost"), large], to: bench.first, tag: 2)
        }
      }
      try appender.submit([bench.record("b")], to: bench.first, tag: 3)
      try bench.expectEqual(try bench.settle(appender, 2).map(\.tag), [1, 3], "tags")
      try bench.expectEqual(try bench.texts(bench.first, count: 2), ["a", "b"], "values")
    },
  ]
}
