import LodgingDomain
import Testing

@Suite("Small document values")
struct SmallValuesTests {
  @Test(
    "sex reads from the forms that files use",
    arguments: [
      ("M", Sex.male), ("m", .male), ("Nam", .male), ("NAM", .male), (" nam ", .male), ("F", .female), ("f", .female), ("Nữ", .female),
      ("NỮ", .female),
      ("nữ", .female), ("Nu", .female), ("Nu\u{31B}\u{303}", .female),
    ])
  func sex(text: String, expected: Sex) {
    #expect(Sex(text) == expected)
  }

  @Test("other words are no sex", arguments: ["", "X", "<", "male", "1", "Nam Nữ"])
  func noSex(text: String) {
    #expect(Sex(text) == nil)
  }

  @Test("document kinds have the sheet's numbers and a name each")
  func documentKinds() {
    #expect(DocumentKind.allCases.map(\.rawValue) == Array(1...10))
    #expect(DocumentKind(rawValue: 0) == nil)
    #expect(DocumentKind.allCases.allSatisfy { DocumentKind(name: $0.name) == $0 })
    #expect(DocumentKind(name: "none") == .noDocument)
    #expect(DocumentKind(name: "card") == nil)
    #expect(DocumentKind.allCases.filter(\.carriesPersonalNumber) == [.chipCard, .identificationNotice, .identityCard])
  }

  @Test("reasons for showing no document have a name each")
  func noDocumentReasons() {
    #expect(NoDocumentReason.allCases.allSatisfy { NoDocumentReason(name: $0.name) == $0 })
    #expect(NoDocumentReason(name: "") == nil)
  }

  @Test("reasons for a stay run from 1 to 20, and the last one needs words")
  func stayReasons() {
    #expect(StayReason(number: 0) == nil)
    #expect(StayReason(number: 1)?.needsText == false)
    #expect(StayReason(number: 20)?.needsText == true)
    #expect(StayReason(number: 20) == .other)
    #expect(StayReason(number: 21) == nil)
    #expect(StayReason(number: 257) == nil)
    #expect(StayReason(number: -1) == nil)
  }

  @Test(
    "a passport number is kept in upper case without separators",
    arguments: [
      ("B1234567", "B1234567"), ("p01234567", "P01234567"), ("L898902C3", "L898902C3"), ("AB 12-3456", "AB123456"), ("12345", "12345"),
    ])
  func passportNumbers(text: String, expected: String) throws {
    #expect(try PassportNumber(text).text == expected)
  }

  @Test(
    "what is no passport number is refused for its reason",
    arguments: [
      ("", PassportNumberError.empty), (" - ", .empty), ("B123", .tooShort), ("B123456789012345", .tooLong),
      ("B12345é", .characterNotAllowed),
      ("B12345<", .characterNotAllowed), ("PASSPORT", .noDigit), ("00000000", .placeholder), ("B1234567;", .characterNotAllowed),
    ])
  func malformedPassportNumbers(text: String, error: PassportNumberError) {
    #expect(throws: error) { try PassportNumber(text) }
  }

  @Test("a passport number does not print itself")
  func redaction() throws {
    let number = try PassportNumber("B1234567")
    #expect(!"\(number) \(String(reflecting: number)) \([number])".contains("1234567"))
  }
}

@Suite("Nationalities")
struct NationalityTests {
  @Test(
    "codes read with their meaning",
    arguments: [
      ("VNM", "VNM", "VNM"), ("vnm", "VNM", "VNM"), ("D", "DEU", "D"), ("D<<", "DEU", "D"), ("d", "DEU", "D"), ("DEU", "DEU", "D"),
      ("FRA", "FRA", "FRA"),
      ("XXA", "XXA", "XXA"), ("XXB", "XXB", "XXB"), ("UNO", "UNO", "UNO"), ("GBD", "GBD", "GBD"), ("ZWE", "ZWE", "ZWE"),
      ("ABW", "ABW", "ABW"),
      ("RKS", "RKS", "RKS"),
    ])
  func codes(text: String, code: String, icao: String) throws {
    let nationality = try Nationality(text)
    #expect(nationality.code == code)
    #expect(nationality.icaoCode == icao)
    #expect(try Nationality(nationality.icaoCode) == nationality)
  }

  @Test(
    "what is no code is refused for its reason",
    arguments: [
      ("", NationalityError.malformed), ("VN", .malformed), ("VNMX", .malformed), ("V1M", .malformed), ("<<<", .malformed),
      ("<<D", .malformed),
      ("D<", .malformed), ("UTO", .unknown), ("ZZZ", .unknown), ("AAA", .unknown), ("V", .malformed), ("VN<", .malformed),
      ("VNM ", .malformed),
      ("ÄÄÄ", .malformed), ("V<M", .malformed),
    ])
  func refused(text: String, error: NationalityError) {
    #expect(throws: error) { try Nationality(text) }
  }

  @Test("Viet Nam makes citizens, everything else foreigners")
  func guestKinds() throws {
    #expect(Nationality.vietnam.guestKind == .citizen)
    #expect(Nationality.germany.guestKind == .foreigner)
    #expect(try Nationality("XXA").guestKind == .foreigner)
  }

  @Test("every ISO country and every special code is known, once")
  func tableSize() {
    let letters = (UInt8(ascii: "A")...UInt8(ascii: "Z")).map { String(decoding: [$0], as: UTF8.self) }
    var known: Set<Nationality> = []
    for first in letters {
      for second in letters {
        for third in letters {
          if let nationality = try? Nationality(first + second + third) { known.insert(nationality) }
        }
      }
    }
    // 249 countries of ISO 3166-1, Kosovo, and 24 special codes.
    #expect(known.count == 250 + 24)
  }
}
