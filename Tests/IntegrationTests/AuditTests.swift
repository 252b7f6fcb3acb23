import Foundation
import GRDB
import TestThreads
import Testing

@Suite("The audit as a process", .onProcessThread)
struct AuditTests {
  private static let numbers = ["--residents", "2000", "--establishments", "150", "--events", "1500", "--seed", "7"]

  /// One thing each that nobody may change unseen, in the logs and in everything that answers are read from.
  private static let changes: [(file: String, sql: String)] = [
    ("log", #"DELETE FROM events WHERE partition = \#(busiest) AND "offset" = 1"#),
    (
      "log",
      #"DELETE FROM events WHERE partition = \#(busiest) AND "offset" = (SELECT max("offset") FROM events WHERE partition = \#(busiest))"#
    ),
    ("log", "UPDATE events SET value = x'F20100C20C0107' WHERE rowid = (SELECT max(rowid) FROM events WHERE value = x'F20100')"),
    ("log", "UPDATE events SET \"key\" = x'41' WHERE rowid = (SELECT max(rowid) FROM events WHERE value = x'F20100')"),
    ("log", "UPDATE events SET \"key\" = x'41' WHERE rowid = (SELECT min(rowid) FROM events WHERE length(\"key\") > 0)"),
    ("log", "UPDATE ledger SET \"key\" = x'41' WHERE rowid = (SELECT min(rowid) FROM ledger WHERE length(\"key\") > 0)"),
    ("register", "DELETE FROM receipts"),
    ("register", "UPDATE receipts SET own_reference = 'x' WHERE ledger_offset = 3 AND partition = \(busiestReceipts)"),
    ("register", "UPDATE receipts SET codes = codes | 1 WHERE ledger_offset = 3 AND partition = \(busiestReceipts)"),
    ("register", "UPDATE receipts SET source = source + 100000 WHERE ledger_offset = 3 AND partition = \(busiestReceipts)"),
    ("register", "DELETE FROM quarantine"),
    ("register", "UPDATE quarantine SET reason = '' WHERE source = (SELECT max(source) FROM quarantine)"),
    ("register", "DELETE FROM stays"),
    ("register", "UPDATE stays SET departed = 1 WHERE stay = (SELECT min(stay) FROM stays)"),
    ("register", "UPDATE stays SET identity_offset = identity_offset + 1 WHERE stay = (SELECT min(stay) FROM stays)"),
    ("register", "DELETE FROM recent_fingerprints WHERE value = (SELECT max(value) FROM recent_fingerprints)"),
    ("register", "UPDATE recent_stay_places SET check_in = check_in + 1 WHERE stay = (SELECT min(stay) FROM recent_stay_places)"),
    ("register", "DELETE FROM alerts"),
    ("register", "UPDATE alerts SET severity = 1 + severity % 4 WHERE id = (SELECT min(id) FROM alerts)"),
    ("register", "DELETE FROM flows"),
    ("register", "UPDATE flows SET arrivals = arrivals + 1 WHERE day = (SELECT max(day) FROM flows)"),
    ("register", "UPDATE communes SET present = present + 1, citizens = citizens + 1"),
    ("register", "UPDATE communes SET beds = beds + 1 WHERE commune = (SELECT max(commune) FROM communes)"),
    ("register", "UPDATE establishments SET present = present + 1, citizens = citizens + 1 WHERE id = \(house)"),
    ("register", "UPDATE establishments SET rooms_in_use = rooms_in_use + 1 WHERE id = \(house)"),
    ("register", "UPDATE establishments SET name = 'x' WHERE id = \(house)"),
    ("register", "UPDATE decision_totals SET count = count + 1 WHERE of_stay = 0"),
    ("register", "UPDATE code_totals SET count = count + 1 WHERE outcome = 4"),
    ("register", "UPDATE positions SET now = now + 1 WHERE partition = \(busiestReceipts)"),
  ]

  private static let house = "(SELECT min(id) FROM establishments)"
  private static let busiest = "(SELECT partition FROM events GROUP BY partition ORDER BY count(*) DESC LIMIT 1)"
  private static let busiestReceipts = "(SELECT partition FROM receipts GROUP BY partition ORDER BY count(*) DESC LIMIT 1)"

  private static func demo(in folder: String) throws -> LodgingProcess.Outcome {
    try LodgingProcess.run(["demo", "--json", "--data", folder] + numbers)
  }

  private func change(_ file: String, _ sql: String, in folder: String) throws -> Int {
    try DatabaseQueue(path: folder + "/\(file).sqlite").write { db in
      try db.execute(sql: sql)
      return db.changesCount
    }
  }

  @Test("It finds every change in the logs, the receipts, the stays, the alerts and the figures")
  func changes() throws {
    let scratch = try ScratchFolder()
    let whole = scratch.file("whole")
    #expect(try Self.demo(in: whole).status == 0)
    #expect(try LodgingProcess.run("audit", "--data", whole).status == 0)
    for (index, change) in Self.changes.enumerated() {
      let folder = scratch.file("\(index)")
      try FileManager.default.copyItem(atPath: whole, toPath: folder)
      #expect(try self.change(change.file, change.sql, in: folder) > 0, "nothing was changed: \(change.sql)")
      let audit = try LodgingProcess.run("audit", "--json", "--data", folder)
      #expect(audit.status == 1 && audit.rows.first?["ok"] as? Bool == false, "not found: \(change.sql) \(audit.errors)")
      try FileManager.default.removeItem(atPath: folder)
    }
  }

  @Test("Events that wait to be decided are counted apart from lost ones, and are no fault")
  func undecided() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("data")
    #expect(try Self.demo(in: folder).status == 0)
    let sql = #"""
      INSERT INTO events (partition, "offset", appended_ms, "key", value)
      SELECT partition, "offset" + 1, appended_ms, x'41', x'01' FROM events
      WHERE partition = \#(Self.busiest) ORDER BY "offset" DESC LIMIT 1
      """#
    #expect(try change("log", sql, in: folder) == 1)
    let audit = try LodgingProcess.run("audit", "--json", "--data", folder)
    let row = try #require(audit.rows.first)
    #expect(audit.status == 0 && row["ok"] as? Bool == true, "\(audit.output)")
    #expect(row["undecided"] as? Int == 1 && row["lost"] as? Int == 0)
  }

  @Test("It says ok at every moment of a running demo")
  func besideRunning() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("data")
    var audits = 0
    let arguments = ["demo", "--json", "--data", folder] + Self.numbers
    for percent in [0, 20, 50, 80] {
      _ = try LodgingProcess.runAndKill(at: "events", percent, arguments) {
        let audit = try LodgingProcess.run("audit", "--json", "--data", folder)
        guard let row = audit.rows.first else { return }
        audits += 1
        #expect(audit.status == 0 && row["ok"] as? Bool == true, "\(audit.output)")
      }
    }
    #expect(audits > 0)
    #expect(try LodgingProcess.run("audit", "--data", folder).status == 0, "it was killed, and nothing is wrong with what is there")
  }
}
