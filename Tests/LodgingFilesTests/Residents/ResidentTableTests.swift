import LodgingDomain
import Testing

@testable import LodgingFiles

@Suite("Reading of residents.csv")
struct ResidentTableTests {
  /// A row that outlives the call.
  private struct Row: Equatable {
    var number: String
    var name: String
    var birthDate: String
    var sex: Sex
    var status: ResidentStatus
    var document: String?
  }

  private struct Reading {
    var rows: [Row] = []
    var problems: [ResidentProblem] = []
    var totals = ResidentTable.Progress()
  }

  private static let header = "number,full_name,birth_date,sex,status,document_number,document_expiry\n"

  private func read(_ text: String, header: String = header) throws -> Reading { try read(bytes: Array((header + text).utf8)) }

  private func read(bytes: [UInt8]) throws -> Reading {
    var reading = Reading()
    let table = try ResidentTable(source: MemoryByteSource(bytes))
    reading.totals = try table.read(
      onRow: { row in
        reading.rows.append(
          Row(
            number: row.details.number.digits, name: String(decoding: row.fullName, as: UTF8.self),
            birthDate: row.details.birthDate.description, sex: row.details.sex, status: row.details.status,
            document: row.details.documentNumber?.text))
      },
      onProblem: { reading.problems.append($0) })
    return reading
  }

