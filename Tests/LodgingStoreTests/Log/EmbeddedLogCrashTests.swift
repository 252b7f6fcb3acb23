import Foundation
import GRDB
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("What the embedded log leaves when a process or the machine stops")
struct EmbeddedLogCrashTests {
  let folder: LogFolder
  let place = TopicPartition(.events, 0)

  init() throws { folder = try LogFolder() }

  @Test("What was acknowledged is there after opening again, and offsets and append times go on")
  func reopening() throws {
    try folder.open().append(["a", "b"], to: place)
    folder.clock.advance(milliseconds: -5000)
    let log = try folder.open()
    #expect(try log.append(["c"], to: place) == [2])
    #expect(try log.texts(place) == ["a", "b", "c"])
    var times: Set<Int64> = []
    _ = try log.read(place, from: 0, limit: ReadLimit(records: 9)) { record throws(LogError) in times.insert(record.appended.milliseconds) }
    #expect(times == [folder.clock.now.milliseconds + 5000])
  }

  @Test("What was submitted and not acknowledged is not there")
  func abandonedSubmission() throws {
    do {
      let log = try folder.open()
      try log.append(["a"], to: place)
      let appender = try log.makeAppender()
      try appender.submit([NewRecord(key: nil, value: [1])], to: place, tag: 1)
    }
    #expect(try folder.open().texts(place) == ["a"])
  }

  @Test("A transaction that was open when the machine stopped is gone, though its pages were written already")
  func uncommittedTransaction() throws {
    let log = try folder.open()
    try log.append(["a", "b"], to: place)
    let writer = try folder.raw()
    let copy = try writer.inDatabase { db in
      try db.execute(sql: "PRAGMA cache_size = 1")
      var copy: LogFolder?
      let before = try folder.size("-wal")
      try db.inTransaction(.immediate) {
        for offset in 2..<2000 {
          try db.execute(sql: "INSERT INTO events VALUES (0, ?, 0, NULL, ?)", arguments: [offset, Data(count: 500)])
        }
        copy = try folder.copy()
        return .rollback
      }
      let written = try copy.map { try $0.size("-wal") } ?? 0
      #expect(written > before + 500_000)
      return copy
    }
    let found = try #require(copy).open()
    #expect(try found.texts(place) == ["a", "b"])
    #expect(try found.append(["c"], to: place) == [2])
    #expect(try log.append(["c"], to: place) == [2])
  }

  @Test("Wherever the write-ahead log is cut off, whole batches are there, and the log goes on")
  func tornWriteAheadLog() throws {
    let log = try folder.open()
    var random = SeededGenerator(seed: 7)
    var sizes: [UInt64] = []
    for batch in 0..<12 {
      let appender = try log.makeAppender()
      for partition in 0..<3 {
        let records = (0..<5).map { NewRecord(key: [UInt8(batch)], value: random.bytes(100 + 700 * $0)) }
        try appender.submit(records, to: TopicPartition(.events, partition), tag: 1)
      }
      #expect(try appender.acknowledgements(timeout: .zero).count == 3)
      sizes.append(try folder.size("-wal"))
    }
    let whole = try #require(sizes.last)
    let cuts = sizes + sizes.map { $0 - 1 } + (0..<40).map { _ in UInt64(random.below(Int(whole))) }
    for cut in cuts {
      let copy = try folder.copy()
      try copy.truncate("-wal", to: cut)
      let batches = sizes.count { $0 <= cut }
      // Cut off within the first pages nothing is a log yet, and it is made anew.
      let found = try copy.open()
      for partition in 0..<3 {
        let place = TopicPartition(.events, partition)
        #expect(try found.bounds(of: place).end == Int64(batches * 5), "cut at \(cut)")
        #expect(try found.append(["next"], to: place) == [Int64(batches * 5)])
      }
    }
  }

  @Test("A read sees one moment of the log, and appending goes on beside it and inside of it")
  func snapshotReads() throws {
    let log = try folder.open()
    try log.append((0..<10).map { "\($0)" }, to: place)
    var seen: [Int64] = []
    _ = try log.read(place, from: 0, limit: ReadLimit(records: 100)) { record throws(LogError) in
      seen.append(record.offset)
      do { try log.append(["later"], to: place) } catch { throw .fatal("\(error)") }
    }
    #expect(seen == Array(0..<10))
    #expect(try log.bounds(of: place).end == 20)
  }

  @Test("The write-ahead log begins again once readers let it")
  func writeAheadLogIsBounded() throws {
    let log = try folder.open()
    let value = String(repeating: "x", count: 60_000)
    let batch = Array(repeating: value, count: 100)
    for _ in 0..<8 { try log.append(batch, to: place) }
    #expect(try folder.size("-wal") < UInt64(2 * LogFile.walBytes))
    // A reader that stays keeps it from beginning again; afterwards it is cleared away as soon as it is over its maximum.
    _ = try log.read(place, from: 0, limit: ReadLimit(records: 1)) { _ throws(LogError) in
      do { for _ in 0..<14 { try log.append(batch, to: place) } } catch { throw .fatal("\(error)") }
    }
    #expect(try folder.size("-wal") > UInt64(LogFile.walBytesMax))
    try log.append(batch, to: place)
    #expect(try folder.size("-wal") < UInt64(LogFile.walBytes))
    #expect(try log.bounds(of: place).end == 23 * 100)
  }
}
