import Foundation
import GRDB
import LodgingTesting
import TestThreads
import Testing

@Suite("Backups of a register on a cluster, and restores onto one", .onOwnThread)
struct ClusterBackupTests {
  private let register: ClusterRegister
  private var scratch: ScratchFolder { register.scratch }

  /// A register with establishments and some stays, which nobody decides at the end.
  init() throws {
    register = try ClusterRegister(partitions: 4)
    #expect(try register.cluster.run("residents", "load", sample("residents.csv"), data: register.seed).status <= 1)
    try Self.copyResidents(of: register.seed, to: scratch.file("v"))
    let node = try register.cluster.node("validator", data: register.scratch.file("v"), keys: register.seed)
    try register.waitUntilDeciding(node)
    try register.openEstablishments()
    for start in [0, 100] { #expect(try register.importGuests(start..<start + 10, to: "HN-0001").allSatisfy { $0 != "rejected" }) }
    #expect(node.end().status == 0)
  }

  /// Gives a validator that does not run yet what it compares guests with.
  private static func copyResidents(of folder: String, to other: String) throws {
    try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: "\(folder)/directory", toPath: "\(other)/directory")
  }

  /// Sends garbage, which waits to be decided until somebody does.
  private func sendGarbage(_ count: Int, to establishment: String = "HN-0001") throws {
    let partition = register.partition(of: establishment)
    for number in 0..<count {
      try register.cluster.produce(Array("garbage \(number)".utf8), key: establishment, to: "stay-events", "-p", "\(partition)")
    }
  }

  private func backup(_ name: String = "backup") throws -> String {
    let folder = scratch.file(name)
    let made = try register.cluster.run("backup", folder, "--with-keys", "--json", data: register.seed)
    #expect(made.status == 0 && made.rows.first?["keys"] as? Bool == true, "\(made.errors)")
    return folder
  }

  private func audit(of folder: String) throws -> [String: Any] {
    let outcome = try LodgingProcess.run("audit", "--json", "--data", folder)
    return try #require(outcome.rows.first, "\(outcome.errors)")
  }

  private func restore(_ folder: String, to other: ClusterRegister) throws -> LodgingProcess.Outcome {
    try other.cluster.run("restore", folder, "--json", data: other.seed)
  }

  private func expectRestored(_ folder: String, to other: ClusterRegister) throws -> [String: Any] {
    let outcome = try restore(folder, to: other)
    let row = try #require(outcome.rows.first, "\(outcome.errors)")
    #expect(outcome.status == 0 && (row["audit"] as? [String: Any])?["ok"] as? Bool == true, "\(row) \(outcome.errors)")
    return try #require(row["cluster"] as? [String: Any])
  }

