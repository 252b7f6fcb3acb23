import Foundation
import GRDB
import TestThreads
import Testing

@Suite("The demo as a process", .onProcessThread)
struct DemoTests {
  private static let numbers = ["--residents", "3000", "--establishments", "400", "--events", "2000", "--seed", "7"]

  private static func demo(_ folder: String) -> [String] { ["demo", "--json", "--data", folder] + numbers }

  /// The same of a smaller country, for what does not depend on its size.
  private static func small(_ folder: String) -> [String] {
    ["demo", "--json", "--data", folder, "--residents", "1000", "--establishments", "100", "--events", "600", "--seed", "7"]
  }

  private func result(_ outcome: LodgingProcess.Outcome) throws -> String {
    let report = try #require(outcome.rows.first, "no report: \(outcome.errors)")
    let data = try JSONSerialization.data(withJSONObject: try #require(report["result"]), options: .sortedKeys)
    return String(decoding: data, as: UTF8.self)
  }

  @Test("The same seed gives the same result, and the audit says ok")
  func determinism() throws {
    let scratch = try ScratchFolder()
    let first = try LodgingProcess.run(Self.demo(scratch.file("a")))
    let second = try LodgingProcess.run(Self.demo(scratch.file("b")))
    #expect(first.status == 0 && second.status == 0)
    #expect(try result(first) == result(second))
    #expect(try LodgingProcess.run("audit", "--data", scratch.file("a")).status == 0)
    let again = try LodgingProcess.run(Self.demo(scratch.file("a")))
    #expect(try result(again) == result(first), "a finished demo reports again")
  }

  @Test("A demo that is killed again and again comes to the result of one that is not")
  func kills() throws {
    let scratch = try ScratchFolder()
    let whole = try LodgingProcess.run(Self.demo(scratch.file("whole")))
    var killed = 0
    let moments = [
      ("residents", 10), ("residents", 90), ("events", 0), ("events", 15), ("events", 30), ("events", 45), ("events", 60), ("events", 80),
      ("events", 95), ("audit", 30),
    ]
    for (part, percent) in moments {
      if try LodgingProcess.runAndKill(at: part, percent, Self.demo(scratch.file("killed"))) { killed += 1 }
    }
    #expect(killed >= 5, "the kills must hit a running demo")
    let resumed = try LodgingProcess.run(Self.demo(scratch.file("killed")))
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try result(resumed) == result(whole))
  }

  @Test("Rebuilding the register in between changes nothing of what a demo comes to")
  func rebuilding() throws {
    let scratch = try ScratchFolder()
    let whole = try LodgingProcess.run(Self.small(scratch.file("whole")))
    let folder = scratch.file("killed")
    for percent in [20, 60] {
      _ = try LodgingProcess.runAndKill(at: "events", percent, Self.small(folder))
      let rebuild = try LodgingProcess.run("rebuild", "--data", folder)
      #expect(rebuild.status == 0, "\(rebuild.errors)")
    }
    #expect(try result(LodgingProcess.run(Self.small(folder))) == result(whole))
    #expect(try LodgingProcess.run("rebuild", "--data", folder).status == 0)
    #expect(try result(LodgingProcess.run(Self.small(folder))) == result(whole), "a finished demo reports again")
  }

