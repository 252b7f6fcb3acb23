import CZip
import Testing

@testable import LodgingFiles

@Suite struct WorkbookDefenceTests {
  private static let entityBomb = """
    <!DOCTYPE sst [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
    """

  @Test(arguments: [
    "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "_rels/.rels",
  ])
  func `A document type in any part is refused`(_ part: String) {
    var workbook = citizensWorkbook()
    workbook.replaced[part] = Self.entityBomb + "<x>&b;</x>"
    #expect(ReadFile(workbook.bytes()).error == .documentType)
  }

  @Test(arguments: ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
  func `A part that is cut off, empty or not XML is damage`(_ part: String) {
    for content in ["<x><y>", "", "không phải XML", "<a></b>"] {
      var workbook = citizensWorkbook()
      workbook.replaced[part] = content
      #expect(ReadFile(workbook.bytes()).error == .malformed(.workbook, line: nil))
    }
  }

  @Test func `Parts that are missing are damage, and without a workbook it is another archive`() {
    for part in ["xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"] {
      var workbook = citizensWorkbook()
      workbook.omitted = [part]
      #expect(ReadFile(workbook.bytes()).error == .malformed(.workbook, line: nil))
    }
    var workbook = citizensWorkbook()
    workbook.omitted = ["xl/workbook.xml"]
    #expect(ReadFile(workbook.bytes()).error == .notThisFormat(expected: .citizensXLSX, found: .archive))
    workbook.omitted = ["_rels/.rels"]
    #expect(ReadFile(workbook.bytes()).error == nil)
  }

  @Test func `A relation cannot lead out of the archive`() {
    var workbook = citizensWorkbook()
    workbook.replaced["xl/_rels/workbook.xml.rels"] = """
      <Relationships><Relationship Id="rId1" Type="a/worksheet" Target="../../../../etc/passwd"/></Relationships>
      """
    #expect(ReadFile(workbook.bytes()).error == .malformed(.workbook, line: nil))
  }

  @Test func `A cell that refers to no text is damage`() {
    for reference in ["99", "-1", "x", "99999999999999999999"] {
      let workbook = citizensWorkbook([2: .raw("<c r=\"B2\" t=\"s\"><v>\(reference)</v></c>")])
      #expect(ReadFile(workbook.bytes()).error == .malformed(.workbook, line: nil))
    }
  }

  @Test func `Rows that go back, or too far, are refused`() {
    for (number, expected) in [
      ("0", ImportError.malformed(.workbook, line: nil)), ("-5", .malformed(.workbook, line: nil)), ("9999999", .tooLarge(.rows, row: nil)),
    ] {
      var workbook = citizensWorkbook()
      workbook.replaced["xl/worksheets/sheet1.xml"] = "<worksheet><sheetData><row r=\"\(number)\"/></sheetData></worksheet>"
      #expect(ReadFile(workbook.bytes()).error == expected)
    }
  }

  @Test func `What unpacks to more than the bound is refused while it is unpacked`() {
    var limits = ImportLimits.standard
    limits.unzippedBytesMax = 8 << 20
    limits.sharedStringBytesMax = 1 << 20
    let blanks = String(repeating: " ", count: 9 << 20)
    var workbook = citizensWorkbook()
    workbook.replaced["xl/worksheets/sheet1.xml"] = "<worksheet>\(blanks)</worksheet>"
    #expect(ReadFile(workbook.bytes(), limits: limits).error == .tooLarge(.unzipped, row: nil))
    workbook.replaced = ["xl/styles.xml": "<styleSheet>\(blanks)</styleSheet>"]
    #expect(ReadFile(workbook.bytes()).error == .tooLarge(.unzipped, row: nil))
    workbook.replaced = [
      "xl/sharedStrings.xml": "<sst>" + String(repeating: "<si><t>\(String(repeating: "x", count: 1000))</t></si>", count: 2000) + "</sst>"
    ]
    #expect(ReadFile(workbook.bytes(), limits: limits).error == .tooLarge(.sharedStrings, row: nil))
    workbook.replaced = ["xl/sharedStrings.xml": "<sst>" + String(repeating: "<si/>", count: 2000) + "</sst>"]
    limits.sharedStringsMax = 1000
    #expect(ReadFile(workbook.bytes(), limits: limits).error == .tooLarge(.sharedStrings, row: nil))
  }

  @Test func `One long text that very many cells refer to is refused`() {
    var limits = ImportLimits.standard
    limits.unzippedBytesMax = 8 << 20
    var workbook = citizensWorkbook([19: .shared(String(repeating: "x", count: 60_000))])
    workbook.rows += Array(
      repeating: workbook.rows[1].map { if case .shared = $0 { .raw("<c t=\"s\"><v>16</v></c>") } else { $0 } }, count: 20)
    #expect(ReadFile(workbook.bytes(), limits: limits).error == .tooLarge(.unzipped, row: nil))
  }

  @Test func `A text beyond the bound of a field is a problem of each row that uses it`() {
    var workbook = citizensWorkbook([19: .shared(String(repeating: "x", count: ImportLimits.standard.fieldBytesMax + 1))])
    #expect(ReadFile(workbook.bytes()).first.told == ["note field.invalid"])
    workbook = citizensWorkbook([19: .inline(String(repeating: "x", count: ImportLimits.standard.fieldBytesMax + 1))])
    #expect(ReadFile(workbook.bytes()).first.told == ["note field.invalid"])
  }

  @Test func `Nesting and attributes are bounded`() {
    var workbook = citizensWorkbook()
    workbook.replaced["xl/worksheets/sheet1.xml"] = String(repeating: "<a>", count: 100)
    #expect(ReadFile(workbook.bytes()).error == .tooLarge(.xmlDepth, row: nil))
    workbook.replaced["xl/worksheets/sheet1.xml"] = "<a \((0..<100).map { "b\($0)=\"\"" }.joined(separator: " "))/>"
    #expect(ReadFile(workbook.bytes()).error == .tooLarge(.xmlToken, row: nil))
  }

  @Test func `Encrypted parts and unusual compression are refused`() {
    var workbook = citizensWorkbook()
    workbook.encrypted = true
    #expect(ReadFile(workbook.bytes()).error == .encrypted)
    workbook.encrypted = false
    workbook.method = ZIP_CM_BZIP2
    #expect(ReadFile(workbook.bytes()).error == .malformed(.archive, line: nil))
  }

  @Test func `A workbook of former years is named as such`() {
    let bytes: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + Array(repeating: 0, count: 600)
    let expected = ImportError.notThisFormat(expected: .citizensXLSX, found: .compoundFile)
    #expect(ReadFile(bytes).error == expected)
    #expect(ReadFile(bytes, format: .citizensXLSX).error == expected)
  }

  @Test func `An archive without its end is truncated`() {
    let bytes = citizensWorkbook().bytes()
    #expect(ReadFile(Array(bytes.dropLast(22))).error == .truncated(row: nil))
    #expect(ReadFile(Array(bytes.prefix(100))).error == .truncated(row: nil))
  }

  @Test func `A changed byte of a part shows in its checksum`() {
    var workbook = citizensWorkbook([2: .inline("Trần Thị Bình")])
    workbook.method = ZIP_CM_STORE
    var bytes = workbook.bytes()
    let place = bytes.indices.first { bytes[$0...].starts(with: Array("Trần Thị".utf8)) }
    bytes[place ?? 0] = UInt8(ascii: "D")
    #expect(ReadFile(bytes).error == .malformed(.archive, line: nil))
  }

  @Test func `A false number of entries is refused before room is made for them`() {
    let bytes = citizensWorkbook().bytes()
    let end = bytes.count - 22
    // The end record of 64 bits: 2^40 entries; then its locator, then the ordinary end record with "see there".
    var record: [UInt8] = [0x50, 0x4B, 6, 6] + little(44, 8) + [45, 0, 45, 0] + little(0, 8)
    record += little(1 << 40, 8) + little(1 << 40, 8) + little(46 << 20, 8) + little(0, 8)
    let locator: [UInt8] = [0x50, 0x4B, 6, 7] + little(0, 4) + little(UInt64(end), 8) + little(1, 4)
    let last: [UInt8] =
      [0x50, 0x4B, 5, 6] + little(0, 4) + little(0xFFFF_FFFF, 4) + little(0xFFFF_FFFF, 4) + little(0xFFFF_FFFF, 4) + little(0, 2)
    #expect(ReadFile(Array(bytes[..<end]) + record + locator + last).error == .tooLarge(.archiveDirectory, row: nil))
    // The ordinary record with a directory of 16 MiB.
    let large = Array(bytes[..<(end + 12)]) + little(16 << 20, 4) + Array(bytes[(end + 16)...])
    #expect(ReadFile(large).error == .tooLarge(.archiveDirectory, row: nil))
  }

  private func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  @Test func `An archive with very many entries is refused`() {
    var limits = ImportLimits.standard
    limits.archiveDirectoryBytesMax = 8 << 10
    let parts = (0..<500).map { (name: "part\($0)", bytes: [UInt8]()) }
    #expect(ReadFile(ArchiveBuilder.archive(parts), limits: limits).error == .tooLarge(.archiveDirectory, row: nil))
  }

  @Test func `An error of the source passes through`() {
    let bytes = citizensWorkbook().bytes()
    #expect(ReadFile(FragileByteSource(bytes), format: .citizensXLSX).first.told == [])
    #expect(ReadFile(FragileByteSource(bytes, failingAt: bytes.count - 5), format: .citizensXLSX).error == .unreadable(errno: 5))
  }
}
