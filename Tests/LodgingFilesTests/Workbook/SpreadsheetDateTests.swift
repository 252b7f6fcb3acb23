import LodgingDomain
import Testing

@testable import LodgingFiles

@Suite struct SpreadsheetDateTests {
  // Numbers as spreadsheet programs show them for these days (ECMA-376 part 1, 18.17.4.1, has the first, last and 1904 ones).
  @Test(arguments: [
    (1, "1900-01-01"), (31, "1900-01-31"), (59, "1900-02-28"), (61, "1900-03-01"), (25_569, "1970-01-01"), (31_116, "1985-03-10"),
    (46_346, "2026-11-20"), (2_958_465, "9999-12-31"),
  ])
  func `Days count from 1900`(_ serial: Int, _ expected: String) throws {
    #expect(SpreadsheetDate.read(Double(serial), countsFrom1904: false) == .date(try CivilDate(parsing: expected)))
  }

  @Test(arguments: [(0, "1904-01-01"), (1, "1904-01-02"), (24_107, "1970-01-01"), (44_884, "2026-11-20"), (2_957_003, "9999-12-31")])
  func `Days count from 1904`(_ serial: Int, _ expected: String) throws {
    #expect(SpreadsheetDate.read(Double(serial), countsFrom1904: true) == .date(try CivilDate(parsing: expected)))
  }

  @Test func `The fraction is the time of day, to the second`() throws {
    let time = try LocalDateTime(parsing: "2026-11-20T23:30:00")
    #expect(SpreadsheetDate.read(46_346.979166666664, countsFrom1904: false) == .local(time))
    #expect(SpreadsheetDate.read(46_346.9999999, countsFrom1904: false) == .date(try CivilDate(parsing: "2026-11-21")))
  }

  @Test(arguments: [0, 0.5, -1, 60, 60.25, 2_958_466, 1e300]) func `Numbers that mean no day are refused`(_ serial: Double) {
    #expect(SpreadsheetDate.read(serial, countsFrom1904: false) == nil)
  }

  @Test func `The count from 1904 has no missing leap day and its own end`() throws {
    #expect(SpreadsheetDate.read(60, countsFrom1904: true) == .date(try CivilDate(parsing: "1904-03-01")))
    #expect(SpreadsheetDate.read(2_957_004, countsFrom1904: true) == nil)
  }

  @Test(arguments: [
    ("General", false), ("0.00E+00", false), ("@", false), ("dd/mm/yyyy", true), ("[$-42A]d \"tháng\" m", true), ("\"day\" 0", false),
    ("0\\d", false), ("[Red]0", false), ("_d0", false), ("yyyy", true), ("hh:mm", false), ("[h]:mm:ss", false), ("#,##0\\ \"đồng\"", false),
  ])
  func `A format shows a date if it has a day or a year outside quotes and brackets`(_ code: String, _ expected: Bool) {
    #expect(CellFormats.showsDate(code) == expected)
  }
}