  @Test("A second demo in the same folder is refused while the first one runs")
  func shared() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("data")
    let wasRunning = try LodgingProcess.runAndKill(at: "events", 0, Self.small(folder)) {
      let second = try LodgingProcess.run(Self.small(folder))
      #expect(second.status == 2 && second.output.isEmpty)
      #expect(second.errors.contains("another demo"), "\(second.errors)")
    }
    #expect(wasRunning)
    #expect(try LodgingProcess.run(Self.small(folder)).status == 0, "whoever was killed holds nothing any more")
  }

  @Test("A log that holds what no demo sent is refused in words")
  func foreign() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("data")
    _ = try LodgingProcess.run(Self.small(folder))
    #expect(
      try LodgingProcess.run(
        "establishments", "open", "HN-9999", "--name", "Inn", "--kind", "hotel", "--commune", "00004", "--rooms", "1", "--beds", "2",
        "--data", folder
      ).status == 0)
    let again = try LodgingProcess.run(Self.small(folder))
    #expect(again.status == 2 && again.output.isEmpty)
    #expect(again.errors.contains("not of this demo"), "\(again.errors)")
  }

  @Test("A file of settings that cannot be read is refused in words")
  func garbledSettings() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("data")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data("{\"residents\":".utf8).write(to: URL(fileURLWithPath: folder + "/demo.json"))
    let demo = try LodgingProcess.run(Self.small(folder))
    #expect(demo.status == 2)
    #expect(demo.errors.contains("demo.json") && !demo.errors.contains("DecodingError"), "\(demo.errors)")
  }

  @Test("A demo that is killed while it loads its residents leaves nothing of them outside of its folder")
  func leftovers() throws {
    let scratch = try ScratchFolder()
    let temporary = scratch.file("tmp")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let arguments = ["demo", "--data", scratch.file("data"), "--residents", "20000", "--establishments", "50", "--events", "50"]
    var seen: [String] = []
    for percent in [10, 40, 60] {
      _ = try LodgingProcess.runAndKill(at: "residents", percent, arguments, environment: ["TMPDIR": temporary])
      let left = try FileManager.default.subpathsOfDirectory(atPath: temporary)
      seen += left.filter { (try? Data(contentsOf: URL(fileURLWithPath: temporary + "/" + $0)))?.isEmpty == false }
    }
    #expect(seen.isEmpty)
  }

  @Test("The audit is not ok after one byte of a stored ledger value changed, wherever it is")
  func tampering() throws {
    let scratch = try ScratchFolder()
    let folder = scratch.file("data")
    _ = try LodgingProcess.run(Self.demo(folder))
    let log = try DatabaseQueue(path: folder + "/log.sqlite")
    for place in ["1", "length(value) / 3", "30", "length(value)"] {
      let row = try log.write { db -> Row? in
        let row = try Row.fetchOne(
          db, sql: "SELECT partition, \"offset\", value, \(place) AS place FROM ledger WHERE \"offset\" > 0 ORDER BY random() LIMIT 1")
        guard let row, var value: Data = row["value"] else { return nil }
        let index = max(1, min(value.count, row["place"])) - 1
        value[value.startIndex + index] ^= 0x10
        try db.execute(
          sql: "UPDATE ledger SET value = ? WHERE partition = ? AND \"offset\" = ?",
          arguments: [value, row["partition"] as Int, row["offset"] as Int])
        return row
      }
      let changed = try #require(row)
      #expect(try LodgingProcess.run("audit", "--data", folder).status == 1, "byte at \(place) of the entry")
      try log.write { db in
        try db.execute(
          sql: "UPDATE ledger SET value = ? WHERE partition = ? AND \"offset\" = ?",
          arguments: [changed["value"] as Data, changed["partition"] as Int, changed["offset"] as Int])
      }
    }
    #expect(try LodgingProcess.run("audit", "--data", folder).status == 0, "everything was put back")
  }

  @Test("No name and no number of a guest can be read in the data folder, also where a sender forgot to seal")
  func privacy() throws {
    let scratch = try ScratchFolder()
    // An evening in which some do.
    let numbers = ["--residents", "3000", "--establishments", "400", "--events", "4000", "--seed", "3"]
    let folders = ["--data", scratch.file("data"), "--write-inputs", scratch.file("inputs")]
    let demo = try LodgingProcess.run(["demo", "--json"] + folders + numbers)
    let result = try #require(demo.rows.first?["result"] as? [String: Any], "the inputs are written beside the run, not instead of it")
    let refused = try #require((result["codes"] as? [String: Int])?["identity.plain-refused"], "nobody forgot to seal")
    for list in ["names.txt", "numbers.txt"] {
      let patterns = scratch.file("inputs/" + list)
      #expect(try String(contentsOfFile: patterns, encoding: .utf8).split(separator: "\n").count > 500)
      let grep = Process()
      grep.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      grep.arguments = [
        "grep", "--recursive", "--text", "--fixed-strings", "--files-with-matches", "--file", patterns, scratch.file("data"),
      ]
      let output = Pipe()
      grep.standardOutput = output
      try grep.run()
      let found = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      grep.waitUntilExit()
      #expect(grep.terminationStatus == 1 && found.isEmpty, "\(list): \(found)")
    }
    // What was sent unsealed names somebody who does not exist; it lies on the events log for its days, and never in the ledger.
    let log = try DatabaseQueue(path: scratch.file("data/log.sqlite"))
    let (sent, kept) = try log.read { db in
      let condition = "instr(value, CAST('Niêm Phong' AS BLOB)) > 0"
      return (
        try Int.fetchOne(db, sql: "SELECT count(*) FROM events WHERE \(condition)"),
        try Int.fetchOne(db, sql: "SELECT count(*) FROM ledger WHERE \(condition)")
      )
    }
    #expect(sent == refused && kept == 0)
  }
}
