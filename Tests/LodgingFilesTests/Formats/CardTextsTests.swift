import LodgingDomain
import Testing

@testable import LodgingFiles

@Suite struct CardTextsTests {
  private static let text = "001085000201|012345601|Nguyễn Văn Bách|14031985|Nam|Số 3, phố Mẫu|15042021"

  private func draft(_ text: String) -> GuestDraft {
    ReadFile(text, format: .qr).first
  }

  @Test func `A card's text gives the guest and no stay`() throws {
    let draft = draft(Self.text)
    #expect(draft.told == [])
    #expect(draft.fullName == "Nguyễn Văn Bách")
    #expect(draft.birthDate == (try PartialDate(parsing: "14/03/1985")))
    #expect(draft.sex == .male)
    #expect(draft.nationality == .vietnam)
    #expect(draft.documentKind == .chipCard)
    #expect(draft.documentNumber == "001085000201")
    #expect(draft.residence.text == "Số 3, phố Mẫu")
    #expect(draft.arrival == nil)
    #expect(draft.departure == nil)
    #expect(draft.reason == nil)
  }

  @Test(arguments: [("30062024", DocumentKind.chipCard), ("01072024", .identityCard)])
  func `Cards issued from July 2024 on are of the new kind`(_ issued: String, _ kind: DocumentKind) {
    #expect(draft("001094000203||Lê Văn Giáp|20101994|Nam|x|\(issued)|thêm|nữa").documentKind == kind)
  }

  @Test func `Fields that are wrong are told, all at once`() {
    #expect(
      draft("1085000201|1|  |31021985|X|x|00000000").told == [
        "document.number document.number-malformed", "row field.invalid", "full_name field.invalid", "birth_date field.invalid",
        "sex field.invalid",
        "row field.invalid",
      ])
    #expect(draft("https://example.invalid/").told == ["row field.invalid"])
    #expect(draft("a|b|c|d|e|f").told == ["row field.invalid"])
  }

  @Test func `A date that cannot be is told as a date`() {
    #expect(draft("001085000201||Nguyễn Văn Bách|31021985|Nam|x|15042021").problems.map(\.hint) == [.cardDate])
    #expect(draft("001085000201||Nguyễn Văn Bách|14031985|Nam|x|99999999").problems.map(\.hint) == [.cardDate])
  }

  @Test func `A control character in the name is told as what it is`() {
    let draft = draft("001085000201||Nguyễn\u{1}Văn Bách|14031985|Nam|x|15042021")
    #expect(draft.told == ["full_name field.invalid"])
    #expect(draft.problems.map(\.hint) == [.controlCharacter])
  }

  @Test func `Rows are numbered by their lines, and blank lines are left out`() {
    let file = ReadFile("\(Self.text)\n\n\(Self.text)\r\n", format: .qr)
    #expect(file.rows.map(\.row) == [1, 3])
    #expect(file.error == nil)
  }

  @Test func `A line without end is one row with a problem`() {
    let source = RepeatingByteSource(beginning: Self.text + "\n", middle: "0123456789", repeats: 500_000, end: "\n" + Self.text)
    let file = ReadFile(source, format: .qr)
    #expect(file.rows.map(\.draft.told) == [[], ["row field.invalid"], []])
    #expect(file.error == nil)
  }

  @Test func `Lines are bounded in number`() {
    var limits = ImportLimits.standard
    limits.rowsMax = 100
    #expect(ReadFile(RepeatingByteSource(middle: "\n", repeats: 1000), format: .qr, limits: limits).error == .tooLarge(.rows, row: nil))
  }
}
