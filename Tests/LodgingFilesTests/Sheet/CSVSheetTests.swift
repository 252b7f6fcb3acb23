import Testing

@testable import LodgingFiles

@Suite struct CSVSheetTests {
  private func read(_ text: String, columns: Int = 3, limits: ImportLimits = .standard) -> (rows: [SheetRow], error: ImportError?) {
    read(MemoryByteSource(Array(text.utf8)), columns: columns, limits: limits)
  }

  private func read(_ source: any ByteSource, columns: Int = 3, limits: ImportLimits = .standard) -> (rows: [SheetRow], error: ImportError?)
  {
    var rows: [SheetRow] = []
    do throws(ImportError) {
      let sheet = try CSVSheet(source: source, columns: columns, limits: limits)
      while let row = try sheet.next() { rows.append(row) }
      return (rows, nil)
    } catch {
      return (rows, error)
    }
  }

  private func texts(_ text: String) -> [[String]] {
    read(text).rows.map { $0.cells.map(\.content) }
  }

  @Test(arguments: [",", ";", "\t"])
  func `Each separator is found from the heading`(_ separator: String) {
    let text = "a\(separator)b\(separator)c\n1\(separator)\"x\(separator)y\"\(separator)3\n"
    #expect(texts(text) == [["a", "b", "c"], ["1", "x\(separator)y", "3"]])
  }

  @Test func `Other separators inside the heading do not mislead`() {
    #expect(texts("họ, tên, đệm;b;c\n1;2;3\n") == [["họ, tên, đệm", "b", "c"], ["1", "2", "3"]])
  }

  @Test func `A heading with another number of columns leaves it to the rows`() {
    #expect(texts("bảng, kê\n1;2;3\n")[1] == ["1", "2", "3"])
  }

  @Test func `Quotation marks hold separators, line breaks and doubled marks`() {
    #expect(texts("a,b,c\n\"1,\n2\",\"x \"\"y\"\"\", z \n")[1] == ["1,\n2", "x \"y\"", "z"])
  }

  @Test func `Marks in the middle of a text stay`() {
    #expect(texts("a,b,c\nNhà \"Hoa\" 2,\"x\",z\n")[1] == ["Nhà \"Hoa\" 2", "x", "z"])
  }

  @Test(arguments: ["\n", "\r\n", "\r"])
  func `Row numbers count blank rows, with each kind of line end`(_ end: String) {
    let text = ["a,b,c", "1,2,3", "", ",,", "4,5,6", "", "7,8,9"].joined(separator: end)
    let rows = read(text).rows
    #expect(rows.map(\.number) == [1, 2, 5, 7])
    #expect(rows.last?.cells.map(\.content) == ["7", "8", "9"])
  }

  @Test func `Rows tell how many columns they have, and cells beyond the bound are dropped`() {
    let rows = read("a,b,c\n1,2\n" + String(repeating: "x,", count: 500) + "\n").rows
    #expect(rows.map(\.columnCount) == [3, 2, 501])
    #expect(rows[2].cells.count == ImportLimits.standard.columnsMax)
  }

  @Test func `A field beyond its bound is marked and the row goes on`() {
    let long = String(repeating: "x", count: ImportLimits.standard.fieldBytesMax + 1)
    let rows = read("a,b,c\n1,\(long),3\n1,2,3\n").rows
    #expect(rows[1].cells == [.text("1"), .tooLong, .text("3")])
    #expect(rows[2].cells == [.text("1"), .text("2"), .text("3")])
  }

  @Test func `A quotation mark that is never closed stops the reading at the bound, with its row`() {
    let source = RepeatingByteSource(beginning: "a,b,c\n1,2,3\n4,\"", middle: "x,y\n", repeats: 25_000_000)
    let read = read(source)
    #expect(read.rows.map(\.number) == [1, 2])
    #expect(read.error == .tooLarge(.field, row: 3))
    #expect(source.bytesRead < 1 << 20)
  }

  @Test func `A quotation mark that is open at the end means that the file was cut off`() {
    let read = read("a,b,c\n1,2,3\n4,\"5")
    #expect(read.rows.count == 2)
    #expect(read.error == .truncated(row: 3))
  }

  @Test func `A line without end is one row`() {
    var limits = ImportLimits.standard
    limits.sampleBytesMax = limits.lineBytesMax
    let read = read(RepeatingByteSource(beginning: "a,b,c\n", middle: "12,", repeats: 500_000), limits: limits)
    #expect(read.error == nil)
    #expect(read.rows.map(\.columnCount) == [3, 500_001])
  }

  @Test func `More rows than the bound are refused`() {
    var limits = ImportLimits.standard
    limits.rowsMax = 1000
    let read = read(RepeatingByteSource(middle: "1,2,3\n", repeats: 100_000), limits: limits)
    #expect(read.error == .tooLarge(.rows, row: nil))
  }

  @Test func `A text without the columns of the template is refused`() {
    #expect(read("Kính gửi quý khách\nvăn bản\n").error == .wrongTemplate(columns: 1, expected: 3))
    #expect(read("a;b\n1;2\n").error == .wrongTemplate(columns: 2, expected: 3))
    #expect(read("\n\n  \n").error == .empty)
  }

  @Test func `A table with fixed headings is read by position`() throws {
    let table = try TableReader(MemoryByteSource(Array("ID;Tên\nHN-1;An\n\nHN-2\nHN-3;\"x;y\"\n".utf8)), headings: ["id", "tên"])
    #expect(try table.next() == TableReader.Row(number: 1, columnCount: 2, fields: ["HN-1", "An"]))
    #expect(try table.next() == TableReader.Row(number: 3, columnCount: 1, fields: nil))
    #expect(try table.next() == TableReader.Row(number: 4, columnCount: 2, fields: ["HN-3", "x;y"]))
    #expect(try table.next() == nil)
  }

  @Test func `A table with other headings is refused`() {
    for text in ["id,tên\n", "id\n", "id,name,kind\n1,2,3\n"] {
      #expect(throws: ImportError.wrongHeadings(expected: ["id", "name"])) {
        try TableReader(MemoryByteSource(Array(text.utf8)), headings: ["id", "name"])
      }
    }
    #expect(ImportError.wrongHeadings(expected: ["id", "name"]).english.contains("id,name"))
  }
}
