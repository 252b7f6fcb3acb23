import LodgingDomain
import Testing

@testable import LodgingFiles

/// A declaration with one record, of which some elements are replaced or, with nil, left out.
private func declaration(_ changes: [String: String?] = [:], inside extra: String = "", encoding: String = "UTF-8") -> String {
  var elements = [
    "so_thu_tu": "1", "ho_ten": "SPECIMEN ANNA", "ngay_sinh": "12/08/1974", "ngay_sinh_dung_den": "D", "gioi_tinh": "F",
    "ma_quoc_tich": "D",
    "so_ho_chieu": "X00000001", "so_phong": "301", "ngay_den": "20/11/2026 14:30:00", "ngay_di_du_kien": "22/11/2026",
    "thoi_han_tam_tru": "31/12/2026",
  ]
  for (name, text) in changes { elements[name] = text }
  let record = elements.sorted { $0.key < $1.key }.map { "<\($0.key)>\($0.value)</\($0.key)>" }.joined()
  return """
    <?xml version="1.0" encoding="\(encoding)"?>
    <KHAI_BAO_TAM_TRU><THONG_TIN_KHACH>\(record)\(extra)</THONG_TIN_KHACH></KHAI_BAO_TAM_TRU>
    """
}

@Suite struct ForeignersXMLTests {
  @Test func `All elements of a record are read`() throws {
    let file = ReadFile(declaration(["ngay_tra_phong": "21/11/2026 09:00"]))
    let draft = file.first
    #expect(file.format == .foreignersXML)
    #expect(draft.told == [])
    #expect(draft.guestKind == .foreigner)
    #expect(draft.ownSequence == "1")
    #expect(draft.fullName == "SPECIMEN ANNA")
    #expect(draft.birthDate == (try PartialDate(parsing: "12/08/1974")))
    #expect(draft.sex == .female)
    #expect(draft.nationality == .germany)
    #expect(draft.documentKind == .passport)
    #expect(draft.documentNumber == "X00000001")
    #expect(draft.room == "301")
    #expect(draft.arrival == .local(try LocalDateTime(parsing: "20/11/2026 14:30")))
    #expect(draft.departure == .date(try CivilDate(parsing: "22/11/2026")))
    #expect(draft.actualDeparture == .local(try LocalDateTime(parsing: "21/11/2026 09:00")))
    #expect(draft.permitUntil == (try CivilDate(parsing: "31/12/2026")))
  }

  @Test(arguments: [
    ("D", "12/08/1974", "1974-08-12"), ("M", "12/08/1974", "1974-08"), ("Y", "01/01/1974", "1974"), ("M", "08/1974", "1974-08"),
    ("y", "1974", "1974"),
  ])
  func `The birth date counts as far as it is exact`(_ precision: String, _ text: String, _ expected: String) {
    let draft = ReadFile(declaration(["ngay_sinh_dung_den": precision, "ngay_sinh": text])).first
    #expect(draft.birthDate?.description == expected)
    #expect(draft.told == [])
  }

  @Test(arguments: [("D", "08/1974"), ("M", "1974"), ("Q", "12/08/1974")])
  func `A birth date that is less exact than it says is refused`(_ precision: String, _ text: String) {
    let draft = ReadFile(declaration(["ngay_sinh_dung_den": precision, "ngay_sinh": text])).first
    #expect(draft.told == ["birth_date field.invalid"])
    #expect(draft.birthDate == nil)
  }

  @Test func `Everything that is wrong is told at once`() {
    let draft = ReadFile(
      declaration([
        "ho_ten": nil, "ngay_sinh": "31/02/1990", "gioi_tinh": "W", "ma_quoc_tich": "GER", "so_ho_chieu": "",
        "ngay_di_du_kien": "19/11/2026",
        "ngay_tra_phong": "20/11/2026 08:00", "thoi_han_tam_tru": "mãi",
      ])
    ).first
    #expect(
      draft.told == [
        "full_name field.missing", "birth_date field.invalid", "sex field.invalid", "nationality field.invalid",
        "document.number field.missing",
        "permit_until field.invalid", "departure time.departure-before-arrival", "actual_departure time.departure-before-arrival",
      ])
  }

  @Test func `Elements that are not part of the declaration are left out and told once`() {
    let file = ReadFile(declaration(inside: "<ghi_chu>a</ghi_chu><ghi_chu><ho_ten>b</ho_ten></ghi_chu>"))
    #expect(file.first.told == [])
    #expect(file.first.fullName == "SPECIMEN ANNA")
    #expect(file.remarks == [.unknownElement("ghi_chu"), .unknownElement("ho_ten")])
  }

  @Test func `An element that comes twice is a problem, and the first one counts`() {
    let draft = ReadFile(declaration(inside: "<ho_ten>OTHER</ho_ten><so_phong>2</so_phong>")).first
    #expect(draft.told.sorted() == ["full_name field.invalid", "room field.invalid"])
    #expect(draft.room == "301")
  }

  @Test func `An element beyond its bound is a problem of its row`() {
    let text = String(repeating: "X", count: 100_000)
    let file = ReadFile(declaration(["so_phong": text]))
    #expect(file.first.told == ["room field.invalid"])
    #expect(file.error == nil)
  }

  @Test func `Characters by number, predefined entities and sections are text`() {
    let draft = ReadFile(declaration(["ho_ten": "A&#78;N&#x41; &amp; CO", "so_phong": "<![CDATA[<3>]]>"])).first
    #expect(draft.fullName == "ANNA & CO")
    #expect(draft.room == "<3>")
  }

  @Test func `Records are counted, and other elements between them are not`() {
    let record = "<THONG_TIN_KHACH><ho_ten>A B</ho_ten></THONG_TIN_KHACH>"
    let rows = ReadFile("<KHAI_BAO_TAM_TRU>\(record)<x>\(record)</x>\(record)</KHAI_BAO_TAM_TRU>").rows
    #expect(rows.map(\.row) == [1, 2])
    #expect(ReadFile("<KHAI_BAO_TAM_TRU/>").rows.isEmpty)
    #expect(ReadFile("<KHAI_BAO_TAM_TRU/>").error == nil)
  }

  @Test func `The declared encoding is followed`() {
    let text = declaration(["ho_ten": "Müller"], encoding: "ISO-8859-1")
    let latin = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    #expect(ReadFile(latin).first.fullName == "Müller")
    for bigEndian in [false, true] {
      #expect(ReadFile(utf16(declaration(["ho_ten": "Nguyễn"], encoding: "UTF-16"), bigEndian: bigEndian)).first.fullName == "Nguyễn")
    }
    #expect(ReadFile([0xEF, 0xBB, 0xBF] + Array(declaration().utf8)).first.told == [])
  }

  @Test func `Names are composed`() {
    #expect(ReadFile(declaration(["ho_ten": "Nguye\u{302}\u{303}n"])).first.fullName?.unicodeScalars.count == 6)
  }
}

