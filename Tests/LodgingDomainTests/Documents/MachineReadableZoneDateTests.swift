import LodgingDomain
import Testing

@Suite("Dates, forms and composition of machine-readable zones")
struct MachineReadableZoneDateTests {
  private static func parse(_ line: String) throws -> MachineReadableZone {
    try MachineReadableZone(
      parsing: "P<UTOMUSTER<<MAX<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n" + line, reference: CivilDate(year: 2026, month: 7, day: 1))
  }

  @Test(
    "a birth lies on or before the reference day, as late as possible, and may be partly unknown",
    arguments: [
      ("X1234567<7UTO2607012M3001019<<<<<<<<<<<<<<08", "2026-07-01"), ("X1234567<7UTO2607023M3001019<<<<<<<<<<<<<<08", "1926-07-02"),
      ("X1234567<7UTO2701013M3001019<<<<<<<<<<<<<<04", "1927-01-01"), ("X1234567<7UTO0002299M3001019<<<<<<<<<<<<<<00", "2000-02-29"),
      ("X1234567<7UTO50<<<<5M3001019<<<<<<<<<<<<<<02", "1950"), ("X1234567<7UTO5006<<7M3001019<<<<<<<<<<<<<<06", "1950-06"),
      ("X1234567<7UTO<<<<<<0M3001019<<<<<<<<<<<<<<02", nil),
    ])
  func births(line: String, expected: String?) throws {
    let zone = try Self.parse(line)
    #expect(zone.isValid)
    #expect(zone.birthDate?.description == expected)
  }

  @Test(
    "a birth date that does not exist is unreadable",
    arguments: [
      "X1234567<7UTO5013018M3001019<<<<<<<<<<<<<<04", "X1234567<7UTO<<06013M3001019<<<<<<<<<<<<<<06",
      "X1234567<7UTO50<<016M3001019<<<<<<<<<<<<<<02",
    ])
  func unreadableBirths(line: String) throws {
    let zone = try Self.parse(line)
    #expect(zone.failedChecks == [])
    #expect(zone.unreadableFields == [.birthDate])
    #expect(zone.birthDate == nil)
  }

  @Test(
    "an expiry lies between ten years before and 89 years after, by its year",
    arguments: [
      ("X1234567<7UTO9001011<1601013<<<<<<<<<<<<<<06", "2016-01-01"), ("X1234567<7UTO9001011<1512317<<<<<<<<<<<<<<08", "2115-12-31"),
      ("X1234567<7UTO9001011<9901018<<<<<<<<<<<<<<00", "2099-01-01"), ("X1234567<7UTO9001011<<<<<<<0<<<<<<<<<<<<<<06", nil),
    ])
  func expiries(line: String, expected: String?) throws {
    let zone = try Self.parse(line)
    #expect(zone.isValid)
    #expect(zone.sex == nil)
    #expect(zone.expiryDate?.description == expected)
  }

  @Test(
    "an expiry date that does not exist, or is only partly there, is unreadable",
    arguments: [
      "X1234567<7UTO9001011<3002315<<<<<<<<<<<<<<00", "X1234567<7UTO9001011<2702<<9<<<<<<<<<<<<<<08",
    ])
  func unreadableExpiries(line: String) throws {
    #expect(try Self.parse(line).unreadableFields == [.expiryDate])
  }

  @Test("lines may come in one piece, in lower case and with spaces around")
  func forms() throws {
    for lines in [MachineReadableZoneTests.passport, MachineReadableZoneTests.card, MachineReadableZoneTests.largeCard] {
      let expected = try MachineReadableZoneTests.parse(lines)
      let reference = try CivilDate(year: 2026, month: 7, day: 1)
      for text in [lines.joined(), "\n" + lines.joined(separator: " \r\n\r\n ").lowercased() + "\r\n", lines.joined(separator: "\r")] {
        #expect(try MachineReadableZone(parsing: text, reference: reference) == expected)
      }
    }
  }

  private static func line(_ character: String, _ count: Int) -> String {
    String(repeating: character, count: count)
  }

  private static let notZones: [(String, MachineReadableZoneError)] = [
    ("", .lineCount(0)), ("P<UTO", .lineCount(1)), ("A\nB\nC\nD", .lineCount(4)), (line("<", 600), .lineCount(0)),
    ("\(line("P", 44))\n\(line("P", 43))", .lineLength(line: 2)), ("\(line("P", 45))\n\(line("P", 44))", .lineLength(line: 1)),
    ("\(line("I", 30))\n\(line("I", 31))\n\(line("I", 30))", .lineLength(line: 2)),
    ("\(line("I", 36))\n\(line("I", 34))é", .characterNotAllowed(line: 2)),
    ("\(line("I", 18)) \(line("I", 17))\n\(line("I", 36))", .characterNotAllowed(line: 1)),
    ("V\(line("<", 43))\n\(line("<", 44))", .visa),
  ]

