import Foundation
import TestThreads
import Testing

@Suite("Importing the samples as a process", .onProcessThread)
struct ImportTests {
  private func register(_ scratch: ScratchFolder) throws -> String {
    let folder = scratch.file("data")
    #expect(
      try LodgingProcess.run("residents", "load", sample("residents.csv"), "--data", folder).status == 1, "two rows are bad on purpose")
    #expect(try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", folder).status == 1)
    return folder
  }

  @Test(
    "Every row gets a verdict, and the second time what is registered is a duplicate with the first receipt",
    arguments: ["citizens.csv", "foreigners.xml", "qr.txt", "mrz.txt"])
  func twice(file: String) throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let arguments = ["import", sample(file), "--establishment", "HN-0001", "--json", "--data", folder]
    let first = try LodgingProcess.run(arguments)
    let second = try LodgingProcess.run(arguments)
    #expect(first.status == 1 && second.status == 1, "each sample has rows that are rejected")
    #expect(first.rows.count > 10 && first.rows.count == second.rows.count)
    for (before, after) in zip(first.rows, second.rows) {
      let row = before["row"] as? Int ?? 0
      if before["outcome"] as? String == "rejected" {
        #expect(after["outcome"] as? String == "rejected", "row \(row)")
        #expect(after["codes"] as? [String] == before["codes"] as? [String], "row \(row)")
      } else {
        #expect(after["outcome"] as? String == "duplicate", "row \(row)")
        #expect(after["receipt"] as? String == before["receipt"] as? String, "row \(row)")
      }
    }
    #expect(try LodgingProcess.run("audit", "--data", folder).status == 0)
  }

  @Test("How many rows came to what is said beside the results, and a sheet of headings alone is said to be empty")
  func totals() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let arguments = ["--establishment", "HN-0001", "--json", "--data", folder]
    let outcome = try LodgingProcess.run(["import", sample("citizens.csv")] + arguments)
    let counts = Dictionary(grouping: outcome.rows) { $0["outcome"] as? String ?? "" }.mapValues(\.count)
    let parts = ["accepted", "flagged", "duplicate", "rejected"].compactMap { name in counts[name].map { "\($0) \(name)" } }
    #expect(outcome.errors.contains("\(outcome.rows.count) rows: \(parts.joined(separator: ", "))\n\(outcome.rows.count) dòng: "))
    let sheet = try String(contentsOfFile: sample("citizens.csv"), encoding: .utf8)
    try #require(sheet.split(whereSeparator: \.isNewline).first).write(toFile: scratch.file("empty.csv"), atomically: true, encoding: .utf8)
    let empty = try LodgingProcess.run(["import", scratch.file("empty.csv")] + arguments)
    #expect(empty.status == 0 && empty.rows.isEmpty && empty.errors.contains("The file has no rows.\n"))
  }

  @Test("A dry run gives the verdicts and registers nothing")
  func dryRun() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let arguments = ["import", sample("qr.txt"), "--establishment", "HN-0001", "--json", "--data", folder]
    let dry = try LodgingProcess.run(arguments + ["--dry-run"])
    #expect(try LodgingProcess.run("stays", "--establishment", "HN-0001", "--data", folder).status == 1, "nothing is registered")
    let real = try LodgingProcess.run(arguments)
    let verdicts = { (outcome: LodgingProcess.Outcome) in outcome.rows.map { $0["outcome"] as? String } }
    #expect(verdicts(dry) == verdicts(real))
  }

  @Test(
    "Files that cannot be read end with a code, a clear message in both languages, and exit code 2",
    arguments: [("garbage", "encoding"), ("empty", "empty"), ("missing", "unreadable"), ("entities", "document-type")])
  func unreadable(kind: String, code: String) throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let file = scratch.file("input")
    switch kind {
    case "garbage": try Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }).write(to: URL(fileURLWithPath: file))
    case "empty": try Data().write(to: URL(fileURLWithPath: file))
    case "entities":
      let text = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><KHAI_BAO_TAM_TRU>&b;</KHAI_BAO_TAM_TRU>"
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    default: break
    }
    let outcome = try LodgingProcess.run("import", file, "--establishment", "HN-0001", "--data", folder)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.count == 2, "English and Vietnamese: \(outcome.errors)")
    #expect(lines.first?.hasPrefix("lodging: file.\(code): ") == true, "\(outcome.errors)")
    #expect(!outcome.errors.contains("LodgingFiles"), "no name of a type")
  }

  @Test("Wrong usage has exit code 64")
  func usage() throws {
    #expect(try LodgingProcess.run("import").status == 64)
    #expect(try LodgingProcess.run("occupancy", "nowhere", "--data", "/nowhere").status == 64)
    #expect(try LodgingProcess.run("stays", "--data", "/nowhere").status == 64)
    for mark in ["\u{1B}[2J", "\u{202E}"] {
      let arguments = ["stays", "--establishment", "HN-0001", "--purpose", "check\(mark)", "--data", "/nowhere"]
      #expect(try LodgingProcess.run(arguments).status == 64, "a purpose is one line that can be shown")
    }
  }

  @Test("Receipts are signed with the register's key, and a changed one is refused")
  func receipts() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let rows = try LodgingProcess.run("import", sample("qr.txt"), "--establishment", "HN-0001", "--json", "--data", folder).rows
    let id = try #require(rows.compactMap { $0["receipt"] as? String }.first)
    let receipt = try LodgingProcess.run("receipt", id, "--json", "--data", folder)
    #expect(receipt.status == 0)
    try receipt.output.write(toFile: scratch.file("receipt.json"), atomically: true, encoding: .utf8)
    try LodgingProcess.run("receipt", "jwks", "--data", folder).output.write(
      toFile: scratch.file("jwks"), atomically: true, encoding: .utf8)
    #expect(try LodgingProcess.run("receipt", "verify", scratch.file("receipt.json"), "--jwks", scratch.file("jwks")).status == 0)
    // A fetch whose readable fields say something else than what was signed.
    var told = try #require(receipt.rows.first)
    told["outcome"] = told["outcome"] as? String == "accepted" ? "flagged" : "accepted"
    try JSONSerialization.data(withJSONObject: told).write(to: URL(fileURLWithPath: scratch.file("edited.json")))
    #expect(try LodgingProcess.run("receipt", "verify", scratch.file("edited.json"), "--jwks", scratch.file("jwks")).status == 1)
    let other = scratch.file("other")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", other)
    try LodgingProcess.run("receipt", "jwks", "--data", other).output.write(
      toFile: scratch.file("other-jwks"), atomically: true, encoding: .utf8)
    #expect(try LodgingProcess.run("receipt", "verify", scratch.file("receipt.json"), "--jwks", scratch.file("other-jwks")).status == 1)
  }
}
