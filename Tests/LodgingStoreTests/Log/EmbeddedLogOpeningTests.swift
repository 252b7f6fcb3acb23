import Foundation
import GRDB
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@testable import LodgingStore

@Suite("Opening the embedded log")
struct EmbeddedLogOpeningTests {
  let folder: LogFolder

  init() throws { folder = try LogFolder() }

  @Test("A new log has 64 partitions and the topics of the port, and its folder is made")
  func defaults() throws {
    let log = try EmbeddedLog(directory: "\(folder.path)/a/b", clock: folder.clock)
    for topic in [Topic.events, .ledger, .residents, .access, .notices, .disclosures] { #expect(try log.partitions(of: topic) == 64) }
    #expect(throws: LogError.unknownTopic(Topic("outages"))) { try log.partitions(of: Topic("outages")) }
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/a/b/log.sqlite"))
  }

  @Test("A folder that cannot be made is told in the system's own words")
  func impossibleFolder() throws {
    try Data([1]).write(to: URL(fileURLWithPath: "\(folder.path)/file"))
    let directory = "\(folder.path)/file/below"
    #expect(throws: LogOpenError.unavailable(path: directory, reason: "Not a directory")) {
      try EmbeddedLog(directory: directory, clock: folder.clock)
    }
  }

  @Test("The tables events and ledger can be read by other programs")
  func tables() throws {
    let log = try folder.open()
    try log.append(["an event"], to: TopicPartition(.events, 1))
    try log.append(["an entry"], to: TopicPartition(.ledger, 3))
    try folder.raw().read { db in
      let event = try Row.fetchOne(db, sql: "SELECT partition, offset, value FROM events")
      #expect(event == ["partition": 1, "offset": 0, "value": Data("an event".utf8)])
      let entry = try Row.fetchOne(db, sql: "SELECT partition, offset, value FROM ledger")
      #expect(entry == ["partition": 3, "offset": 0, "value": Data("an entry".utf8)])
      let hasResidents = try db.tableExists("residents")
      #expect(hasResidents)
    }
  }

  @Test("Every commit is synchronised with the disk, and the file is in WAL mode")
  func durabilitySettings() throws {
    let log = try folder.open()
    func setting(_ name: String) throws -> String? { try log.file.withWriter { try String.fetchOne($0, sql: "PRAGMA \(name)") } }
    #expect(try setting("synchronous") == "2")
    #expect(try setting("journal_mode") == "wal")
    #expect(try setting("page_size") == "\(LogFile.pageBytes)")
    try log.append(["a"], to: TopicPartition(.events, 0))
    #expect(try setting("synchronous") == "2")
  }

  @Test("The number of partitions is fixed when the log is made")
  func partitionsAreFixed() throws {
    _ = try folder.open(LogSettings(partitions: 8))
    #expect(throws: LogOpenError.otherPartitions(held: 8, wanted: 4)) { try folder.open(LogSettings(partitions: 4)) }
    #expect(try folder.open(LogSettings(partitions: 8)).partitionCount == 8)
    #expect(try folder.open(LogSettings()).partitionCount == 8)
  }

  @Test("Impossible numbers of partitions are refused before anything is made", arguments: [-1, 0, LogSettings.partitionsMax + 1])
  func impossiblePartitions(count: Int) throws {
    #expect(throws: LogOpenError.impossiblePartitions(count)) { try folder.open(LogSettings(partitions: count)) }
    #expect(!FileManager.default.fileExists(atPath: folder.file))
  }

  @Test("A log of a later format is refused and left alone")
  func newerFormat() throws {
    _ = try folder.open()
    try folder.raw().write { try $0.execute(sql: "UPDATE meta SET value = 2 WHERE name = 'format'") }
    #expect(throws: LogOpenError.newerFormat(held: 2, known: 1)) { try folder.open() }
    #expect(throws: LogOpenError.newerFormat(held: 2, known: 1)) { try folder.open(LogSettings(isReadOnly: true)) }
  }

