import LodgingDomain
import Testing

@testable import LodgingFiles

@Suite struct CitizenSheetTests {
  private func draft(_ changes: [Int: String]) -> GuestDraft {
    ReadFile(citizensCSV(changes)).first
  }

  @Test func `A row without fault gives all its values`() throws {
    let file = ReadFile(citizensCSV())
    let draft = file.first
    #expect(file.format == .citizensCSV)
    #expect(file.rows.first?.row == 1)
    #expect(file.rows.first?.place == 2)
    #expect(draft.problems.isEmpty)
    #expect(draft.advice.isEmpty)
    #expect(draft.guestKind == .citizen)
    #expect(draft.ownSequence == "1")
    #expect(draft.fullName == "Nguyễn Văn An")
    #expect(draft.birthDate == (try PartialDate(parsing: "14/03/1985")))
    #expect(draft.sex == .male)
    #expect(draft.nationality == .vietnam)
    #expect(draft.documentKind == .chipCard)
    #expect(draft.documentNumber == "001085000001")
    #expect(draft.phone == "0900000001")
    #expect(draft.residence.kind == CodedText("1 - Thường trú"))
    #expect(draft.residence.province?.code == "01")
    #expect(draft.residence.text == "Số 1 phố Mẫu, Hoàn Kiếm, Hà Nội")
    #expect(draft.arrival == .date(try CivilDate(parsing: "20/11/2026")))
    #expect(draft.departure == .date(try CivilDate(parsing: "22/11/2026")))
    #expect(draft.room == "101")
    #expect(draft.reason == StayReason(number: 1))
    #expect(draft.note == "ghi chú")
  }

