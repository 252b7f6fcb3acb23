import Foundation
import GRDB
import TestThreads
import Testing

@Suite("What operators decide about a ledger, as processes", .onProcessThread)
struct LedgerChangeTests {
  private func register(_ scratch: ScratchFolder) throws -> String {
    let folder = scratch.file("data")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", folder)
    #expect(try citizens(folder).rows.contains { $0["receipt"] is String })
    return folder
  }

  private func citizens(_ folder: String) throws -> LodgingProcess.Outcome {
    try LodgingProcess.run(
      "import", sample("citizens.csv"), "--establishment", "HN-0001", "--json", "--data", folder)
  }

  private func audit(_ folder: String) throws -> LodgingProcess.Outcome { try LodgingProcess.run("audit", "--json", "--data", folder) }

  @Test("The chain key is rotated, imports go on under the new one, and the audit follows")
  func rotate() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let rotated = try LodgingProcess.run("keys", "rotate", "--chain", "--json", "--data", folder)
    #expect(rotated.status == 0 && rotated.rows.first?["chain_key"] as? Int == 2, "\(rotated.errors)")
    #expect(rotated.rows.first?["rekeyed"] as? Int == rotated.rows.first?["partitions"] as? Int)
    let again = try citizens(folder)
    #expect(again.rows.contains { $0["outcome"] as? String == "duplicate" }, "\(again.output) \(again.errors)")
    #expect(try audit(folder).status == 0)
    let ring = try Data(contentsOf: URL(fileURLWithPath: folder + "/keys.json"))
    var keys = try #require(try JSONSerialization.jsonObject(with: ring) as? [String: Any])
    keys["chain_keys"] = (keys["chain_keys"] as? [Any]).map { Array($0.prefix(1)) }
    try JSONSerialization.data(withJSONObject: keys).write(to: URL(fileURLWithPath: folder + "/keys.json"))
    let refused = try LodgingProcess.run("import", sample("citizens.csv"), "--establishment", "HN-0001", "--data", folder)
    #expect(refused.status == 2 && refused.errors.contains("no chain key 2"), "\(refused.errors)")
  }

  @Test("A partition whose events log lost its tail stands still, says so, and goes on once an operator decided it")
  func sourceReset() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let before = try citizens(folder).rows.compactMap { $0["receipt"] as? String }
    let receipt = try #require(before.first)
    let partition = try #require(receipt.split(separator: "-").first)
    func reset(_ more: String...) throws -> LodgingProcess.Outcome {
      try LodgingProcess.run(
        ["ledger", "source-reset", "--partition", String(partition), "--reason", "the disk was replaced", "--json", "--data", folder] + more
      )
    }
    #expect(try reset("--yes").status == 1, "nothing is lost yet")
    let sql = #"DELETE FROM events WHERE partition = \#(partition) AND "offset" > 0"#
    try DatabaseQueue(path: folder + "/log.sqlite").write { try $0.execute(sql: sql) }
    let stopped = try citizens(folder)
    #expect(stopped.status == 2 && stopped.errors.contains("source-reset"), "\(stopped.errors)")
    #expect(try audit(folder).status == 1)

    let dry = try reset()
    #expect(dry.status == 0 && dry.rows.first?["done"] as? Bool == false && dry.rows.first?["next_source"] as? Int == 1, "\(dry.errors)")
    let done = try reset("--yes")
    #expect(done.status == 0 && done.rows.first?["incarnation"] as? Int == 2, "\(done.errors)")
    #expect(try audit(folder).rows.first?["resets"] as? Int == 1)
    let again = try citizens(folder)
    #expect(again.rows.compactMap { $0["receipt"] as? String } == before, "what was decided keeps its receipts: \(again.output)")
    #expect(try LodgingProcess.run("receipt", receipt, "--data", folder).status == 0)
    let other = try LodgingProcess.run(
      "import", sample("citizens.csv"), "--establishment", "HN-0001", "--arrival", "2026-11-21T20:00:00+07:00", "--departure",
      "2026-11-25T10:00:00+07:00", "--json", "--data", folder)
    #expect(other.rows.compactMap { $0["receipt"] as? String }.allSatisfy { $0.contains("-") }, "\(other.errors)")
    let report = try audit(folder)
    #expect(report.status == 0, "\(report.output)")
    #expect(try LodgingProcess.run("rebuild", "--data", folder).status == 0)
    #expect(try audit(folder).status == 0)
  }

  @Test("There is nothing to upgrade to yet, and wrong partitions and empty reasons are refused")
  func usage() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let upgrade = try LodgingProcess.run("ledger", "upgrade", "--yes", "--json", "--data", folder)
    #expect(upgrade.status == 0 && (upgrade.rows.first?["partitions"] as? [Int])?.isEmpty == true)
    func reset(_ partition: String, _ reason: String) throws -> Int32 {
      try LodgingProcess.run("ledger", "source-reset", "--partition", partition, "--reason", reason, "--data", folder).status
    }
    #expect(try reset("9999", "x") == 1)
    #expect(try reset("-1", "x") == 64)
    #expect(try reset("0", "") == 64)
  }
}