  @Test("a full row, a row with the least, and quoted fields are read")
  func rows() throws {
    let reading = try read(
      """
      079190000001,Nguyễn Thị An,1990-02-03,F,alive,c1234567,2030-01-01
      001050000002,LÊ VĂN BA,1950,M,deceased,,
      001050000003,"Trần, ""Tư"" Bốn",1950-07,m,lost
      \r
      001050000004 , Vũ  Năm ,1950-12-31,F,revoked,001050000004,2031-05
      """)
    #expect(
      reading.rows == [
        Row(number: "079190000001", name: "Nguyễn Thị An", birthDate: "1990-02-03", sex: .female, status: .alive, document: "C1234567"),
        Row(number: "001050000002", name: "LÊ VĂN BA", birthDate: "1950", sex: .male, status: .deceased, document: nil),
        Row(number: "001050000003", name: "Trần, \"Tư\" Bốn", birthDate: "1950-07", sex: .male, status: .lost, document: nil),
        Row(number: "001050000004", name: "Vũ  Năm", birthDate: "1950-12-31", sex: .female, status: .revoked, document: nil),
      ])
    #expect(reading.problems.isEmpty)
    #expect(reading.totals.rows == 4)
    #expect(reading.totals.bad == 0)
  }

  @Test(
    "each field that prevents a row is named with its code",
    arguments: [
      (",An,1990,F,alive,,", [(.number, .fieldMissing)]), ("07919000000,An,1990,F,alive,,", [(.number, .documentNumberMalformed)]),
      ("0791900000012,An,1990,F,alive,,", [(.number, .documentNumberMalformed)]),
      ("07919000000x,An,1990,F,alive,,", [(.number, .documentNumberMalformed)]),
      ("079190000001,,1990,F,alive,,", [(.fullName, .fieldMissing)]), ("079190000001,12,1990,F,alive,,", [(.fullName, .fieldInvalid)]),
      ("079190000001,An,,F,alive,,", [(.birthDate, .fieldMissing)]),
      ("079190000001,An,1990-02-30,F,alive,,", [(.birthDate, .fieldInvalid)]),
      ("079190000001,An,1990-13,F,alive,,", [(.birthDate, .fieldInvalid)]),
      ("079190000001,An,03/02/1990,F,alive,,", [(.birthDate, .fieldInvalid)]),
      ("079190000001,An,1990,,alive,,", [(.sex, .fieldMissing)]), ("079190000001,An,1990,Nam,alive,,", [(.sex, .fieldInvalid)]),
      ("079190000001,An,1990,F,,,", [(.status, .fieldMissing)]), ("079190000001,An,1990,F,dead,,", [(.status, .fieldInvalid)]),
      ("079190000001,An,1990,F,alive,C1,", [(.documentNumber, .documentNumberMalformed)]),
      ("079190000001,An,1990,F,alive,C1234567,soon", [(.documentExpiry, .fieldInvalid)]),
      ("079190000001,An,1990,F,alive,C1234567,2030,more", [(.documentExpiry, .fieldInvalid)]),
      ("079190000001", [(.fullName, .fieldMissing), (.birthDate, .fieldMissing), (.sex, .fieldMissing), (.status, .fieldMissing)]),
      (
        "x,,y,z,,-,-",
        [
          (.number, .documentNumberMalformed), (.fullName, .fieldMissing), (.birthDate, .fieldInvalid), (.sex, .fieldInvalid),
          (.status, .fieldMissing), (.documentNumber, .documentNumberMalformed), (.documentExpiry, .fieldInvalid),
        ]
      ),
    ] as [(String, [(ResidentColumn, Code)])])
  func problems(row: String, expected: [(ResidentColumn, Code)]) throws {
    let reading = try read("001050000002,Lê Ba,1950,M,alive,,\n\n\(row)\n001050000003,Lê Tư,1951,M,alive,,\n")
    #expect(reading.problems.map(\.row) == expected.map { _ in 3 })
    #expect(reading.problems.map(\.column) == expected.map(\.0) && reading.problems.map(\.code) == expected.map(\.1))
    #expect(reading.rows.map(\.number) == ["001050000002", "001050000003"])
    #expect(reading.totals.rows == 3)
    #expect(reading.totals.bad == 1)
  }

  @Test("names are composed, and one over the limit is invalid")
  func names() throws {
    let decomposed = "Nguye\u{302}\u{303}n Thi\u{323} An"
    let reading = try read(
      "079190000001,\(decomposed),1990,F,alive,,\n079190000002,\(String(repeating: "a", count: 513)),1990,F,alive,,\n")
    #expect(reading.rows.map { Array($0.name.unicodeScalars) } == [Array("Nguyễn Thị An".unicodeScalars)])
    #expect(reading.problems == [ResidentProblem(row: 2, column: .fullName, code: .fieldInvalid, hint: .residentName)])
  }

  @Test("each problem says what is wrong with this column, and a missing value that it is missing")
  func hints() throws {
    let reading = try read("x,,03/02/1990,Nam,dead,-,soon,more\n")
    #expect(
      reading.problems.map(\.hint) == [
        .personalNumber, .missing, .birthDateOfTable, .noneOf(["M", "F"]), .noneOf(["alive", "deceased", "revoked", "lost"]),
        .otherDocument,
        .dateOfTable, .columns(found: 8, expected: 7),
      ])
  }

  @Test("sex and status may stand in capitals or not")
  func cases() throws {
    let reading = try read("079190000001,An,1990,f,Alive,,\n079190000002,An,1990,F,DECEASED,,\n")
    #expect(reading.problems.isEmpty && reading.totals.rows == 2)
  }

  @Test("the header may stand in capitals, behind a byte-order mark, and in UTF-16")
  func encodings() throws {
    let text = "NUMBER,Full_Name,birth_date,sex,status,document_number,document_expiry\r\n079190000001,Đỗ Ý,1990,F,alive,,\r\n"
    let utf16: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    for bytes in [Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), utf16] {
      let reading = try read(bytes: bytes)
      #expect(reading.rows.map(\.name) == ["Đỗ Ý"])
    }
  }

  @Test("another header, an empty file, a quotation mark without end and bytes that are no text end the reading")
  func unreadable() throws {
    let headings = ResidentColumn.allCases.map(\.name)
    #expect(throws: ImportError.wrongHeadings(expected: headings)) { try read("", header: "a,b,c\n") }
    #expect(throws: ImportError.wrongHeadings(expected: headings)) {
      try read("", header: "full_name,number,birth_date,sex,status,document_number,document_expiry\n")
    }
    #expect(throws: ImportError.empty) { try read("", header: "\n\n") }
    #expect(throws: ImportError.empty) { try read("", header: "") }
    #expect(throws: ImportError.truncated(row: nil)) { try read("079190000001,\"An,1990,F,alive,,\n") }
    #expect(throws: ImportError.tooLarge(.field, row: nil)) { try read("079190000001,\"" + String(repeating: "An,1990\n", count: 20_000)) }
    #expect(throws: ImportError.encoding(.legacy, line: 2)) {
      try read(bytes: Array(Self.header.utf8) + Array("079190000001,".utf8) + [0xD0, 0xF4] + Array(",1990,F,alive,,\n".utf8))
    }
    #expect(throws: ImportError.self) { try read(bytes: Array("PK\u{3}\u{4}".utf8) + [0, 0, 1, 0, 0]) }
  }

  @Test("rows before a fault are handed out")
  func beforeFault() throws {
    var numbers: [String] = []
    let text = Self.header + "079190000001,An,1990,F,alive,,\n079190000002,\"An"
    let table = try ResidentTable(source: MemoryByteSource(Array(text.utf8)))
    #expect(throws: ImportError.truncated(row: nil)) {
      _ = try table.read(onRow: { numbers.append($0.details.number.digits) }, onProblem: { _ in })
    }
    #expect(numbers == ["079190000001"])
  }

  @Test("rows across the pieces in which a file is read are whole, and a last line needs no end")
  func pieces() throws {
    var text = ""
    for index in 0..<6000 {
      text +=
        "\(String(index + 100_000_000_000)),Nguyễn Thị Số \(index % 7 == 0 ? "\"\"" : "Ý"),1990-01-01,F,alive,C\(index + 1_000_000),2030\r\n"
    }
    text.removeLast(1)
    let reading = try read(text)
    #expect(reading.totals.rows == 6000)
    #expect(reading.rows.count == 6000)
    #expect(reading.rows.enumerated().allSatisfy { $1.number == String($0 + 100_000_000_000) && $1.document == "C\($0 + 1_000_000)" })
  }

  @Test("progress ends with the totals")
  func progress() throws {
    let bytes = Array((Self.header + "079190000001,An,1990,F,alive,,\n079190000001,,,,,,\n").utf8)
    var last = ResidentTable.Progress()
    let totals = try ResidentTable(source: MemoryByteSource(bytes)).read(onRow: { _ in }, onProblem: { _ in }, onProgress: { last = $0 })
    #expect(last == totals)
    #expect(totals.bytes == bytes.count)
    #expect(totals.rows == 2)
    #expect(totals.bad == 1)
  }
}