  @Test func `Every mandatory cell that is blank is told, all at once`() {
    let blank = Dictionary(uniqueKeysWithValues: (2...19).map { ($0, "") })
    #expect(
      draft(blank).told == [
        "full_name field.missing", "birth_date field.missing", "sex field.missing", "nationality field.missing",
        "document.kind field.missing",
        "document.number field.missing", "arrival field.missing", "departure field.missing", "reason field.missing",
      ])
  }

  @Test func `Every cell that is wrong is told, all at once`() {
    let wrong = [
      2: "123", 3: "31/02/1990", 4: "X", 5: "ZZZ", 6: "12", 10: "x", 14: "20/13/2026", 15: "mai", 16: String(repeating: "9", count: 33),
      17: "21", 19: "a\u{7}b",
    ]
    #expect(
      draft(wrong).told == [
        "full_name field.invalid", "birth_date field.invalid", "sex field.invalid", "nationality field.invalid",
        "document.kind field.invalid",
        "arrival field.invalid", "departure field.invalid", "room field.invalid", "reason field.invalid", "note field.invalid",
      ])
  }

  @Test(arguments: [17, 18, 20, 21]) func `Another number of columns is a problem of the row only`(_ count: Int) {
    let row = (Array(citizenCells.prefix(count)) + Array(repeating: "x", count: max(0, count - 19))).joined(separator: ";")
    let file = ReadFile(citizensCSV() + row + "\r\n" + citizenCells.joined(separator: ";"))
    #expect(file.error == nil)
    #expect(file.rows.map(\.draft.told) == [[], ["row field.invalid"], []])
    #expect(file.rows[1].draft.problems.first?.hint == .columns(found: count, expected: 19))
  }

  @Test(arguments: [
    ("M", Sex.male), ("F", .female), ("Nam", .male), ("NỮ", .female), ("nu\u{31B}\u{303}", .female), ("M - Nam", .male),
    ("F - Nữ", .female),
  ])
  func `Sex in each of its forms`(_ text: String, _ expected: Sex) {
    #expect(draft([4: text]).sex == expected)
  }

  @Test func `Nationality as a code or with its label, and Viet Nam by its name is offered`() {
    #expect(draft([5: "VNM"]).nationality == .vietnam)
    #expect(draft([5: "vnm – Việt Nam"]).nationality == .vietnam)
    let foreigner = draft([5: "D - Đức", 6: "4", 8: "C01X00T47"])
    #expect(foreigner.nationality == .germany)
    #expect(foreigner.guestKind == .foreigner)
    #expect(draft([5: "Việt Nam"]).problems.first?.repair == "VNM")
    #expect(draft([5: "Pháp"]).problems.first?.repair == nil)
  }

  @Test(arguments: [
    (7, "48190000013", "048190000013"), (1, "1085000001", "001085000001"), (2, "12345678", "012345678"), (8, "48190000013", "048190000013"),
  ])
  func `Numbers that lost leading zeros are offered repaired`(_ kind: Int, _ number: String, _ repair: String) {
    let draft = draft([6: "\(kind)", 8: number])
    #expect(draft.told == ["document.number document.number-malformed"])
    #expect(draft.problems.first?.repair == repair)
    #expect(draft.problems.first?.hint == .leadingZerosLost)
    #expect(draft.documentNumber == number)
  }

  @Test(arguments: [
    (1, "00108500000"), (1, "0010850000012"), (1, "00108500000A"), (1, "012345678"), (2, "1234567"), (4, "----"), (3, "???"),
    (1, "1.09E+11"),
  ])
  func `Numbers that are none of their kind are refused without a proposal`(_ kind: Int, _ number: String) {
    let draft = draft([6: "\(kind)", 8: number])
    #expect(draft.told == ["document.number document.number-malformed"])
    #expect(draft.problems.first?.repair == nil)
  }

  @Test(arguments: [
    (1, "001 085 000 001", "001085000001"), (2, "012 345 678", "012345678"), (4, "c 000-0001", "C0000001"), (3, "790 000", "790 000"),
    (5, "12/2015", "12/2015"),
  ])
  func `Numbers of each kind are taken`(_ kind: Int, _ number: String, _ expected: String) {
    let draft = draft([6: "\(kind)", 8: number])
    #expect(draft.told == [])
    #expect(draft.documentNumber == expected)
  }

  @Test(arguments: [
    ("Mất giấy tờ", NoDocumentReason.lost), ("Trẻ em chưa có giấy tờ", .child), ("CCCD bị hỏng", .unreadable),
    ("chưa được cấp", .neverIssued),
    ("lost", .lost), ("never-issued", .neverIssued),
  ])
  func `A guest without papers is taken with the reason`(_ words: String, _ expected: NoDocumentReason) {
    for kind in ["9 - Giấy tờ khác", "10"] {
      let draft = draft([6: kind, 7: words, 8: ""])
      #expect(draft.told == [])
      #expect(draft.documentKind == .noDocument)
      #expect(draft.noDocumentReason == expected)
      #expect(draft.documentNumber == nil)
    }
  }

  @Test func `Another document needs its name and its number`() {
    #expect(draft([6: "9", 7: "Thẻ nhà báo", 8: "NB 12"]).told == [])
    #expect(draft([6: "9", 7: "", 8: "12"]).told == ["document.name field.missing"])
    #expect(draft([6: "9", 7: "Thẻ nhà báo", 8: ""]).told == ["document.number field.missing"])
    #expect(draft([6: "9", 8: ""]).told == ["document.name field.missing", "document.number field.missing"])
    #expect(draft([6: "10", 8: ""]).told == ["document.none_reason field.missing"])
    #expect(draft([6: "10", 7: "không rõ", 8: ""]).told == ["document.none_reason field.invalid"])
  }

  @Test func `Reason 20 needs words`() {
    #expect(draft([17: "20 - Khác"]).told == ["reason_text field.missing"])
    let other = draft([17: "20 - Khác", 18: "Dự hội thảo"])
    #expect(other.told == [])
    #expect(other.reason == .other)
    #expect(other.reasonText == "Dự hội thảo")
    #expect(draft([17: "Du lịch"]).told == ["reason field.invalid"])
    #expect(draft([17: "0"]).told == ["reason field.invalid"])
  }

  @Test(arguments: [("1/3/1985", "01/03/1985"), ("01/3/1985", "01/03/1985"), ("9/10/2026 08:00", "09/10/2026 08:00")])
  func `Dates without their zeros are offered with them`(_ text: String, _ repair: String) {
    #expect(draft([14: text]).problems.first { $0.field == .event(.arrival) }?.repair == repair)
    #expect(draft([14: text]).arrival == nil)
  }

  @Test func `Dates that do not exist get no proposal`() {
    for text in ["30/2/1985", "1/13/1985", "1/1/85", "a/b/c", "20/11/2026 25:00", "20.11.2026"] {
      let problem = draft([14: text]).problems.first { $0.field == .event(.arrival) }
      #expect(problem?.code == .fieldInvalid)
      #expect(problem?.repair == nil)
    }
  }

  @Test func `Times of day count in the order of arrival and departure where both are told`() {
    #expect(draft([14: "20/11/2026 14:00", 15: "20/11/2026 13:59"]).told == ["departure time.departure-before-arrival"])
    #expect(draft([14: "20/11/2026 14:00:01", 15: "20/11/2026 14:00:01"]).told == [])
    #expect(draft([14: "20/11/2026 14:00", 15: "20/11/2026"]).told == [])
    #expect(draft([14: "20/11/2026", 15: "20/11/2026 00:00"]).told == [])
    #expect(draft([14: "20/11/2026", 15: "19/11/2026 23:59"]).told == ["departure time.departure-before-arrival"])
  }

  @Test func `A birth after the arrival is refused`() {
    #expect(draft([3: "21/11/2026"]).told == ["birth_date field.invalid"])
    #expect(draft([3: "20/11/2026"]).told == [])
    #expect(draft([3: "2026"]).told == [])
    #expect(draft([3: "2027"]).told == ["birth_date field.invalid"])
  }

  @Test func `A telephone number or unit code that may have lost its zero is only remarked`() {
    let draft = draft([9: "900000001", 11: "1 - Hà Nội", 12: "70"])
    #expect(draft.told == [])
    #expect(draft.phone == "900000001")
    #expect(draft.advice.map(\.repair) == ["0900000001", "01", "00070"])
  }

  @Test func `An address is kept within its bound, all parts together`() {
    #expect(draft([13: String(repeating: "x", count: 513)]).told == ["address field.invalid"])
    #expect(draft([13: String(repeating: "x", count: 500)]).told == ["address field.invalid"])
    #expect(draft([10: "", 11: "", 12: "", 13: String(repeating: "x", count: 512)]).told == [])
  }

  @Test func `Names are composed and their spaces collapsed`() {
    let name = draft([2: "  Nguye\u{302}\u{303}n\u{A0}\u{A0} Va\u{306}n \u{200B}An "]).fullName
    #expect(name?.unicodeScalars.elementsEqual("Nguyễn Văn An".unicodeScalars) == true)
  }

  @Test func `The content of a row is the same whatever its number and its composition`() {
    let first = ReadFile(citizensCSV()).rows.first?.content
    #expect(ReadFile(citizensCSV([1: "77", 2: "Nguye\u{302}\u{303}n Va\u{306}n An"])).rows.first?.content == first)
    #expect(ReadFile(citizensCSV([16: "102"])).rows.first?.content != first)
  }

  @Test func `A sheet without a heading loses nobody`() {
    let row = citizenCells.joined(separator: ",")
    let file = ReadFile(row + "\n" + row + "\n")
    #expect(file.rows.map(\.row) == [1, 2])
    #expect(file.rows.map(\.place) == [1, 2])
  }

  @Test func `A heading is skipped whatever it says, titles above it too`() {
    let file = ReadFile("DANH SÁCH KHÁCH\n;;\n" + citizensCSV())
    #expect(file.rows.map(\.row) == [1])
    #expect(file.rows.map(\.place) == [4])
  }

  @Test func `A sheet with a heading only has no rows and is no error`() {
    let file = ReadFile(citizenHeading.joined(separator: ";"))
    #expect(file.error == nil)
    #expect(file.rows.isEmpty)
  }

  @Test func `Errors within a row name the data row`() {
    let source = RepeatingByteSource(beginning: citizensCSV() + "\"", middle: "x", repeats: 300_000)
    #expect(ReadFile(source).error == .tooLarge(.field, row: 2))
    #expect(ReadFile(citizensCSV() + "1;\"2").error == .truncated(row: 2))
  }
}

@Suite struct CodedTextTests {
  @Test(
    arguments: [
      ("VNM - Việt Nam", "VNM", "Việt Nam"), ("00070 – Hoàn Kiếm", "00070", "Hoàn Kiếm"), ("1-a", "1", "a"), ("20 — ", "20", nil),
      ("VNM", "VNM", nil),
      ("12", "12", nil), ("Hà Nội", nil, "Hà Nội"), ("Mai", nil, "Mai"), ("1 phố Mẫu", nil, "1 phố Mẫu"), ("- x", nil, "- x"),
      ("123456 - x", nil, "123456 - x"),
    ] as [(String, String?, String?)])
  func `Cells are cut into code and label`(_ cell: String, _ code: String?, _ label: String?) {
    let coded = CodedText(cell)
    #expect(coded.code == code)
    #expect(coded.label == label)
  }
}
