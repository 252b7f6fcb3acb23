import LodgingDomain
import Testing

@Suite("Personal identification numbers")
struct PersonalNumberTests {
  @Test(
    "digit four tells century and sex, digits five and six the year",
    arguments: [
      ("001090000001", Sex.male, 1990), ("001190000001", .female, 1990), ("079204012345", .male, 2004), ("079304012345", .female, 2004),
      ("001400000000", .male, 2100), ("001599000000", .female, 2199), ("001600000000", .male, 2200), ("001700000000", .female, 2200),
      ("001899999999", .male, 2399), ("001900000000", .female, 2300), ("001000000000", .male, 1900),
    ])
  func decoding(text: String, sex: Sex, year: Int) throws {
    let number = try PersonalNumber(text)
    #expect(number.sex == sex)
    #expect(number.birthYear == year)
    #expect(number.digits == text)
  }

  @Test(
    "the prefix is one of 63 old provinces or abroad",
    arguments: [
      ("001", "01"), ("096", "96"), ("079", "79"), ("003", nil), ("097", nil), ("100", nil), ("000", nil), ("999", nil), ("021", nil),
    ] as [(String, String?)])
  func birthplace(prefix: String, province: String?) throws {
    let birthplace = try PersonalNumber(prefix + "090000001").birthplace
    if let code = province.flatMap({ ProvinceCode($0) }) {
      #expect(birthplace == .province(code))
    } else {
      #expect(birthplace == .abroad(try #require(UInt16(prefix))))
    }
  }

  @Test(
    "a malformed number is refused for its reason",
    arguments: [
      ("", PersonalNumberError.empty), ("00109000000", .tooShort), ("1", .tooShort), ("0010900000011", .tooLong), ("123456789", .oldNumber),
      ("00109000000A", .notDigits), ("0010 9000001", .notDigits), ("００1090000001", .notDigits), ("-01090000001", .notDigits),
      ("001090000001 ", .notDigits), ("99999999999999999999999999999999999", .tooLong),
    ])
  func malformed(text: String, error: PersonalNumberError) {
    #expect(throws: error) { try PersonalNumber(text) }
  }

  @Test(
    "lost leading zeros are proposed, never guessed",
    arguments: [
      ("1090000001", "001090000001"), ("79204012345", "079204012345"), ("3090000001", nil), ("123456789", nil), ("97204012345", nil),
      ("001090000001", nil), ("7920401234A", nil),
    ])
  func repairing(text: String, expected: String?) {
    #expect(PersonalNumber.repairing(text)?.digits == expected)
  }

  @Test("sex and birth year are compared where they are declared")
  func agreement() throws {
    let number = try PersonalNumber("001190000001")
    #expect(number.contradictions(sex: .female, birthYear: 1990) == [])
    #expect(number.contradictions(sex: nil, birthYear: nil) == [])
    #expect(number.contradictions(sex: nil, birthYear: 1990) == [])
    #expect(number.contradictions(sex: .male, birthYear: 1990) == CodeSet(.directorySexDiffers))
    #expect(number.contradictions(sex: .female, birthYear: 1890) == CodeSet(.directoryBirthDateDiffers))
    #expect(number.contradictions(sex: .male, birthYear: 2090) == CodeSet(.directorySexDiffers).union(CodeSet(.directoryBirthDateDiffers)))
  }

  @Test("a number is made from its parts and read back")
  func composing() throws {
    let number = try #require(PersonalNumber(prefix: 79, sex: .female, birthYear: 2004, serial: 12_345))
    #expect(number.digits == "079304012345")
    #expect(PersonalNumber(value: number.value) == number)
    #expect(PersonalNumber(prefix: 1000, sex: .male, birthYear: 2004, serial: 0) == nil)
    #expect(PersonalNumber(prefix: 1, sex: .male, birthYear: 1899, serial: 0) == nil)
    #expect(PersonalNumber(prefix: 1, sex: .male, birthYear: 2400, serial: 0) == nil)
    #expect(PersonalNumber(prefix: 1, sex: .male, birthYear: 2004, serial: 1_000_000) == nil)
    #expect(PersonalNumber(value: 1_000_000_000_000) == nil)
  }

  @Test("a number does not print itself")
  func redaction() throws {
    let number = try PersonalNumber("001190000001")
    #expect(!"\(number) \(String(reflecting: number)) \([number])".contains("190000001"))
  }
}
