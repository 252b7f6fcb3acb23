import Foundation
import GRDB
import TestThreads
import Testing

/// What the documented repair leaves behind: a log that is older than what was folded from it.
@Suite("Importing after the log was restored or lost", .onProcessThread)
struct RestoredLogTests {
  private let scratch: ScratchFolder
  private let folder: String

  init() throws {
    scratch = try ScratchFolder()
    folder = scratch.file("data")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", folder)
  }

  private var log: String { folder + "/log.sqlite" }

  /// Imports so many cards of invented people, numbered from `first` on.
  private func importCards(_ first: Int, _ count: Int) throws -> LodgingProcess.Outcome {
    let lines = (first..<first + count).map { "001190\(900_000 + $0)||Nguyễn Thị Mẫu|01011990|Nữ|Số 1, phố Mẫu|15042021" }
    let file = scratch.file("cards-\(first).txt")
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: file))
    return try LodgingProcess.run("import", file, "--format", "qr", "--establishment", "HN-0001", "--json", "--data", folder)
  }

  private func copyLog(_ name: String) throws {
    try FileManager.default.copyItem(atPath: log, toPath: scratch.file(name))
  }

  private func putLogBack(_ name: String?) throws {
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: log + suffix) {
      try FileManager.default.removeItem(atPath: log + suffix)
    }
    if let name { try FileManager.default.copyItem(atPath: scratch.file(name), toPath: log) }
  }

  private func expectOwnReceipts(_ outcome: LodgingProcess.Outcome, _ count: Int) throws {
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.rows.count == count)
    for row in outcome.rows {
      #expect(["accepted", "flagged"].contains(row["outcome"] as? String), "\(row)")
      let receipt = try LodgingProcess.run("receipt", try #require(row["receipt"] as? String), "--json", "--data", folder)
      #expect(receipt.rows.first?["event"] as? String == row["event_id"] as? String, "the receipt is the row's own")
    }
  }

  private func stays() throws -> Int {
    try LodgingProcess.run("stays", "--establishment", "HN-0001", "--json", "--data", folder).rows.count
  }

  @Test("After an older log was put back, rows are decided anew and nobody gets another guest's receipt")
  func olderLog() throws {
    try expectOwnReceipts(try importCards(100, 2), 2)
    try copyLog("older")
    try expectOwnReceipts(try importCards(200, 6), 6)
    try putLogBack("older")
    try expectOwnReceipts(try importCards(300, 6), 6)
    #expect(try stays() == 8, "the six that were lost with the log are not there any more")
    try expectOwnReceipts(try importCards(200, 6), 6)
    #expect(try stays() == 14)
    #expect(try LodgingProcess.run("audit", "--data", folder).status == 0)
  }

  @Test("Where the events log lost its end, nothing is said and nothing is appended")
  func lostEvents() throws {
    try expectOwnReceipts(try importCards(100, 6), 6)
    let queue = try DatabaseQueue(path: log)
    let before = try queue.write { db in
      try db.execute(
        sql: """
          DELETE FROM events
          WHERE "offset" > 4 AND partition = (SELECT partition FROM events GROUP BY 1 ORDER BY count(*) DESC LIMIT 1)
          """)
      return try Int.fetchOne(db, sql: "SELECT count(*) FROM events")
    }
    try queue.close()
    let outcome = try importCards(300, 2)
    #expect(outcome.status == 2)
    #expect(outcome.rows.isEmpty, "\(outcome.output)")
    #expect(outcome.errors.contains("stands still"), "\(outcome.errors)")
    let after = try DatabaseQueue(path: log).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM events") }
    #expect(before == after, "an event behind a lost end would never be decided")
  }

  @Test("A log that is gone is asked back by every command, none makes another, and with it all is as before")
  func goneLog() throws {
    try expectOwnReceipts(try importCards(100, 6), 6)
    try copyLog("own")
    try putLogBack(nil)
    let importing = try importCards(300, 6)
    #expect(importing.rows.isEmpty)
    let loading = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", folder)
    let asking = try LodgingProcess.run("occupancy", "--data", folder)
    for outcome in [importing, loading, asking, try LodgingProcess.run("audit", "--data", folder)] {
      #expect(outcome.status == 2)
      #expect(outcome.errors.contains("log.sqlite is missing or empty"), "\(outcome.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: log))
    try putLogBack("own")
    try expectOwnReceipts(try importCards(300, 6), 6)
    #expect(try stays() == 12)
  }

  @Test("With a new log under an old register nobody gets a receipt of before")
  func newLog() throws {
    try expectOwnReceipts(try importCards(100, 6), 6)
    let other = scratch.file("other")
    try FileManager.default.createDirectory(
      atPath: other, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    try FileManager.default.copyItem(atPath: folder + "/keys.json", toPath: other + "/keys.json")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", other)
    try FileManager.default.moveItem(atPath: other + "/log.sqlite", toPath: scratch.file("new"))
    try putLogBack("new")
    try expectOwnReceipts(try importCards(300, 6), 6)
    #expect(try stays() == 6)
  }
}
