import Foundation
import Testing

@Suite("What people read when something is wrong")
struct WordsTests {
  private func register(_ scratch: ScratchFolder) throws -> String {
    let folder = scratch.file("data")
    _ = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", folder)
    return folder
  }

  private static let file = sample("qr.txt")

  @Test(
    "Wrong usage shows the usage of the command that was given",
    arguments: [
      "establishments list", "establishments show a/b", "establishments open X --name A --kind castle --commune 00070",
      "establishments open X --name A --kind hotel --commune 7", "establishments open X --name A --kind hotel --commune 00070 --beds many",
      "establishments close", "import \(file) --establishment HN-0001 --format pdf",
      "import \(file) --establishment HN-0001 --arrival soon",
      "import \(file) --establishment HN-0001 --reason 21", "import \(file) --establishment HN-0001", "occupancy nowhere",
      "occupancy VN --at soon", "occupancy", "stays", "alerts --unit x", "alerts", "receipt fetch x", "receipt jwks",
      "ledger tail --count 0", "ledger tail --partition=-1", "ledger show 0", "quarantine replay", "quarantine list", "quarantine show x 1",
      "keys destroy 2026", "keys list", "retention set 0", "retention set soon", "retention set 9223372036854775807", "retention show",
      "residents lookup 12", "residents delete 12", "residents generate --rows 0 --out x", "rebuild", "audit", "demo --residents 0",
    ])
  func usage(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let outcome = try LodgingProcess.run(words, environment: ["LODGING_DATA": ""])
    #expect(outcome.status == 64, "\(outcome.errors)")
    let command = words.prefix { $0 != Self.file && !$0.hasPrefix("-") }
    let hasOwn = ["establishments", "receipt", "ledger", "quarantine", "keys", "retention", "residents"].contains(words[0])
    let name = "lodging " + command.prefix(hasOwn ? 2 : 1).joined(separator: " ")
    #expect(outcome.errors.contains("Usage: \(name) "), "\(outcome.errors)")
    check(outcome.errors)
  }

  @Test("A mistyped personal number is not repeated")
  func discreet() throws {
    let outcome = try LodgingProcess.run("residents", "lookup", "00119000077", "--data", "/nowhere")
    #expect(outcome.status == 64 && !outcome.errors.contains("00119000077"))
  }

  @Test("Names and rooms with control characters are refused with their field, on the command line and in a file")
  func controlCharacters() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    for name in ["\u{1B}[31mA", "A\u{7}", "A\nB"] {
      let opened = try LodgingProcess.run(
        "establishments", "open", "X", "--name", name, "--kind", "Hotel", "--commune", "00070", "--data", folder)
      #expect(opened.status == 64 && opened.errors.contains("--name: "), "\(opened.errors)")
      #expect(!opened.errors.contains("\u{1B}") && !opened.errors.contains("\u{7}"))
      let room = try LodgingProcess.run("import", Self.file, "--establishment", "HN-0001", "--room", name, "--data", folder)
      #expect(room.status == 64 && room.errors.contains("--room"))
      let file = scratch.file("establishments.csv")
      let text = "id,name,kind,commune,remote,rooms,beds,status\nX,\"\(name)\",HOTEL,00070,False,1,2,OPEN\n"
      try text.write(toFile: file, atomically: true, encoding: .utf8)
      let loaded = try LodgingProcess.run("establishments", "load", file, "--json", "--data", folder)
      let row = try #require(loaded.rows.first)
      let field = try #require((row["fields"] as? [[String: Any]])?.first)
      #expect(loaded.status == 1 && field["field"] as? String == "name" && field["code"] as? String == "field.invalid")
      for key in ["text", "text_vi", "hint", "hint_vi"] { #expect((field[key] as? String)?.isEmpty == false, "\(key)") }
    }
    let good = try LodgingProcess.run(
      "establishments", "open", "X", "--name", "A", "--kind", "HOTEL", "--commune", "00070", "--json", "--data", folder)
    #expect(good.status == 0 && good.rows.first?["kind"] as? String == "hotel", "words in any case of letters, as in a file")
  }

  @Test("Rows of establishments have the same keys, whatever became of them")
  func establishmentRows() throws {
    let scratch = try ScratchFolder()
    let outcome = try LodgingProcess.run(
      "establishments", "load", sample("establishments.csv"), "--json", "--data", scratch.file("data"))
    let keys: Set = ["row", "id", "name", "kind", "commune", "status", "outcome", "fields"]
    #expect(outcome.rows.count > 5 && outcome.rows.allSatisfy { Set($0.keys) == keys })
  }

