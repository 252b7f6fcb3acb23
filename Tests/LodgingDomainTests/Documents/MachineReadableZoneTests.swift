import LodgingDomain
import Testing

@Suite("Machine-readable zones")
struct MachineReadableZoneTests {
  static let reference = try? CivilDate(year: 2026, month: 7, day: 1)
  static let passport = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
  static let card = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]
  static let largeCard = ["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"]
  static let vietnameseCard = ["IDVNM1900000015001190000001<<6", "9001011F3001019VNM<<<<<<<<<<<4", "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"]

  static func parse(_ lines: [String]) throws -> MachineReadableZone {
    try MachineReadableZone(parsing: lines.joined(separator: "\n"), reference: try #require(reference))
  }

  @Test("the standard's passport specimen reads without fault")
  func passportSpecimen() throws {
    let zone = try Self.parse(Self.passport)
    #expect(zone.isValid)
    #expect(zone.format == .td3)
    #expect(zone.isPassport)
    #expect((zone.documentCode, zone.issuer, zone.documentNumber) == ("P", "UTO", "L898902C3"))
    #expect((zone.primaryName, zone.secondaryName, zone.fullName) == ("ERIKSSON", "ANNA MARIA", "ERIKSSON ANNA MARIA"))
    #expect(zone.nationalityCode == "UTO")
    #expect(zone.nationality == nil)
    #expect(zone.birthDate?.description == "1974-08-12")
    #expect(zone.sex == .female)
    #expect(zone.optionalData == "ZE184226B")
    #expect(!zone.mayBeTruncated)
    #expect(zone.personalNumber == nil)
    // The specimen expired in 2012; a reference day in 2026 completes the year to the window that ends in 2115.
    #expect(zone.expiryDate?.description == "2112-04-15")
  }

  @Test("the standard's card specimens read without fault", arguments: [card, largeCard])
  func cardSpecimens(lines: [String]) throws {
    let zone = try MachineReadableZone(parsing: lines.joined(separator: "\r\n"), reference: CivilDate(year: 2015, month: 1, day: 1))
    #expect(zone.isValid)
    #expect((zone.documentCode, zone.issuer, zone.documentNumber) == ("I", "UTO", "D23145890"))
    #expect(zone.fullName == "ERIKSSON ANNA MARIA")
    #expect(zone.birthDate?.description == "1974-08-12")
    #expect(zone.expiryDate?.description == "2012-04-15")
    #expect(zone.optionalData.isEmpty)
    #expect(!zone.isPassport)
  }

  @Test("a Vietnamese card gives its personal number")
  func vietnamese() throws {
    let zone = try Self.parse(Self.vietnameseCard)
    #expect(zone.isValid)
    #expect(zone.personalNumber?.digits == "001190000001")
    #expect(zone.documentNumber == "190000001")
    #expect(zone.nationality == .vietnam)
    #expect(zone.expiryDate?.description == "2030-01-01")
    let passport = try Self.parse(["P<VNMNGUYEN<<THI<MAU<<<<<<<<<<<<<<<<<<<<<<<<", "P012345673VNM9001011F3001019001190000001<<62"])
    #expect(passport.isValid)
    #expect(passport.personalNumber?.digits == "001190000001")
  }

  @Test(
    "long document numbers go on in the optional data",
    arguments: [
      (["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"], "D23145890734"),
      (["I<UTOD23145890<7349<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"], "D23145890734"),
      (["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D23145890<UTO7408122F1204159735<<<<0"], "D2314589073"),
    ])
  func longNumbers(lines: [String], number: String) throws {
    let zone = try Self.parse(lines)
    #expect(zone.failedChecks == [])
    #expect(zone.documentNumber == number)
    #expect(zone.optionalData.isEmpty)
  }

  @Test(
    "Germany is D, and empty optional data has a filler or a zero as its check digit",
    arguments: [
      "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4", "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<04",
    ])
  func germany(line: String) throws {
    let zone = try Self.parse(["P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", line])
    #expect(zone.isValid)
    #expect((zone.issuer, zone.nationalityCode) == ("D", "D"))
    #expect(zone.nationality == .germany)
  }

  @Test(
    "one wrong character in any checked position fails its check digits and no others",
    arguments: [
      (passport, 2, 1...10, [MachineReadableZone.Check.documentNumber, .composite]), (passport, 2, 14...20, [.birthDate, .composite]),
      (passport, 2, 22...28, [.expiryDate, .composite]), (passport, 2, 29...43, [.optionalData, .composite]),
      (passport, 2, 44...44, [.composite]),
      (largeCard, 2, 1...10, [.documentNumber, .composite]), (largeCard, 2, 14...20, [.birthDate, .composite]),
      (largeCard, 2, 22...28, [.expiryDate, .composite]), (largeCard, 2, 29...36, [.composite]),
      (card, 1, 6...15, [.documentNumber, .composite]),
      (card, 1, 16...30, [.composite]), (card, 2, 1...7, [.birthDate, .composite]), (card, 2, 9...15, [.expiryDate, .composite]),
      (card, 2, 19...30, [.composite]),
    ])
  func corruption(lines: [String], line: Int, positions: ClosedRange<Int>, expected: [MachineReadableZone.Check]) throws {
    for position in positions {
      var bytes = Array(lines[line - 1].utf8)
      // One more in the check digit's arithmetic, so that no other character is told apart by chance.
      bytes[position - 1] = Self.successor(bytes[position - 1])
      var corrupted = lines
      corrupted[line - 1] = String(decoding: bytes, as: UTF8.self)
      #expect(try Self.parse(corrupted).failedChecks == expected, "line \(line), position \(position)")
    }
  }

  @Test("a wrong personal number on a Vietnamese card is told apart")
  func vietnameseCorruption() throws {
    for position in [16, 20, 27, 30] {
      var bytes = Array(Self.vietnameseCard[0].utf8)
      bytes[position - 1] = Self.successor(bytes[position - 1])
      let zone = try Self.parse([String(decoding: bytes, as: UTF8.self)] + Self.vietnameseCard.dropFirst())
      #expect(zone.failedChecks == [.personalNumber, .composite])
    }
  }

  @Test("characters outside the check digits change nothing")
  func unchecked() throws {
    var lines = Self.passport
    lines[0] = lines[0].replacing("ERIKSSON", with: "ERICSSON")
    lines[1] = lines[1].replacing("UTO", with: "D<<").replacing("F12", with: "<12")
    let zone = try Self.parse(lines)
    #expect(zone.isValid)
    #expect(zone.sex == nil)
    #expect(zone.primaryName == "ERICSSON")
  }

  @Test("several faults are reported at once")
  func everythingAtOnce() throws {
    let zone = try Self.parse(["P<<<<<<ANNA<MAR1A<<<<<<<<<<<<<<<<<<<<<<<<<<<", "L898902C37<<<7413122Q12041A9ZE184226B<<<<<20"])
    #expect(zone.failedChecks == [.documentNumber, .birthDate, .expiryDate, .optionalData, .composite])
    #expect(zone.unreadableFields == [.issuer, .nationality, .birthDate, .sex, .expiryDate, .name])
    #expect(zone.documentNumber == "L898902C3")
    #expect(!zone.isValid)
  }

  /// The next character whose value in the check digit's arithmetic is one higher, modulo 10.
  private static func successor(_ byte: UInt8) -> UInt8 {
    switch byte {
    case UInt8(ascii: "<"): UInt8(ascii: "1")
    case UInt8(ascii: "9"): UInt8(ascii: "0")
    case UInt8(ascii: "Z"): UInt8(ascii: "Y")
    default: byte + 1
    }
  }
}