@Suite struct XMLDefenceTests {
  @Test(arguments: [
    "<!DOCTYPE KHAI_BAO_TAM_TRU>", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">", "<!DOCTYPE x PUBLIC \"a\" \"http://127.0.0.1:9/x.dtd\">",
    "<!DOCTYPE x [<!ENTITY a \"b\">]>", "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>",
    "<!DOCTYPE x [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/\"> %p;]>", "<!DOCTYPE x [<!ELEMENT x ANY>]>",
  ])
  func `A document type is refused whatever it says`(_ type: String) {
    let file = ReadFile("<?xml version=\"1.0\"?>\n\(type)\n" + declaration().split(separator: "\n")[1])
    #expect(file.error == .documentType)
    #expect(file.rows.isEmpty)
  }

  @Test func `An entity that nobody declared is refused`() {
    #expect(ReadFile(declaration(["ho_ten": "A&b;"])).error == .documentType)
  }

  @Test func `Another outermost element is refused`() {
    #expect(ReadFile("<KHACH><THONG_TIN_KHACH/></KHACH>").error == .wrongRoot)
    #expect(ReadFile("<khai_bao_tam_tru/>").error == .wrongRoot)
    #expect(ReadFile("<!-- x --><?p q?><html><body/></html>").error == .wrongRoot)
  }

  @Test func `XML that is not well formed is damage, with its line, and rows before it stand`() {
    let good = "<THONG_TIN_KHACH><ho_ten>A B</ho_ten></THONG_TIN_KHACH>\n"
    let file = ReadFile("<KHAI_BAO_TAM_TRU>\n" + String(repeating: good, count: 300) + "<THONG_TIN_KHACH></x>")
    #expect(file.error == .malformed(.xml, line: 302))
    #expect(file.rows.count == 300)
    #expect(ReadFile(declaration() + "<x/>").error == .malformed(.xml, line: 2))
    #expect(ReadFile(declaration(["ho_ten": "A & B"])).error == .malformed(.xml, line: 2))
  }

  @Test func `XML that ends too soon is truncated, with its record`() {
    let file = ReadFile(String(declaration().dropLast(60)))
    #expect(file.error == .truncated(row: 1))
    #expect(ReadFile("<KHAI_BAO_TAM_TRU>" + "<THONG_TIN_KHACH/>").error == .truncated(row: 2))
  }

  @Test func `Bytes that are not of the encoding are told`() {
    var bytes = Array(declaration(["ho_ten": "ANNA#"]).utf8)
    bytes[bytes.firstIndex(of: UInt8(ascii: "#")) ?? 0] = 0xFF
    #expect(ReadFile(bytes).error == .encoding(.damaged, line: 2))
    #expect(ReadFile(declaration(encoding: "NO-SUCH-ENCODING")).error == .encoding(.damaged, line: 1))
  }

  @Test func `Nesting is bounded`() {
    #expect(ReadFile("<KHAI_BAO_TAM_TRU>" + String(repeating: "<a>", count: 500)).error == .tooLarge(.xmlDepth, row: 1))
  }

  @Test func `An element with very many attributes is refused`() {
    let attributes = (0..<500).map { " a\($0)=\"\"" }.joined()
    #expect(ReadFile("<KHAI_BAO_TAM_TRU\(attributes)/>").error == .tooLarge(.xmlToken, row: 1))
  }

  @Test(arguments: ["<a", "<a b=\"", "<!--", "<?p ", "<![CDATA[", "<", "&#", "<!DOCTYPE x ", "<!DOCTYPE x [<!ENTITY a \""])
  func `A token without end stops the reading at its bound`(_ beginning: String) {
    let head = beginning.hasPrefix("<!D") ? "" : "<KHAI_BAO_TAM_TRU><THONG_TIN_KHACH>"
    let source = RepeatingByteSource(beginning: head + beginning, middle: "xxxxxxxxxx", repeats: 2_000_000)
    let file = ReadFile(source, format: .foreignersXML)
    #expect(file.error != nil)
    #expect(source.bytesRead < 4 << 20)
  }

  @Test func `Very many different names of elements are refused before they fill the memory`() {
    let names = (0..<60_000).map { "<very_long_name_of_an_element_number_\($0)/>" }.joined()
    let file = ReadFile("<KHAI_BAO_TAM_TRU>\(names)</KHAI_BAO_TAM_TRU>")
    #expect(file.error != nil)
    #expect(file.remarks.count == ImportRemark.unknownElementsMax)
  }
}