  @Test("what is no zone is refused for its reason", arguments: notZones)
  func refused(text: String, error: MachineReadableZoneError) throws {
    let reference = try CivilDate(year: 2026, month: 7, day: 1)
    #expect(throws: error) { try MachineReadableZone(parsing: text, reference: reference) }
  }

  @Test("the specimens are composed again, byte for byte")
  func composingSpecimens() throws {
    var content = MachineReadableZone.Content(
      documentCode: "P", issuer: "UTO", documentNumber: "L898902C3", nationality: "UTO", primaryName: "Eriksson",
      secondaryName: "Anna María",
      birthDate: try PartialDate(parsing: "1974-08-12"), sex: .female, expiryDate: try CivilDate(parsing: "2012-04-15"),
      optionalData: "ZE184226B")
    #expect(MachineReadableZone.td3(content) == MachineReadableZoneTests.passport)
    content.documentCode = "I"
    content.documentNumber = "D23145890"
    content.optionalData = ""
    #expect(MachineReadableZone.td1(content) == MachineReadableZoneTests.card)
    #expect(MachineReadableZone.td2(content) == MachineReadableZoneTests.largeCard)
    content.documentNumber = "D23145890734"
    #expect(MachineReadableZone.td1(content)[0] == "I<UTOD23145890<7349<<<<<<<<<<<")
    let card = MachineReadableZone.vietnameseCard(
      number: try PersonalNumber("001190000001"), primaryName: "Nguyễn", secondaryName: "Thị Mẫu",
      birthDate: try PartialDate(parsing: "1990-01-01"),
      sex: .female, expiryDate: try CivilDate(parsing: "2030-01-01"))
    #expect(card == MachineReadableZoneTests.vietnameseCard)
  }

  @Test("what was composed reads back", arguments: MachineReadableZone.Format.allCases)
  func roundTrip(format: MachineReadableZone.Format) throws {
    let content = MachineReadableZone.Content(
      documentCode: "P", issuer: "FRA", documentNumber: "12AB34567", nationality: "FRA", primaryName: "d'Été-Łoś",
      secondaryName: "Zoë Ægir",
      birthDate: try PartialDate(parsing: "1950-06"), sex: nil, expiryDate: nil)
    let lines =
      switch format {
      case .td1: MachineReadableZone.td1(content)
      case .td2: MachineReadableZone.td2(content)
      case .td3: MachineReadableZone.td3(content)
      }
    #expect(lines.map(\.utf8.count) == Array(repeating: format.lineLength, count: format.lineCount))
    let zone = try MachineReadableZoneTests.parse(lines)
    #expect(zone.isValid)
    #expect(zone.format == format)
    #expect((zone.primaryName, zone.secondaryName) == ("DETE LOS", "ZOE AEGIR"))
    #expect(zone.birthDate == content.birthDate)
    #expect(zone.expiryDate == nil)
    #expect(zone.documentNumber == "12AB34567")
  }

  @Test("a name that fills its field may go on in the document")
  func truncation() throws {
    let content = MachineReadableZone.Content(
      documentCode: "I", issuer: "UTO", documentNumber: "D23145890", nationality: "UTO", primaryName: "Nguyen",
      secondaryName: "Thi Rat La Dai Khong Vua",
      birthDate: try PartialDate(parsing: "1990"), sex: .male, expiryDate: nil)
    let zone = try MachineReadableZoneTests.parse(MachineReadableZone.td1(content))
    #expect(zone.mayBeTruncated)
    #expect(zone.fullName == "NGUYEN THI RAT LA DAI KHONG V")
  }

  @Test("a primary identifier alone is a name")
  func oneName() throws {
    let zone = try MachineReadableZone(
      parsing: "P<UTOMUSTER<MAX<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\nX1234567<7UTO0002299M3001019<<<<<<<<<<<<<<00",
      reference: CivilDate(year: 2026, month: 7, day: 1))
    #expect((zone.primaryName, zone.secondaryName, zone.fullName) == ("MUSTER MAX", "", "MUSTER MAX"))
  }
}
