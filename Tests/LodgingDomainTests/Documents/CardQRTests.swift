import LodgingDomain
import Testing

@Suite("Card QR text")
struct CardQRTests {
  private static let text = "001190000001|012345678|Nguyễn Thị Mẫu|01011990|Nữ|Số 1, Phố Mẫu, Hà Nội|01072021"

  @Test("the seven fields are read")
  func fields() throws {
    let card = try CardQR(parsing: Self.text)
    #expect(card.number.digits == "001190000001")
    #expect(card.oldNumber == "012345678")
    #expect(card.fullName.text == "Nguyễn Thị Mẫu")
    #expect(card.birthDate.description == "1990-01-01")
    #expect(card.sex == .female)
    #expect(card.address == "Số 1, Phố Mẫu, Hà Nội")
    #expect(card.issueDate.description == "2021-07-01")
  }

  @Test("more fields, spaces and line ends are ignored", arguments: ["||", "|x|y|z", "\r\n", " \n"])
  func ignored(tail: String) throws {
    #expect(try CardQR(parsing: Self.text + tail) == CardQR(parsing: Self.text))
  }

  @Test("old number and address may be empty, parts of the birth date unknown")
  func empties() throws {
    let card = try CardQR(parsing: "001050000001||Trần Văn Mẫu|00001950|Nam||01072021")
    #expect(card.oldNumber == nil)
    #expect(card.address.isEmpty)
    #expect(card.birthDate.description == "1950")
    #expect(try CardQR(parsing: "001050000001||Trần Văn Mẫu|00061950|Nam||01072021").birthDate.description == "1950-06")
  }

  @Test(
    "every bad field is named",
    arguments: [
      ("00119000000|01234567|Nguyễn Thị Mẫu|01011990|Nữ|A|01072021", [CardQR.Field.number, .oldNumber]),
      ("001190000001|| |31021990|Nư|A|01072021", [.fullName, .birthDate]),
      ("001190000001||A|1990|?|A|00072021", [.birthDate, .sex, .issueDate]),
      ("001190000001||A|01001990|Nam|A|", [.birthDate, .issueDate]), ("||||||", [.number, .fullName, .birthDate, .sex, .issueDate]),
    ])
  func badFields(text: String, fields: [CardQR.Field]) {
    #expect(throws: CardQRError.invalid(fields)) { try CardQR(parsing: text) }
  }

  @Test("another kind of code is told apart")
  func otherCodes() {
    #expect(throws: CardQRError.tooFewFields(1)) { try CardQR(parsing: "https://example.org") }
    #expect(throws: CardQRError.tooFewFields(1)) { try CardQR(parsing: "") }
    #expect(throws: CardQRError.tooFewFields(6)) { try CardQR(parsing: "|||||") }
    #expect(throws: CardQRError.tooLong) { try CardQR(parsing: Self.text + String(repeating: "|", count: CardQR.bytesMax)) }
  }

  @Test("composed text reads back")
  func composing() throws {
    let text = CardQR.text(
      number: try PersonalNumber("001190000001"), oldNumber: "012345678", fullName: "Nguyễn Thị Mẫu",
      birthDate: try PartialDate(parsing: "1990-01-01"),
      sex: .female, address: "Số 1, Phố Mẫu, Hà Nội", issueDate: try CivilDate(parsing: "2021-07-01"))
    #expect(text == Self.text)
    let partial = CardQR.text(
      number: try PersonalNumber("001050000001"), fullName: "Trần Văn Mẫu", birthDate: try PartialDate(parsing: "1950"), sex: .male,
      address: "",
      issueDate: try CivilDate(parsing: "2021-07-01"))
    #expect(partial == "001050000001||Trần Văn Mẫu|00001950|Nam||01072021")
  }
}
