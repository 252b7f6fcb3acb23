import Foundation
import LodgingDomain
import LodgingService
import Logging
import TestThreads
import Testing

/// A register whose first events are four months old: three guests left soon, three stay for half a year.
private struct OldRegister {
  static let inn = "HN-0001"
  static let folderName = "data"

  let scratch: ScratchFolder
  let month: String
  private(set) var receipts: [String] = []
  /// The sheet of the guests who stay, as a hotel sends it again and again.
  let sheet: String

  var data: String { scratch.file(Self.folderName) }

  init() throws {
    scratch = try ScratchFolder()
    let start = SystemClock().now.adding(days: -120)
    let zone = LocalZone.vietnam
    let arrival = zone.date(at: start)
    month = KeyMonth(containing: start).description
    sheet = scratch.file("guests.csv")
    var lines = [Self.header]
    for number in 1...6 {
      let departure = arrival.adding(days: number <= 3 ? 1 : 180)
      lines.append(Self.row(number, from: Self.text(arrival), until: Self.text(departure)))
    }
    try lines.joined(separator: "\n").write(toFile: sheet, atomically: true, encoding: .utf8)

    let register = try Register(DataFolder(data), clock: SimulatedClock(start), logger: Logger(label: "test"), making: true)
    let desk = try EstablishmentDesk(register)
    let commune = try #require(CommuneCode("00004"))
    let details = EstablishmentDetails(name: "Inn", kind: .hotel, commune: commune, remote: false, rooms: 9, beds: 20)
    _ = try desk.send(.establishmentOpened(details), to: try EstablishmentID(Self.inn))
    desk.close()
    let options = try #require(ImportOptions(establishment: try EstablishmentID(Self.inn), format: "citizens-csv"))
    var rows: [ImportRowResult] = []
    try Importer(register, options: options).run(sheet) { rows.append($0) }
    receipts = try rows.map { try #require($0.receipt, "\($0.codes) \($0.fields)") }
  }

  private static let header = (1...19).map { "column \($0)" }.joined(separator: ",")

  private static func row(_ number: Int, from arrival: String, until departure: String) -> String {
    let cells = [
      "\(number)", "Nguyễn Thị Mẫu \(number)", "01/01/1990", "Nữ", "VNM", "1", "", "00119000000\(number)", "", "", "", "", "", arrival,
      departure, "10\(number)", "1", "", "",
    ]
    return cells.joined(separator: ",")
  }

  private static func text(_ date: CivilDate) -> String {
    let digits = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
    return "\(digits(date.day))/\(digits(date.month))/\(date.year)"
  }

  // MARK: Commands

  func run(_ arguments: String..., in folder: String? = nil) throws -> LodgingProcess.Outcome {
    try LodgingProcess.run(arguments + ["--json", "--data", folder ?? data])
  }

  func destroy(in folder: String? = nil) throws -> LodgingProcess.Outcome {
    try run("keys", "destroy", month, "--before-retention-ends", in: folder)
  }

  /// A copy of the register as it is now.
  func copy(_ name: String) throws -> String {
    try FileManager.default.copyItem(atPath: data, toPath: scratch.file(name))
    return scratch.file(name)
  }

  func expectDestroyed(in folder: String? = nil) throws {
    let key = try #require(try run("keys", "list", in: folder).rows.first { $0["month"] as? String == month })
    #expect(key["standing"] as? String == "destroyed" && key["open_stays"] as? Int == 0)
    let stays = try run("stays", "--establishment", Self.inn, "--purpose", "test", in: folder)
    #expect(stays.status == 0 && stays.rows.count == 6)
    let states = stays.rows.compactMap { ($0["identity"] as? [String: Any])?["state"] as? String }
    #expect(states.sorted() == ["destroyed", "destroyed", "destroyed", "opened", "opened", "opened"])
    let audit = try run("audit", in: folder)
    #expect(audit.status == 0, "\(audit.output)")
    #expect(audit.rows.first?["reseals"] as? Int == 3, "each stay is sealed anew once")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder ?? data).filter { $0.hasPrefix("keys.json") }.count == 2)
  }
}

@Suite("Destroying a month's key as a process", .onProcessThread)
struct KeyDestructionTests {
  @Test("It is refused with words where it must be, and done when it is asked for")
  func refusals() throws {
    let old = try OldRegister()
    let current = KeyMonth(containing: SystemClock().now).description
    for (month, status) in [(current, 2), ("1999-01", 1), ("soon", 64), (old.month, 2)] {
      let outcome = try old.run("keys", "destroy", month)
      #expect(outcome.status == Int32(status) && outcome.output.isEmpty && !outcome.errors.isEmpty, "\(month): \(outcome.errors)")
    }
    #expect(try old.run("keys", "destroy", old.month).errors.contains("--before-retention-ends"))
    #expect(try old.run("keys", "destroy", current, "--before-retention-ends").status == 2, "nothing overrides that")
    #expect(try LodgingProcess.run("keys", "destroy", "--help").output.contains("--before-retention-ends"))
    let done = try old.destroy()
    #expect(done.status == 0 && done.rows.first?["standing"] as? String == "destroyed", "\(done.errors)")
    try old.expectDestroyed()
    let again = try old.run("keys", "destroy", old.month)
    #expect(again.status == 0 && again.rows.first?["note"] != nil)
  }

