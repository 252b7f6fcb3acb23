import Foundation
import GRDB
import LodgingService
import Logging
import TestThreads
import Testing

@Suite("Backups and restores", .onProcessThread)
struct BackupTests {
  private struct Stopped: Error {}

  private let scratch: ScratchFolder
  private let data: String

  init() throws {
    scratch = try ScratchFolder()
    data = scratch.file("data")
    _ = try LodgingProcess.run("residents", "load", sample("residents.csv"), "--data", data)
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", data)
    _ = try importCitizens(data)
  }

  private func importCitizens(_ folder: String) throws -> LodgingProcess.Outcome {
    try LodgingProcess.run("import", sample("citizens.csv"), "--establishment", "HN-0001", "--json", "--data", folder)
  }

  private func names(_ folder: String) throws -> Set<String> { Set(try FileManager.default.subpathsOfDirectory(atPath: folder)) }

  @Test("A backup has no keys unless they are asked for, is audited with them, and a restore goes on where it stood")
  func roundTrip() throws {
    let made = try LodgingProcess.run("backup", scratch.file("plain"), "--json", "--data", data)
    #expect(made.status == 0 && made.rows.first?["keys"] as? Bool == false, "\(made.errors)")
    #expect(try !names(scratch.file("plain")).contains { $0.hasPrefix("keys.json") })
    let whole = scratch.file("whole")
    #expect(try LodgingProcess.run("backup", whole, "--with-keys", "--data", data).status == 0)
    #expect(try names(whole).isSuperset(of: ["log.sqlite", "register.sqlite", "keys.json", "directory/CURRENT", "backup.json"]))
    #expect(try LodgingProcess.run("audit", "--data", whole).status == 0)

    for (backup, more) in [(whole, []), (scratch.file("plain"), ["--keys", data + "/keys.json"])] {
      let restored = scratch.file("restored-\(more.count)")
      let outcome = try LodgingProcess.run(["restore", backup, "--json", "--data", restored] + more)
      #expect(outcome.status == 0 && (outcome.rows.first?["audit"] as? [String: Any])?["ok"] as? Bool == true, "\(outcome.errors)")
      let again = try importCitizens(restored)
      #expect(again.rows.contains { $0["outcome"] as? String == "duplicate" }, "\(again.errors)")
      #expect(try LodgingProcess.run("residents", "lookup", "001190000001", "--data", restored).status <= 1)
      #expect(try LodgingProcess.run("audit", "--data", restored).status == 0)
    }
  }

  @Test("A backup that is made while events are sent, decided and folded is one moment, and its audit is ok")
  func beside() throws {
    let demo = scratch.file("demo")
    let arguments = [
      "demo", "--residents", "2000", "--establishments", "150", "--events", "6000", "--seed", "7", "--data", demo,
    ]
    let backup = scratch.file("backup")
    let wasRunning = try LodgingProcess.runAndKill(at: "events", 20, arguments) {
      let made = try LodgingProcess.run("backup", backup, "--with-keys", "--data", demo)
      #expect(made.status == 0, "\(made.errors)")
    }
    #expect(wasRunning)
    let restored = try LodgingProcess.run("restore", backup, "--json", "--data", scratch.file("restored"))
    #expect(restored.status == 0, "\(restored.output) \(restored.errors)")
    let audit = try #require(restored.rows.first?["audit"] as? [String: Any])
    #expect(audit["ok"] as? Bool == true && (audit["decided"] as? Int ?? 0) > 0)
  }

  @Test("A backup without keys is restored unaudited, and nothing makes keys of its own for it")
  func withoutKeys() throws {
    let backup = scratch.file("backup")
    let restored = scratch.file("restored")
    #expect(try LodgingProcess.run("backup", backup, "--data", data).status == 0)
    let outcome = try LodgingProcess.run("restore", backup, "--json", "--data", restored)
    #expect(outcome.status == 0 && outcome.rows.first?["keys"] as? Bool == false, "\(outcome.errors)")
    #expect(try importCitizens(restored).status == 2)
    #expect(try !names(restored).contains("keys.json"))
    let stranger = scratch.file("stranger")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", stranger)
    let refused = try LodgingProcess.run("restore", backup, "--keys", stranger + "/keys.json", "--data", scratch.file("other"))
    #expect(refused.status == 2 && refused.errors.contains("another register"))
    #expect(!FileManager.default.fileExists(atPath: scratch.file("other")))
  }