  @Test("A file that is no database is refused and left alone")
  func garbage() throws {
    let garbage = Data(repeating: 0x5a, count: 100_000)
    try garbage.write(to: URL(fileURLWithPath: folder.file))
    for readOnly in [false, true] {
      #expect(throws: LogOpenError.notALog(path: folder.file)) { try folder.open(LogSettings(isReadOnly: readOnly)) }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file)) == garbage)
  }

  @Test("Another program's database is refused and left alone")
  func foreignDatabase() throws {
    try folder.raw().write { try $0.execute(sql: "CREATE TABLE meta (a); INSERT INTO meta VALUES (1)") }
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.file))
    for readOnly in [false, true] {
      #expect(throws: LogOpenError.notALog(path: folder.file)) { try folder.open(LogSettings(isReadOnly: readOnly)) }
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file)) == before)
  }

  @Test("An empty file becomes a log, but not for a reader")
  func emptyFile() throws {
    #expect(throws: LogOpenError.missing(path: folder.file)) { try folder.open(LogSettings(isReadOnly: true)) }
    _ = FileManager.default.createFile(atPath: folder.file, contents: nil)
    #expect(throws: LogOpenError.notALog(path: folder.file)) { try folder.open(LogSettings(isReadOnly: true)) }
    #expect(try folder.open().append(["a"], to: TopicPartition(.events, 0)) == [0])
  }

  @Test("A folder that cannot be one is an error with a reason")
  func folderIsAFile() throws {
    _ = FileManager.default.createFile(atPath: "\(folder.path)/taken", contents: nil)
    #expect(throws: LogOpenError.self) { try EmbeddedLog(directory: "\(folder.path)/taken", clock: folder.clock) }
  }

  @Test("Topics can be added later, and a log that is open already sees them")
  func laterTopics() throws {
    let outages = Topic("outages")
    let chain = Topic("stay-ingress.chain-7")
    let first = try folder.open()
    try first.append(["kept"], to: TopicPartition(.events, 0))
    let second = try folder.open(LogSettings(topics: [outages, chain]))
    try second.append(["new"], to: TopicPartition(outages, 2))
    #expect(try first.texts(TopicPartition(outages, 2)) == ["new"])
    #expect(try second.texts(TopicPartition(.events, 0)) == ["kept"])
    #expect(try folder.raw().read { try $0.tableExists("stay_ingress_chain_7") })
  }

  @Test(
    "Names that cannot be tables, or would be another topic's, are refused",
    arguments: ["", "meta", "topics", "events", "ledger", "sqlite-x", "Notices", "a\"b", "1a", "a b", "x-y"])
  func impossibleTopics(name: String) throws {
    _ = try folder.open(LogSettings(topics: [Topic("x.y")]))
    #expect(throws: LogOpenError.impossibleTopic(Topic(name))) { try folder.open(LogSettings(topics: [Topic("fine"), Topic(name)])) }
    #expect(throws: LogError.unknownTopic(Topic("fine"))) { try folder.open(LogSettings()).partitions(of: Topic("fine")) }
  }

  @Test("Several that open a new log at once get the same one")
  func openingAtOnce() throws {
    let failures = FailureList()
    DispatchQueue.concurrentPerform(iterations: 8) { index in
      do { try folder.open(LogSettings(partitions: 4)).append(["\(index)"], to: TopicPartition(.events, 0)) } catch { failures.add(error) }
    }
    #expect(failures.texts == [])
    #expect(try Set(folder.open().texts(TopicPartition(.events, 0))) == Set((0..<8).map { "\($0)" }))
  }
}

/// Errors of several threads.
private final class FailureList: Sendable {
  private let list = Mutex<[String]>([])

  var texts: [String] { list.withLock { $0 } }

  func add(_ error: any Error) { list.withLock { $0.append("\(error)") } }
}
