import Foundation
import GRDB
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Failures of the embedded log say whose they are and what they leave")
struct EmbeddedLogFailureTests {
  let folder: LogFolder
  let place = TopicPartition(.events, 0)

  init() throws { folder = try LogFolder() }

  private func outcome(of appender: any LogAppender) throws -> [Result<[Int64], LogError>] {
    try appender.acknowledgements(timeout: .zero).map(\.result)
  }

  private func isUnavailable(_ result: Result<[Int64], LogError>) -> Bool {
    if case .failure(.unavailable) = result { true } else { false }
  }

  @Test("A full disk fails every submission of the batch, leaves nothing of it, and appending goes on when there is room")
  func fullDisk() throws {
    do {
      let log = try folder.open(LogSettings(partitions: 4, bytesMax: 400_000))
      try log.append(["a"], to: place)
      let appender = try log.makeAppender()
      try appender.submit([NewRecord(key: nil, value: [1])], to: TopicPartition(.ledger, 1), tag: 1)
      try appender.submit([NewRecord(key: nil, value: Array(repeating: 0, count: 1_000_000))], to: place, tag: 2)
      let results = try outcome(of: appender)
      #expect(results.count == 2)
      #expect(results.allSatisfy(isUnavailable))
      #expect(try outcome(of: appender).isEmpty)
      #expect(try log.bounds(of: TopicPartition(.ledger, 1)).end == 0)
      #expect(try folder.size("-wal") == 0, "its write-ahead log gave its room back")
      #expect(try log.append(["b"], to: place) == [1])
    }
    let log = try folder.open()
    #expect(try log.append([String(repeating: "x", count: 1_000_000)], to: place) == [2])
    #expect(try log.texts(place).prefix(2) == ["a", "b"])
  }

  @Test(
    "A log that cannot be opened for want of room names the disk and what helps",
    .enabled(if: SmallDisk.isPossible, "only root may mount a small disk"))
  func noRoomToOpen() throws {
    let disk = try SmallDisk(mebibytes: 4)
    try EmbeddedLog(directory: disk.path, clock: folder.clock, settings: LogSettings(partitions: 4)).append(["a"], to: place)
    try disk.fill(leaving: 0)
    let error = #expect(throws: LogOpenError.self) {
      try EmbeddedLog(directory: disk.path, clock: folder.clock, settings: LogSettings(partitions: 4))
    }
    #expect(error.map { "\($0)" }?.contains("the disk is full, make room") == true)
  }

  @Test("A file that was cut off is damaged: reading and appending say so and do not crash")
  func truncatedFile() throws {
    do {
      let log = try folder.open()
      for partition in 0..<4 {
        try log.append((0..<200).map { "\($0)" + String(repeating: "x", count: 900) }, to: TopicPartition(.events, partition))
      }
    }
    let whole = try folder.size()
    for part in [1, 2, 5, 8] {
      let copy = try folder.copy()
      try copy.truncate(to: whole * UInt64(part) / 10)
      do {
        let log = try copy.open()
        for partition in 0..<4 {
          #expect(throws: LogError.self) { try log.texts(TopicPartition(.events, partition)) }
        }
      } catch {
        let expected = [LogOpenError.damaged(path: copy.file), .notALog(path: copy.file)]
        #expect(expected.contains(error), "cut off at \(part)/10")
      }
    }
  }

  @Test("A damaged page is fatal for a read that meets it")
  func damagedPage() throws {
    do { try folder.open().append((0..<500).map { "\($0)" + String(repeating: "x", count: 500) }, to: place) }
    let handle = try FileHandle(forUpdating: URL(fileURLWithPath: folder.file))
    for page in 6..<30 {
      try handle.seek(toOffset: UInt64(page * LogFile.pageBytes))
      try handle.write(contentsOf: Data(repeating: 0xee, count: 200))
    }
    try handle.close()
    let log = try folder.open()
    var error: LogError?
    do { _ = try log.texts(place) } catch let failure as LogError { error = failure }
    guard case .fatal = try #require(error) else {
      Issue.record("\(String(describing: error)) is not fatal")
      return
    }
  }

  @Test("A log that is open for reading only refuses to append, and reads what others append")
  func readOnly() throws {
    let writing = try folder.open()
    let reading = try folder.open(LogSettings(isReadOnly: true))
    try writing.append(["a"], to: place)
    #expect(throws: LogError.fatal("the log was opened for reading only")) { try reading.makeAppender() }
    #expect(throws: LogError.fatal("the log was opened for reading only")) { try reading.trimEvents(of: 0, before: 1) }
    #expect(try reading.texts(place) == ["a"])
  }

  @Test("A log can be read after its last writer is gone")
  func readOnlyAlone() throws {
    do { try folder.open().append(["a"], to: place) }
    #expect(try folder.open(LogSettings(isReadOnly: true)).texts(place) == ["a"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log.sqlite"], "and whoever read it leaves nothing behind")
  }

  @Test("Another program's lock delays an append and fails it when it lasts too long, leaving nothing")
  func foreignLock() throws {
    let log = try folder.open()
    let appender = try log.makeAppender()
    try appender.submit([NewRecord(key: nil, value: [1])], to: place, tag: 1)
    try log.file.withWriter { try $0.execute(sql: "PRAGMA busy_timeout = 20") }
    try folder.raw().inDatabase { db in
      try db.inTransaction(.immediate) {
        let results = try outcome(of: appender)
        #expect(results.count == 1 && results.allSatisfy(isUnavailable))
        return .commit
      }
    }
    #expect(try log.append(["b"], to: place) == [0])
  }

  @Test("A hole that somebody cut into a table is read over, and retention never takes the last record")
  func holesAndRetention() throws {
    let log = try folder.open()
    try log.append((0..<6).map { "\($0)" }, to: place)
    try folder.raw().write { try $0.execute(sql: "DELETE FROM events WHERE offset IN (2, 3)") }
    #expect(try log.texts(place, from: 2) == ["4", "5"])
    #expect(try log.trimEvents(of: 0, before: 100) == 5)
    #expect(try log.bounds(of: place) == LogBounds(start: 5, end: 6))
    #expect(try log.append(["6"], to: place) == [6])
    #expect(try log.trimEvents(of: 1, before: 100) == 0)
  }
}