  @Test("Every command says in words what is gone, with the exit code that it has otherwise")
  func commands() throws {
    let old = try OldRegister()
    #expect(try old.destroy().status == 0)
    let masked = try old.run("stays", "--establishment", OldRegister.inn)
    #expect(masked.status == 0)
    let notes = masked.rows.compactMap { $0["identity"] as? [String: Any] }.compactMap { $0["note_vi"] as? String }
    #expect(notes.count == 3 && notes.allSatisfy { $0.contains(old.month) })
    let search = try old.run("stays", "--document", "001190000001")
    #expect(search.status == 1 && search.errors.contains(old.month) && search.errors.contains("đã bị hủy"), "nothing found, and why")
    #expect(try old.run("stays", "--document", "001190000004").rows.count == 1, "who stays is found")
    for receipt in old.receipts {
      let fetched = try old.run("receipt", receipt)
      #expect(fetched.status == 0 && (fetched.rows.first?["note"] as? String)?.contains("destroyed") == true)
    }
    let partition = try #require(old.receipts[0].split(separator: "-").first.map(String.init))
    let entry = try old.run("ledger", "show", partition, "2")
    #expect(entry.status == 0 && (entry.rows.first?["note"] as? String)?.contains("destroyed") == true, "\(entry.output)")
    #expect(try old.run("ledger", "tail", "--partition", partition).rows.filter { $0["kind"] as? String == "reseal" }.count == 3)
    for command in [["alerts"], ["quarantine", "list"], ["occupancy", "VN"], ["establishments", "list"], ["rebuild"]] {
      #expect(try LodgingProcess.run(command + ["--json", "--data", old.data]).status == 0, "\(command)")
    }
    try old.expectDestroyed()
    let people = try LodgingProcess.run("stays", "--establishment", OldRegister.inn, "--data", old.data)
    #expect(people.status == 0 && people.output.contains("is destroyed") && people.output.contains("đã bị hủy"))
  }

  @Test("The same file sent again registers nothing twice: a duplicate where the guest stays, refused in words where the guest left")
  func importedAgain() throws {
    let old = try OldRegister()
    #expect(try old.destroy().status == 0)
    let rows = try old.run("import", old.sheet, "--establishment", OldRegister.inn)
    #expect(rows.status == 1)
    #expect(rows.rows.map { $0["outcome"] as? String } == ["rejected", "rejected", "rejected", "duplicate", "duplicate", "duplicate"])
    #expect(rows.rows.suffix(3).map { $0["receipt"] as? String } == old.receipts.suffix(3).map { $0 })
    for row in rows.rows.prefix(3) {
      #expect(row["codes"] as? [String] == ["event.id-reused"])
      let reason = (row["reasons"] as? [[String: Any]])?.first
      #expect((reason?["text"] as? String)?.contains("destroyed") == true)
      #expect((reason?["text_vi"] as? String)?.contains("đã bị hủy") == true)
    }
    try old.expectDestroyed()
  }

  @Test("Killed at any point and run again, it ends properly")
  func kills() throws {
    let old = try OldRegister()
    var killed = 0
    for lines in 0..<6 {
      let folder = try old.copy("killed-\(lines)")
      if try LodgingProcess.runAndKill(
        afterErrorLines: lines, ["keys", "destroy", old.month, "--before-retention-ends", "--data", folder])
      {
        killed += 1
      }
      let ended = try old.destroy(in: folder)
      #expect(ended.status == 0, "after \(lines) lines: \(ended.errors)")
      try old.expectDestroyed(in: folder)
    }
    #expect(killed >= 3, "the kills must hit a running command")
  }
}