  @Test("Files that are not what they should be are told with what they should be, and no error of the system as it is")
  func files() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let wrong = scratch.file("wrong.csv")
    try "id,title\nA,B\n".write(toFile: wrong, atomically: true, encoding: .utf8)
    let calls: [([String], String)] = [
      (["residents", "load", wrong], "number,full_name,birth_date"), (["residents", "change", wrong], "number,full_name,birth_date"),
      (["establishments", "load", wrong], "id,name,kind,commune"),
      (["residents", "generate", "--rows", "2", "--out", "/nowhere/x"], "/nowhere/x"),
      (["demo", "--write-inputs", "/proc/nowhere"], "/proc/nowhere"),
      (["receipt", "verify", "/nowhere", "--jwks", wrong], "file.unreadable"),
      (["receipt", "verify", "/", "--jwks", wrong], "file.not-a-file"),
      (["receipt", "verify", wrong, "--jwks", wrong], "lodging receipt jwks"),
    ]
    for (arguments, words) in calls {
      let outcome = try LodgingProcess.run(arguments + ["--data", folder])
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
      check(outcome.errors)
    }
    for bad in ["/dev/null", "/proc/nowhere"] {
      let outcome = try LodgingProcess.run("establishments", "load", sample("establishments.csv"), "--data", bad)
      #expect(outcome.status == 2 && outcome.errors.contains(bad), "\(outcome.errors)")
      check(outcome.errors)
    }
  }

  @Test("What does not exist is said, with exit code 1")
  func nothingFound() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    for line in [
      "ledger tail --partition 99", "ledger show 99 0", "ledger show 0 99999", "alerts --unit 99", "occupancy 99",
      "stays --establishment NO",
      "stays --establishment HN-0001", "establishments show NO", "establishments close NO", "quarantine show 99 0", "keys destroy 2020-01",
    ] {
      let outcome = try LodgingProcess.run(line.split(separator: " ").map(String.init) + ["--data", folder])
      #expect(outcome.status == 1 && !outcome.errors.isEmpty, "\(line): \(outcome.status) \(outcome.errors)")
    }
  }

  @Test("A receipt that must not be believed is said to be, and why")
  func receipts() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let (file, keys) = (scratch.file("receipt"), scratch.file("jwks"))
    try LodgingProcess.run("receipt", "jwks", "--data", folder).output.write(toFile: keys, atomically: true, encoding: .utf8)
    try "hello".write(toFile: file, atomically: true, encoding: .utf8)
    let outcome = try LodgingProcess.run("receipt", "verify", file, "--jwks", keys)
    #expect(outcome.status == 1 && outcome.errors.contains("no signed receipt") && outcome.errors.contains("không phải biên nhận"))
    try Data([0x61, 0x0A, 0xFF]).write(to: URL(fileURLWithPath: file))
    let binary = try LodgingProcess.run("receipt", "verify", file, "--jwks", keys)
    #expect(binary.status == 2 && binary.errors.contains("file.encoding") && binary.errors.contains("line 2"), "\(binary.errors)")
  }

  @Test("A zone that cannot be read is told field by field, once each")
  func zones() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    let file = scratch.file("zones.mrz")
    let zone = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6499122F2702283<<<<<<<<<<<<<<<4\n"
    try zone.write(toFile: file, atomically: true, encoding: .utf8)
    let outcome = try LodgingProcess.run("import", file, "--format", "mrz", "--establishment", "HN-0001", "--json", "--data", folder)
    let fields = try #require(outcome.rows.first?["fields"] as? [[String: Any]])
    #expect(fields.contains { ($0["text"] as? String)?.contains("date in the machine-readable zone") == true })
    #expect(!fields.contains { ($0["text"] as? String)?.contains("A field has a value that cannot be") == true }, "\(fields)")
  }

  @Test("Bad rows of residents say what is wrong with each column, in both languages")
  func residents() throws {
    let scratch = try ScratchFolder()
    let file = scratch.file("residents.csv")
    let header = "number,full_name,birth_date,sex,status,document_number,document_expiry\n"
    try (header + "12,7,01/02/1990,Nam,dead,-,soon\n").write(toFile: file, atomically: true, encoding: .utf8)
    let outcome = try LodgingProcess.run("residents", "load", file, "--json", "--data", scratch.file("data"))
    let hints = outcome.rows.compactMap { $0["hint"] as? String }
    #expect(outcome.status == 1 && hints.count == 7 && Set(hints).count == 7)
    #expect(Set(outcome.rows.compactMap { $0["hint_vi"] as? String }).count == 7)
    #expect(hints.contains { $0.contains("yyyy-mm-dd") } && hints.contains { $0.contains("deceased") })
  }

  @Test("The catalogue has every kind of code, with where it applies")
  func catalogue() throws {
    let outcome = try LodgingProcess.run("catalogue", "--json")
    let places = Dictionary(grouping: outcome.rows) { $0["applies"] as? String ?? "" }.mapValues(\.count)
    #expect(Set(places.keys) == ["rejection", "flag", "police-flag", "quarantine", "request", "alert"])
    #expect(places["alert"] == 10 && places["request"] == 12 && places["quarantine"] == 4)
    for key in ["code", "severity", "en", "vi", "hint_en", "hint_vi", "applies_en", "applies_vi"] {
      #expect(outcome.rows.allSatisfy { ($0[key] as? String)?.isEmpty == false }, "\(key)")
    }
    #expect(outcome.rows.filter { $0["http_meaning"] is String }.count == 12)
  }

  @Test("Alerts tell their reasons as codes and in both languages")
  func alerts() throws {
    let scratch = try ScratchFolder()
    let folder = try register(scratch)
    _ = try LodgingProcess.run("residents", "load", sample("residents.csv"), "--data", folder)
    _ = try LodgingProcess.run("import", sample("citizens.csv"), "--establishment", "HN-0001", "--data", folder)
    let rows = try LodgingProcess.run("alerts", "--json", "--data", folder).rows.filter { $0["kind"] as? String == "identity.mismatch" }
    #expect(!rows.isEmpty)
    for row in rows {
      let reasons = try #require(row["reasons"] as? [String])
      #expect(!reasons.isEmpty && reasons.allSatisfy { $0.hasPrefix("directory.") })
      #expect((row["reasons_en"] as? [String])?.count == reasons.count && (row["reasons_vi"] as? [String])?.count == reasons.count)
    }
  }

  private func check(_ errors: String) {
    for words in ["Error Domain", "could not be completed", "NSCocoa", "LodgingFiles.", "LodgingStore."] {
      #expect(!errors.contains(words), "\(errors)")
    }
  }
}