  @Test("Neither writes into a folder that is not empty, and both take an empty one")
  func emptyFolders() throws {
    let backup = scratch.file("backup")
    try FileManager.default.createDirectory(atPath: backup, withIntermediateDirectories: true)
    #expect(try LodgingProcess.run("backup", backup, "--with-keys", "--data", data).status == 0)
    #expect(try LodgingProcess.run("backup", backup, "--data", data).status == 2)
    #expect(try LodgingProcess.run("restore", backup, "--data", data).status == 2)
    #expect(try LodgingProcess.run("restore", scratch.file("nothing"), "--data", scratch.file("new")).status == 2)
    #expect(try LodgingProcess.run("backup", scratch.file("b"), "--data", scratch.file("nothing")).status == 2)
  }

  @Test("Stopped before any of its files, neither leaves anything at its name, and begun again both end whole")
  func stopped() throws {
    let clock = SystemClock()
    let (backup, restored) = (scratch.file("backup"), scratch.file("restored"))
    func make(_ stop: Int) throws {
      var left = stop
      _ = try Backup.make(of: DataFolder(data), at: backup, withKeys: true, clock: clock) { _ in
        guard left > 0 else { throw Stopped() }
        left -= 1
      }
    }
    for stop in 0..<6 {
      #expect(throws: Stopped.self) { try make(stop) }
      #expect(!FileManager.default.fileExists(atPath: backup))
    }
    try make(.max)
    func restore(_ stop: Int) throws {
      var left = stop
      _ = try Restore.run(from: backup, to: DataFolder(restored), clock: clock, logger: Logger(label: "test")) { _ in
        guard left > 0 else { throw Stopped() }
        left -= 1
      }
    }
    for stop in 0..<6 {
      #expect(throws: Stopped.self) { try restore(stop) }
      #expect(!FileManager.default.fileExists(atPath: restored))
    }
    // As a killed process leaves it.
    try FileManager.default.createDirectory(atPath: restored + ".incomplete/snapshots", withIntermediateDirectories: true)
    try "rest".write(toFile: restored + ".incomplete/log.sqlite-wal", atomically: false, encoding: .utf8)
    try restore(.max)
    #expect(try LodgingProcess.run("audit", "--data", restored).status == 0)
    #expect(!FileManager.default.fileExists(atPath: restored + ".incomplete"))
  }

  @Test("A file that is cut off, changed or missing is found by the restore", arguments: ["cut", "changed", "missing"])
  func damaged(how: String) throws {
    let backup = scratch.file("backup")
    #expect(try LodgingProcess.run("backup", backup, "--with-keys", "--data", data).status == 0)
    let file = backup + "/log.sqlite"
    switch how {
    case "cut": truncate(file, 20_000)
    case "changed": try DatabaseQueue(path: file).write { try $0.execute(sql: "UPDATE events SET value = x'00'") }
    default: unlink(file)
    }
    let outcome = try LodgingProcess.run("restore", backup, "--data", scratch.file("restored"))
    #expect(outcome.status == 2 && outcome.errors.contains("damaged"), "\(outcome.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.file("restored")))
  }

  @Test("A disk without room for it leaves nothing at the backup's name")
  func fullDisk() throws {
    let program = LodgingProcess.program("lodging").path
    let backup = scratch.file("backup")
    // Half a megabyte a file, with the signal left out as the system would do on a full disk, and with it as a kill.
    for prefix in ["trap '' XFSZ;", ""] {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-c", "\(prefix) ulimit -f 100; exec \"$0\" backup \"$1\" --data \"$2\"", program, backup, data]
      process.standardError = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus != 0)
      #expect(!FileManager.default.fileExists(atPath: backup))
    }
    #expect(try LodgingProcess.run("backup", backup, "--data", data).status == 0)
    #expect(!FileManager.default.fileExists(atPath: backup + ".incomplete"))
  }
}
