import LodgingDomain
import LodgingPipeline

extension EventLogConformance {
  /// Where records land.
  static let appending: [ConformanceCheck] = [
    ConformanceCheck("Offsets start at 0 and follow each other, through one appender and the next", needs: [.offsetsWithoutHoles]) {
      bench in
      let appender = try bench.log.makeAppender()
      try bench.expectEqual(try bench.append([bench.record("a"), bench.record("b")], to: bench.first, by: appender), [0, 1], "offsets")
      try bench.expectEqual(try bench.append([bench.record("c")], to: bench.first, by: appender), [2], "offsets")
      try bench.expectEqual(try bench.append(["d", "e"], to: bench.first), [3, 4], "offsets of a second appender")
      try bench.expectEqual(try bench.read(bench.first, count: 5).map(\.offset), [0, 1, 2, 3, 4], "offsets as read")
      try bench.expectEqual(try bench.log.bounds(of: bench.first), LogBounds(start: 0, end: 5), "bounds")
    },
    ConformanceCheck("Records are read at the offsets that were acknowledged") { bench in
      let offsets = try bench.append(["a", "b", "c"], to: bench.first) + bench.append(["d"], to: bench.first)
      let records = try bench.read(bench.first, count: 4)
      try bench.expectEqual(records.map(\.offset), offsets, "offsets as read")
      try bench.expectEqual(records.map(\.text), ["a", "b", "c", "d"], "values")
      for (offset, text) in zip(offsets, ["a", "b", "c", "d"]) {
        var found: [String] = []
        try bench.until("the record at \(offset)") {
          _ = try bench.log.read(bench.first, from: offset, limit: ReadLimit(records: 1)) { record throws(LogError) in
            found.append(ReadRecord(record).text)
          }
          return !found.isEmpty
        }
        try bench.expectEqual(found, [text], "value at \(offset)")
      }
    },
    ConformanceCheck("Many submissions to one partition land in their order") { bench in
      let appender = try bench.log.makeAppender()
      var due: [String] = []
      for submission in 0..<60 {
        let texts = (0..<(submission % 7 + 1)).map { "\(submission).\($0)" }
        try appender.submit(texts.map { bench.record($0) }, to: bench.first, tag: UInt64(submission))
        due += texts
      }
      let answers = try bench.settle(appender, 60)
      try bench.expectEqual(answers.map(\.tag), Array(0..<60), "tags")
      let records = try bench.read(bench.first, count: due.count)
      try bench.expectEqual(records.map(\.text), due, "values")
      try bench.expectEqual(try answers.flatMap { try $0.result.get() }, records.map(\.offset), "offsets")
    },
    ConformanceCheck("Partitions and topics do not mix") { bench in
      let places = [bench.options.topics.first, bench.options.topics.second].flatMap { topic in (0..<3).map { TopicPartition(topic, $0) } }
      let appender = try bench.log.makeAppender()
      for round in 0..<10 {
        for (index, place) in places.enumerated() {
          try appender.submit([bench.record("\(place) \(round)")], to: place, tag: UInt64(round * places.count + index))
        }
      }
      for answer in try bench.settle(appender, 60) {
        try bench.expectEqual(answer.place, places[Int(answer.tag) % places.count], "place of the acknowledgement \(answer.tag)")
        _ = try bench.offsets(of: answer, count: 1)
      }
      for place in places { try bench.expectEqual(try bench.texts(place, count: 10), (0..<10).map { "\(place) \($0)" }, "\(place)") }
    },
    ConformanceCheck("Two appenders in turn lose nothing of each other") { bench in
      let appenders = [try bench.log.makeAppender(), try bench.log.makeAppender()]
      for round in 0..<20 {
        for (index, appender) in appenders.enumerated() {
          try appender.submit([bench.record("\(index) \(round)"), bench.record("\(index) \(round)+")], to: bench.first, tag: UInt64(round))
        }
        // Every other round both have two submissions in flight.
        if round % 2 == 1 { for appender in appenders { _ = try bench.settle(appender, 2).map { try $0.result.get() } } }
      }
      let texts = try bench.texts(bench.first, count: 80)
      for index in 0..<2 {
        let due = (0..<20).flatMap { ["\(index) \($0)", "\(index) \($0)+"] }
        try bench.expectEqual(texts.filter { $0.hasPrefix("\(index) ") }, due, "records of appender \(index)")
      }
    },
    ConformanceCheck("Two appenders on two threads lose nothing of each other") { bench in
      let write: @Sendable (Int) throws -> Void = { index in
        let appender = try bench.log.makeAppender()
        for round in 0..<25 {
          try bench.append([bench.record("\(index) \(round)"), bench.record("\(index) \(round)+")], to: bench.first, by: appender)
        }
      }
      try bench.beside({ try write(0) }, { try write(1) })
      let texts = try bench.texts(bench.first, count: 100)
      for index in 0..<2 {
        let due = (0..<25).flatMap { ["\(index) \($0)", "\(index) \($0)+"] }
        try bench.expectEqual(texts.filter { $0.hasPrefix("\(index) ") }, due, "records of appender \(index)")
      }
    },
    ConformanceCheck("Append times never fall", needs: [.appendTimes]) { bench in
      for round in 0..<5 {
        bench.subject.clock?.advance(milliseconds: round % 2 == 0 ? 1000 : -1500)
        try bench.append(["a", "b"], to: bench.first)
      }
      let times = try bench.read(bench.first, count: 10).map(\.appended)
      try bench.expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "append times fall: \(times)")
    },
    ConformanceCheck("Append times are the injected clock's, or the last one's where that is later", needs: [.appendTimes, .injectedClock])
    { bench in
      guard let clock = bench.subject.clock else { throw ConformanceFailure("no clock to inject") }
      let start = clock.now
      var due: [Instant] = []
      for (seconds, last) in [(0, 0), (7, 7), (3, 7), (7, 7), (8, 8)] {
        clock.set(start.adding(seconds: Int64(seconds)))
        try bench.append(["a", "b"], to: bench.first)
        due += Array(repeating: start.adding(seconds: Int64(last)), count: 2)
      }
      try bench.expectEqual(try bench.read(bench.first, count: 10).map(\.appended), due, "append times")
      try bench.append(["other"], to: bench.place(1))
      clock.set(start)
      try bench.append(["other"], to: bench.place(2))
      try bench.expectEqual(try bench.read(bench.place(2), count: 1).map(\.appended), [start], "append times of another partition")
    },
  ]
}
