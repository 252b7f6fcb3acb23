import Foundation
import GRDB
import TestThreads
import Testing

@Suite("What an operator does from time to time", .onProcessThread)
struct OperatorTests {
  private func register(_ scratch: ScratchFolder) throws -> String {
    let folder = scratch.file("data")
    _ = try LodgingProcess.run("residents", "load", sample("residents.csv"), "--data", folder)
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", folder)
    return folder
  }

  @Test("Single residents are changed, asked for and taken out, each with its exit code")
  func residents() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let file = scratch.file("changes.csv")
    let header = "number,full_name,birth_date,sex,status,document_number,document_expiry\n"
    try (header + "001190000777,Nguyễn Thị Mẫu,1990-01-01,F,lost,,\n").write(toFile: file, atomically: true, encoding: .utf8)
    func run(_ arguments: String...) throws -> LodgingProcess.Outcome {
      try LodgingProcess.run(["residents"] + arguments + ["--json", "--data", folder])
    }
    #expect(try run("lookup", "001190000777").status == 1)
    let changed = try run("change", file)
    #expect(changed.status == 0 && changed.rows.last?["loaded"] as? Int == 1)
    #expect(try run("lookup", "001190000777").rows.first?["status"] as? String == "lost")
    #expect(try run("delete", "001190000777").status == 0)
    #expect(try run("lookup", "001190000777").status == 1)
    #expect(try run("delete", "001190000777").status == 1)
    #expect(try run("change", scratch.file("missing.csv")).status == 2)
    try (header + "12,,,,,,\n").write(toFile: file, atomically: true, encoding: .utf8)
    #expect(try run("change", file).status == 1)
  }

  @Test("A load that is killed leaves the residents that were there, and the next one works")
  func killedLoad() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let before = try FileManager.default.contentsOfDirectory(atPath: folder + "/directory").filter { $0.hasSuffix(".dir") }
    let file = scratch.file("residents.csv")
    _ = try LodgingProcess.run("residents", "generate", "--rows", "60000", "--out", file)
    for percent in [10, 60] {
      #expect(try LodgingProcess.runAndKill(at: "residents", percent, ["residents", "load", file, "--data", folder]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/directory").filter { $0.hasSuffix(".dir") } == before)
    }
    #expect(try LodgingProcess.run("residents", "load", file, "--data", folder).status == 0)
  }

  @Test("Retention is shown, set and applied; what makes no sense is wrong usage")
  func retention() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    func run(_ arguments: String...) throws -> LodgingProcess.Outcome {
      try LodgingProcess.run(["retention"] + arguments + ["--json", "--data", folder])
    }
    let shown = try #require(try run("show").rows.first)
    #expect(shown["days"] as? Int == 14 && (shown["events"] as? Int ?? 0) > 0)
    #expect(try run("set", "30").rows.first?["days"] as? Int == 30)
    #expect(try run("apply").rows.first?["removed"] as? Int == 0)
    #expect(try run("set", "forever").rows.first?["days"] == nil)
    #expect(try run("set", "0").status == 64)
    #expect(try run("set", "soon").status == 64)
    #expect(try LodgingProcess.run("audit", "--data", folder).status == 0)
  }

  @Test("Quarantined records are sent again once, and those that cannot be are said to be")
  func replay() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let rows = try LodgingProcess.run("import", sample("qr.txt"), "--establishment", "HN-0001", "--json", "--data", folder).rows
    let receipt = try #require(rows.compactMap { $0["receipt"] as? String }.first)
    let parts = receipt.split(separator: "-").compactMap { Int($0) }
    let other = try strayRecords(folder, partition: parts[0], source: parts[2])
    func run(_ arguments: String...) throws -> LodgingProcess.Outcome {
      try LodgingProcess.run(["quarantine", "replay"] + arguments + ["--json", "--data", folder])
    }
    #expect(try run().status == 64)
    #expect(try run("--all", "--dry-run").status == 1, "nothing is decided yet, and a dry run decides nothing")
    let all = try run("--all")
    #expect(all.status == 1)
    #expect(all.rows.compactMap { $0["outcome"] as? String } == ["duplicate", "undecodable"])
    #expect(all.rows.first?["receipt"] as? String == receipt && all.rows.last?["reason"] as? String != nil)
    #expect(try run("--all").rows.count == 1, "what is registered is not sent a second time")
    #expect(try run("\(other.partition)", "\(other.source)").rows.first?["outcome"] as? String == "duplicate", "unless it is asked for")
    #expect(try run("\(other.partition)", "99999").status == 1)
    #expect(try LodgingProcess.run("quarantine", "list", "--json", "--data", folder).rows.count == 2)
    #expect(try LodgingProcess.run("audit", "--data", folder).status == 0)
  }

  /// Puts a copy of an event, and bytes that are none, at the end of a partition that is not the event's, and says where.
  private func strayRecords(_ folder: String, partition: Int, source: Int) throws -> (partition: Int, source: Int) {
    let other = (partition + 1) % 64
    let log = try DatabaseQueue(path: folder + "/log.sqlite")
    return try log.write { db in
      let end = try Int.fetchOne(db, sql: "SELECT max(\"offset\") + 1 FROM events WHERE \"partition\" = ?", arguments: [other]) ?? 0
      for (place, value) in [(end, "\"value\""), (end + 1, "x'010203'")] {
        try db.execute(
          sql: """
            INSERT INTO events ("partition", "offset", appended_ms, "key", "value")
            SELECT ?, ?, (SELECT max(appended_ms) FROM events), "key", \(value) FROM events WHERE "partition" = ? AND "offset" = ?
            """, arguments: [other, place, partition, source])
      }
      return (other, end)
    }
  }
}
