import Foundation
import LodgingService
import Testing

@Suite("Importing without registering")
struct DryRunTests {
  /// A row but for its receipt.
  private struct Told: Equatable {
    var row: Int
    var event: String
    var outcome: String
    var codes: [String]
    var fields: [ImportRowResult.Field]

    init(_ row: ImportRowResult) {
      (self.row, event, outcome, codes, fields) = (row.row, row.eventID, row.outcome, row.codes, row.fields)
    }
  }

  /// Imports a file dry and then really, twice, and returns the outcomes of the first time.
  @discardableResult
  private func compare(_ rig: ImportRig, _ text: String) throws -> [String] { try compare(rig, Data(text.utf8)) }

  @discardableResult
  private func compare(_ rig: ImportRig, _ file: Data) throws -> [String] {
    var outcomes: [[String]] = []
    for _ in 0..<2 {
      let stays = try rig.stays()
      let dry = try rig.run(file) { $0.isDryRun = true }
      #expect(try rig.stays() == stays, "nothing is registered")
      #expect(dry.allSatisfy { $0.receipt == nil })
      let real = try rig.run(file)
      #expect(!real.isEmpty && dry.count == real.count)
      for (dry, real) in zip(dry, real) { #expect(Told(dry) == Told(real)) }
      outcomes.append(real.map(\.outcome))
    }
    return outcomes[0]
  }

  @Test(
    "Each row of a sample comes to what the import after it comes to",
    arguments: ["citizens.csv", "citizens-utf16.csv", "foreigners.xml", "qr.txt", "mrz.txt"], [40, 1] as [UInt32])
  func samples(file: String, beds: UInt32) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../../samples").standardized
    try compare(ImportRig(beds: beds), Data(contentsOf: folder.appendingPathComponent(file)))
  }

  @Test("Rows about one stay correct each other as they do in the import", arguments: [40, 1] as [UInt32])
  func corrections(beds: UInt32) throws {
    let cards = Sheet.card() + Sheet.card(birth: "02011990") + Sheet.card()
    #expect(try compare(ImportRig(beds: beds), cards).allSatisfy { $0 != "rejected" })
    let rows = Sheet.csv(Sheet.row(room: "101"), Sheet.row(room: "102"), Sheet.row(room: "101"), Sheet.row(room: "101"))
    #expect(try compare(ImportRig(beds: beds), rows)[2] == "duplicate", "it does not have the last word")
  }

  @Test("A house of one bed is not over capacity for a guest who stands in the file twice")
  func oneBed() throws {
    let rig = try ImportRig(at: "2026-11-20T20:00:00+07:00", beds: 1)
    #expect(try compare(rig, Sheet.csv(Sheet.row(room: "101"), Sheet.row(room: "102"))) == ["accepted", "accepted"])
  }

  @Test("Rows about a stay that is registered already are held against it and against each other")
  func registered() throws {
    let rig = try ImportRig()
    _ = try rig.run(Sheet.csv(Sheet.row(room: "100")))
    try compare(rig, Sheet.csv(Sheet.row(room: "101"), Sheet.row(room: "100"), Sheet.row(room: "101")))
    try compare(rig, Sheet.csv(Sheet.row(room: "100"), Sheet.row(room: "101")))
  }

  @Test("A guest who left within the file is not corrected by the rows after it")
  func departed() throws {
    let rig = try ImportRig()
    let (open, close) = ("<KHAI_BAO_TAM_TRU>", "</KHAI_BAO_TAM_TRU>")
    func record(_ text: String) throws -> Substring {
      let start = try #require(text.range(of: open)).upperBound
      return text[start..<(try #require(text.range(of: close)).lowerBound)]
    }
    let left = try record(Sheet.declaration(left: "20/11/2026"))
    let other = try record(Sheet.declaration(left: "20/11/2026", more: "<thoi_han_tam_tru>31/12/2026</thoi_han_tam_tru>"))
    let present = try record(Sheet.declaration(left: nil))
    for records in [left + left, left + present, present + left, left + other + left] {
      try compare(ImportRig(), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\(open)\(records)\(close)")
    }
    try compare(rig, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\(open)\(left + other)\(close)")
  }
}