  private func expectUntouched(_ other: ClusterRegister) throws {
    for topic in ["stay-events", "stay-ledger", "residents"] { #expect(try other.cluster.records(of: topic).isEmpty, "\(topic)") }
  }

  @Test("It is audited as it is; put onto another cluster, what is sent again gets its first receipt, and what waited is decided")
  func roundTrip() throws {
    let first = try receipts(of: register, 0..<10)
    try sendGarbage(3)
    let folder = try backup()
    let found = try audit(of: folder)
    #expect(found["ok"] as? Bool == true && found["undecided"] as? Int == 3 && found["events"] as? Int == 33, "\(found)")

    let other = try ClusterRegister(restoring: register)
    let counts = try expectRestored(folder, to: other)
    #expect(counts["undecided"] as? Int == 3 && counts["expired"] as? Int == 0 && counts["oversized"] as? Int == 0, "\(counts)")
    #expect(counts["resets"] as? Int ?? 0 > 0)
    // Nothing is appended by doing it again, and its keys and residents have come along.
    #expect(try expectRestored(folder, to: other) as NSDictionary == counts as NSDictionary)
    #expect(try other.cluster.run("residents", "lookup", "001190000001", data: other.seed).status <= 1)

    try Self.copyResidents(of: other.seed, to: scratch.file("n"))
    let node = try other.cluster.node("all", data: scratch.file("n"), keys: other.seed)
    try other.waitUntilDeciding(node)
    #expect(try receipts(of: other, 0..<10) == first)
    #expect(try other.importGuests(200..<210, to: "HN-0002").allSatisfy { $0 == "accepted" || $0 == "flagged" })
    #expect(try Waiting.wait { try other.audit()["undecided"] as? Int == 0 })
    let after = try other.audit()
    #expect(after["ok"] as? Bool == true && after["lost"] as? Int == 0 && after["doubled"] as? Int == 0, "\(after)")
    #expect(after["ignored"] as? Int == 0 && after["resets"] as? Int == counts["resets"] as? Int)
    #expect(try other.cluster.run("rebuild", data: other.seed).status == 0)
    #expect(try other.audit()["ok"] as? Bool == true)

    // The register went on, so this backup is no part of it any more.
    let late = try restore(folder, to: other)
    #expect(late.status == 2 && late.errors.contains("topics create --empty"), "\(late.errors)")
    #expect(node.end().status == 0)
  }

  /// Sends guests once more, and returns the receipts.
  private func receipts(of register: ClusterRegister, _ numbers: Range<Int>) throws -> [String] {
    let deciding =
      register.seed.hasSuffix("seed") ? try register.cluster.node("validator", data: scratch.file("v"), keys: register.seed) : nil
    if let deciding { try register.waitUntilDeciding(deciding) }
    let rows = try register.importRows(numbers, to: "HN-0001")
    #expect(rows.allSatisfy { $0["outcome"] as? String == "duplicate" }, "\(rows)")
    _ = deciding?.end()
    return rows.compactMap { $0["receipt"] as? String }
  }

  @Test("A backup beside validators that decide is one moment: its audit is ok, and on one machine the register goes on from it")
  func beside() throws {
    let node = try register.cluster.node("validator", data: scratch.file("v"), keys: register.seed)
    try register.waitUntilDeciding(node)
    let (importing, output, errors) = try LodgingProcess.start(
      try register.importing(1000..<1400, to: "HN-0001") + ["--data", register.seed] + register.cluster.options,
      environment: register.cluster.environment)
    let reading = (OutputReader(output), OutputReader(errors))
    let folders = try (0..<3).map { try backup("backup-\($0)") }
    importing.waitUntilExit()
    #expect(reading.0.text.split(separator: "\n").count == 400, "\(reading.1.text)")
    #expect(node.end().status == 0)
    for folder in folders {
      let found = try audit(of: folder)
      #expect(found["ok"] as? Bool == true && found["lost"] as? Int == 0, "\(found)")
    }
    let machine = scratch.file("machine")
    let outcome = try LodgingProcess.run("restore", folders[2], "--json", "--data", machine)
    #expect(outcome.status == 0 && (outcome.rows.first?["audit"] as? [String: Any])?["ok"] as? Bool == true, "\(outcome.errors)")
    let again = try LodgingProcess.run(try register.importing(0..<10, to: "HN-0001") + ["--data", machine])
    #expect(again.rows.count { $0["outcome"] as? String == "duplicate" } == 10, "\(again.output)\(again.errors)")
    let moved = try ClusterRegister(restoring: register)
    #expect(try expectRestored(folders[0], to: moved)["entries"] as? Int ?? 0 > 0)
  }

  @Test("Events that left the topic decided are not missed, and those behind them come along")
  func retention() throws {
    let node = try register.cluster.node("validator", data: scratch.file("v"), keys: register.seed)
    try register.waitUntilDeciding(node)
    // More than the mock cluster keeps of a partition.
    let garbage = String(repeating: String(repeating: "x", count: 60_000) + "\n", count: 20)
    let partition = "\(register.partition(of: "HN-0001"))"
    for _ in 0..<6 {
      try register.cluster.produce(lines: garbage, to: "stay-events", ["-k", "HN-0001", "-p", partition])
      #expect(try Waiting.wait { try register.audit()["undecided"] as? Int == 0 })
    }
    #expect(node.end().status == 0)
    let folder = try backup()
    let found = try audit(of: folder)
    #expect(found["ok"] as? Bool == true, "\(found)")
    let kept = try #require(found["events_kept"] as? [[String: Any]])
    #expect(kept.contains { ($0["from"] as? Int ?? 0) > 0 }, "\(kept)")
    let other = try ClusterRegister(restoring: register)
    #expect(try expectRestored(folder, to: other)["undecided"] as? Int == 0)
  }

  @Test("Killed anywhere, a backup leaves nothing at its name, and the next one is whole")
  func killedBackup() throws {
    let folder = scratch.file("backup")
    let arguments = ["backup", folder, "--with-keys", "--data", register.seed] + register.cluster.options
    for percent in [0, 20, 50] {
      #expect(try LodgingProcess.runAndKill(at: "records", percent, arguments, environment: register.cluster.environment))
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
    #expect(try audit(of: backup())["ok"] as? Bool == true)
  }

  @Test("Killed anywhere, a restore is taken for whole by nobody, and the same command goes on with it")
  func killedRestore() throws {
    try sendGarbage(3)
    let folder = try backup()
    let entries = try register.cluster.records(of: "stay-ledger").count
    let other = try ClusterRegister(restoring: register)
    let arguments = ["restore", folder, "--data", other.seed] + other.cluster.options
    for percent in [1, 30, 60] {
      #expect(try LodgingProcess.runAndKill(at: "ledger", percent, arguments, environment: other.cluster.environment))
      for command in [["run", "--role", "validator"], ["audit"], ["occupancy", "VN"]] {
        let refused = try other.cluster.run(command, data: other.seed)
        #expect(refused.status == 2 && refused.errors.contains("lodging restore"), "\(command): \(refused.errors)")
      }
    }
    let counts = try expectRestored(folder, to: other)
    #expect(counts["undecided"] as? Int == 3 && counts["entries"] as? Int == entries, "\(counts)")
    let found = try other.audit()
    #expect(found["ok"] as? Bool == true && found["ignored"] as? Int == 0 && found["undecided"] as? Int == 3, "\(found)")
  }

  @Test("Topics that hold anything else are refused, and nothing is written to them")
  func usedTopics() throws {
    let folder = try backup()
    for how in ["begun", "foreign event", "foreign entry"] {
      let other = try ClusterRegister(restoring: register, as: how)
      switch how {
      case "begun":
        let made = try other.cluster.run("topics", "create", "--partitions", "4", "--replication", "1", data: scratch.file("stranger"))
        #expect(made.output.contains("begun"), "\(made.errors)")
      case "foreign event": try other.cluster.produce([1, 2], key: "HN-0001", to: "stay-events", "-p", "3")
      default: try other.cluster.produce([1, 2], key: "", to: "stay-ledger", "-p", "2")
      }
      let before = try ["stay-events", "stay-ledger"].map { try other.cluster.records(of: $0).count }
      let refused = try restore(folder, to: other)
      #expect(refused.status == 2 && refused.errors.contains("topics create --empty"), "\(how): \(refused.errors)")
      #expect(try ["stay-events", "stay-ledger"].map { try other.cluster.records(of: $0).count } == before)
    }
    let bare = try ClusterRegister(restoring: register)
    let made = try bare.cluster.run("topics", "create", "--empty", "--partitions", "4", "--replication", "1", data: bare.seed)
    #expect(!made.output.contains("begun") && !FileManager.default.fileExists(atPath: bare.seed), "\(made.output)")
    try expectUntouched(bare)
  }

  @Test("A backup that is cut off, changed or incomplete is refused, and nothing is written")
  func damaged() throws {
    let whole = try backup()
    let other = try ClusterRegister(restoring: register)
    for how in ["cut", "changed", "missing", "list"] {
      let folder = scratch.file(how)
      try FileManager.default.copyItem(atPath: whole, toPath: folder)
      let file = folder + "/log.sqlite"
      switch how {
      case "cut": truncate(file, 20_000)
      case "changed": try DatabaseQueue(path: file).write { try $0.execute(sql: "UPDATE ledger SET value = x'00' WHERE \"offset\" = 1") }
      case "missing": unlink(file)
      default: unlink(folder + "/backup.json")
      }
      let refused = try restore(folder, to: other)
      #expect(refused.status == 2 && refused.errors.contains(how == "list" ? "no backup" : "damaged"), "\(refused.errors)")
      try expectUntouched(other)
    }
  }

  @Test("Other keys, no keys and another number of partitions are refused")
  func wrongSurroundings() throws {
    let folder = scratch.file("plain")
    #expect(try register.cluster.run("backup", folder, data: register.seed).status == 0)
    #expect(!FileManager.default.fileExists(atPath: folder + "/keys.json"))
    let other = try ClusterRegister(restoring: register)
    let keyless = try restore(folder, to: other)
    #expect(keyless.status == 2 && keyless.errors.contains("--keys"), "\(keyless.errors)")
    let stranger = scratch.file("stranger")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", stranger)
    let foreign = try other.cluster.run("restore", folder, "--keys", stranger + "/keys.json", data: other.seed)
    #expect(foreign.status == 2 && foreign.errors.contains("another register"), "\(foreign.errors)")
    let foreignBackup = try register.cluster.run("backup", scratch.file("none"), data: stranger)
    #expect(foreignBackup.status == 2 && foreignBackup.errors.contains("another register"), "\(foreignBackup.errors)")
    let narrow = try RunningCluster(partitions: 3)
    let refused = try narrow.run("restore", folder, "--keys", register.seed + "/keys.json", data: other.seed)
    #expect(refused.status == 2 && refused.errors.contains("partitions"), "\(refused.errors)")
    try expectUntouched(other)
    let outcome = try other.cluster.run("restore", folder, "--keys", register.seed + "/keys.json", data: other.seed)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test("A disk without room for it leaves nothing at the backup's name")
  func fullDisk() throws {
    let folder = scratch.file("backup")
    let program = LodgingProcess.program("lodging").path
    for prefix in ["trap '' XFSZ;", ""] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments =
        ["-c", "\(prefix) ulimit -f 60; exec \"$0\" backup \"$@\"", program, folder, "--data", register.seed] + register.cluster.options
      process.environment = ProcessInfo.processInfo.environment.merging(register.cluster.environment) { $1 }
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus != 0)
      #expect(!FileManager.default.fileExists(atPath: folder))
    }
    #expect(try audit(of: backup())["ok"] as? Bool == true)
  }
}
