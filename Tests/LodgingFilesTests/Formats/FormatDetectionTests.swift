import Testing

@testable import LodgingFiles

@Suite struct FormatDetectionTests {
  private func detect(_ bytes: [UInt8], name: String = "") -> Result<ImportFormat, ImportError> {
    Result { () throws(ImportError) in try FormatDetection.detect(MemoryByteSource(bytes), name: name, limits: .standard) }
  }

  @Test(arguments: [
    ("citizens.csv", ImportFormat.citizensCSV), ("citizens-utf16.csv", .citizensCSV), ("foreigners.xml", .foreignersXML), ("qr.txt", .qr),
    ("mrz.txt", .mrz),
  ])
  func `Each sample is known from its content`(_ name: String, _ expected: ImportFormat) throws {
    #expect(detect(try sample(name)) == .success(expected))
  }

  @Test func `A workbook is known from its first bytes`() {
    #expect(detect(citizensWorkbook().bytes(), name: "x.csv") == .success(.citizensXLSX))
  }

  @Test func `The name decides only where the content does not`() {
    let text = Array("một văn bản\nkhông có cột".utf8)
    #expect(detect(text) == .failure(.unknownFormat))
    #expect(detect(text, name: "/a/b.txt") == .failure(.unknownFormat))
    #expect(detect(text, name: "/a/b.CSV") == .success(.citizensCSV))
    #expect(detect(text, name: "b.qr") == .success(.qr))
    #expect(detect(Array("<a/>".utf8), name: "a.csv") == .success(.foreignersXML))
  }

  @Test func `Blank files, binary data and old encodings are told apart`() {
    #expect(detect([]) == .failure(.empty))
    #expect(detect(Array(" \r\n\t\n".utf8)) == .failure(.empty))
    #expect(detect([0x89, 0x50, 0x4E, 0x47, 0, 0, 1, 2, 3, 0, 0, 4]) == .failure(.encoding(.binary, line: 1)))
    #expect(detect([0x4E, 0x67, 0xEA, 0xDE, 0x6E]) == .failure(.encoding(.legacy, line: 1)))
  }

  @Test(arguments: ImportFormat.allCases) func `A file that is something else is refused with what it is`(_ format: ImportFormat) {
    let xml = Array("<KHAI_BAO_TAM_TRU/>".utf8)
    let workbook = citizensWorkbook().bytes()
    if format != .foreignersXML { #expect(ReadFile(xml, format: format).error == .notThisFormat(expected: format, found: .xml)) }
    if format != .citizensXLSX {
      #expect(ReadFile(workbook, format: format).error == .notThisFormat(expected: format, found: .readable(.citizensXLSX)))
    }
    #expect(ReadFile([UInt8](), format: format).error == .empty)
  }

  @Test func `Text is no workbook and no XML`() {
    #expect(ReadFile("a;b", format: .citizensXLSX).error == .notThisFormat(expected: .citizensXLSX, found: .other))
    #expect(ReadFile("a;b", format: .foreignersXML).error == .notThisFormat(expected: .foreignersXML, found: .other))
  }
}

@Suite struct ImportErrorTests {
  private static let all: [ImportError] = [
    .unreadable(errno: 2), .notAFile, .empty, .unknownFormat, .wrongTemplate(columns: 3, expected: 19),
    .wrongHeadings(expected: ["id", "name"]), .documentType, .wrongRoot,
    .encrypted,
    .truncated(row: nil), .truncated(row: 7), .malformed(.archive, line: nil), .malformed(.workbook, line: nil), .malformed(.xml, line: 4),
    .malformed(.csv, line: nil), .encoding(.legacy, line: 1), .encoding(.damaged, line: 1), .encoding(.binary, line: 1),
    .encoding(.utf32, line: 1),
    .notThisFormat(expected: .qr, found: .readable(.mrz)), .notThisFormat(expected: .mrz, found: .compoundFile),
    .notThisFormat(expected: .citizensCSV, found: .archive), .notThisFormat(expected: .citizensXLSX, found: .xml),
    .notThisFormat(expected: .foreignersXML, found: .other), .tooLarge(.file, row: nil), .tooLarge(.field, row: 3),
    .tooLarge(.rows, row: nil),
    .tooLarge(.archiveDirectory, row: nil), .tooLarge(.unzipped, row: nil), .tooLarge(.sharedStrings, row: nil),
    .tooLarge(.xmlDepth, row: 1),
    .tooLarge(.xmlToken, row: 1),
  ]

  @Test(arguments: all) func `Every error has a stable name and a text with its fix in both languages`(_ error: ImportError) {
    #expect(error.name.hasPrefix("file."))
    #expect(error.english.hasSuffix("."))
    #expect(error.vietnamese.hasSuffix("."))
    #expect(error.english != error.vietnamese)
    #expect(!error.english.contains("  ") && !error.vietnamese.contains("  "))
  }

  @Test func `Rows and lines are told`() {
    #expect(ImportError.truncated(row: 7).english.contains("row 7"))
    #expect(ImportError.malformed(.xml, line: 4).vietnamese.contains("dòng 4"))
  }

  @Test func `Every hint has a text in both languages`() {
    let hints: [DraftProblem.Hint] = [
      .missing, .columns(found: 1, expected: 2), .tooLong(bytesMax: 3), .controlCharacter, .formulaError, .turnedIntoDate, .roundedNumber,
      .leadingZerosLost, .date, .dateWithoutZeros, .bornAfterArrival, .departureBeforeArrival, .unknownCode, .notAName, .sex,
      .documentNumber,
      .checkDigit, .zone, .cardText, .repeated, .noneOf(["a", "b"]), .wholeNumber, .establishmentID, .unknownCommune, .establishmentName,
      .visa, .zoneLine(2), .zoneCharacter(line: 2), .zoneDate, .zoneNationality, .cardDate, .personalNumber, .residentName,
      .birthDateOfTable, .dateOfTable, .otherDocument, .departedInFuture, .departedLongAgo,
    ]
    #expect(Set(hints.map(\.english)).count == hints.count)
    #expect(Set(hints.map(\.vietnamese)).count == hints.count)
  }

  @Test func `The limits fit one another`() {
    #expect(ImportLimits.standard.areConsistent)
  }

  @Test func `A file beyond the bound is refused before it is read`() {
    let source = RepeatingByteSource(middle: "x", repeats: (512 << 20) + 1)
    #expect(ReadFile(source).error == .tooLarge(.file, row: nil))
    #expect(source.bytesRead == 0)
  }
}

extension ImportLimits {
  /// Whether the limits fit one another, so that each can be reached.
  fileprivate var areConsistent: Bool {
    fieldBytesMax <= fileBytesMax && lineBytesMax <= fieldBytesMax && sampleBytesMax >= lineBytesMax
      && columnsMax >= CitizenColumn.allCases.count
      && smallPartBytesMax <= unzippedBytesMax && sharedStringBytesMax <= unzippedBytesMax && sharedStringBytesMax <= Int(UInt32.max)
      && xmlTokenBytesMax >= fieldBytesMax && archiveDirectoryBytesMax <= fileBytesMax
  }
}
