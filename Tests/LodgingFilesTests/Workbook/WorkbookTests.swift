import LodgingDomain
import Testing

@testable import LodgingFiles

@Suite struct WorkbookTests {
  @Test func `A workbook gives the same guest as the same sheet as text`() {
    let workbook = ReadFile(citizensWorkbook().bytes())
    let text = ReadFile(citizensCSV())
    #expect(workbook.format == .citizensXLSX)
    #expect(workbook.error == nil)
    #expect(workbook.rows == text.rows)
    #expect(workbook.first.told == [])
  }

  @Test func `Inline strings, rich text and phonetic readings`() {
    var workbook = citizensWorkbook([
      2: .raw("<c r=\"B2\" t=\"inlineStr\"><is><r><t>Trần </t></r><r><t>Bình</t></r><rPh><t>đọc</t></rPh></is></c>"),
      19: .inline("a & b < c"),
    ])
    workbook.rows[1][3] = .raw("<c r=\"D2\" t=\"str\"><f>CHAR(70)</f><v>F</v></c>")
    let draft = ReadFile(workbook.bytes()).first
    #expect(draft.fullName == "Trần Bình")
    #expect(draft.note == "a & b < c")
    #expect(draft.sex == .female)
  }

  @Test func `Shared strings of several runs are joined, without their phonetic reading`() {
    var workbook = citizensWorkbook([2: .raw("<c r=\"B2\" t=\"s\"><v>1</v></c>")])
    for column in workbook.rows[1].indices where column != 1 { workbook.rows[1][column] = .none }
    workbook.replaced["xl/sharedStrings.xml"] =
      "<sst><si><t>x</t></si><si><r><t>Trần</t></r><r><t xml:space=\"preserve\"> Bình</t></r><rPh><t>y</t></rPh></si></sst>"
    #expect(ReadFile(workbook.bytes()).first.fullName == "Trần Bình")
  }

  @Test(arguments: [false, true]) func `Dates are read from numbers in both counts`(_ countsFrom1904: Bool) throws {
    let shift = countsFrom1904 ? 1462.0 : 0
    var workbook = citizensWorkbook([
      3: .number("\(31_120 - shift)", format: 1), 14: .number("\(46_346.9375 - shift)", format: 2), 15: .number("\(46_348 - shift)"),
    ])
    workbook.countsFrom1904 = countsFrom1904
    let draft = ReadFile(workbook.bytes()).first
    #expect(draft.told == [])
    #expect(draft.birthDate == (try PartialDate(parsing: "14/03/1985")))
    #expect(draft.arrival == .local(try LocalDateTime(parsing: "20/11/2026 22:30")))
    #expect(draft.departure == .date(try CivilDate(parsing: "22/11/2026")))
  }

  @Test func `A bare number in the column of birth dates is a year where it can be one`() throws {
    #expect(ReadFile(citizensWorkbook([3: .number("1985")]).bytes()).first.birthDate == (try PartialDate(year: 1985)))
    #expect(ReadFile(citizensWorkbook([3: .number("1985", format: 1)]).bytes()).first.birthDate == (try PartialDate(parsing: "07/06/1905")))
  }

  @Test func `A number that lost its leading zero is offered repaired and not taken`() {
    let draft = ReadFile(citizensWorkbook([8: .number("48190000013")]).bytes()).first
    #expect(draft.told == ["document.number document.number-malformed"])
    #expect(draft.problems.first?.repair == "048190000013")
    #expect(draft.documentNumber == "48190000013")
    #expect(ReadFile(citizensWorkbook([8: .number("1.085000001E9")]).bytes()).first.problems.first?.repair == "001085000001")
  }

  @Test func `A number beyond fifteen digits is known to be rounded`() {
    let draft = ReadFile(citizensWorkbook([6: .number("6"), 8: .number("1.23456789012346E+17")]).bytes()).first
    #expect(draft.problems.map(\.hint) == [.roundedNumber])
  }

  @Test func `A room that the program took for a date is refused`() {
    let draft = ReadFile(citizensWorkbook([16: .number("46127", format: 1)]).bytes()).first
    #expect(draft.told == ["room field.invalid"])
    #expect(draft.problems.first?.hint == .turnedIntoDate)
    #expect(ReadFile(citizensWorkbook([16: .number("101")]).bytes()).first.room == "101")
  }

  @Test func `Numbers do for codes, and error values are refused`() {
    let draft = ReadFile(citizensWorkbook([6: .number("8"), 17: .number("20"), 18: .raw("<c r=\"R2\" t=\"e\"><v>#N/A</v></c>")]).bytes())
      .first
    #expect(draft.documentKind == .identityCard)
    #expect(draft.reason == .other)
    #expect(draft.told == ["reason_text field.invalid"])
  }

  @Test func `The first sheet that is shown is read`() {
    var workbook = citizensWorkbook()
    workbook.sheets = [("Danh mục", "hidden"), ("Mã", "veryHidden"), ("Khách", "visible"), ("Khác", "visible")]
    #expect(ReadFile(workbook.bytes()).rows.count == 1)
  }

  @Test func `Rows and cells without references follow one another`() {
    var workbook = citizensWorkbook()
    workbook.numbersRows = false
    #expect(ReadFile(workbook.bytes()).first.told == [])
  }

  @Test func `Titles above the heading and rows between are counted but not read`() {
    var workbook = citizensWorkbook()
    let guest = workbook.rows[1]
    workbook.rows = [[.inline("DANH SÁCH KHÁCH")], [], workbook.rows[0], guest, [], [.none], guest]
    let rows = ReadFile(workbook.bytes()).rows
    #expect(rows.map(\.row) == [1, 4])
    #expect(rows.map(\.place) == [4, 7])
  }

  @Test func `Columns beyond the template do not matter, and those before are counted by their place`() {
    var workbook = citizensWorkbook()
    workbook.rows[1] += [.inline("của riêng"), .inline("x")]
    #expect(ReadFile(workbook.bytes()).first.told == [])
  }

  @Test func `Stored parts are read too`() {
    var workbook = citizensWorkbook()
    workbook.method = 0
    #expect(ReadFile(workbook.bytes()).first.told == [])
  }

  @Test func `A workbook with too few columns is not the template`() {
    var workbook = WorkbookBuilder()
    workbook.rows = [(1...5).map { .inline("Cột \($0)") }, (1...5).map { .inline("x\($0)") }]
    #expect(ReadFile(workbook.bytes()).error == .wrongTemplate(columns: 5, expected: 19))
  }
}
