import LodgingDomain
import Testing

@Suite("Partial dates")
struct PartialDateTests {
  @Test(
    "each form reads to its precision and is written back",
    arguments: [
      ("1950", "1950", PartialDate.Precision.year), ("1950-06", "1950-06", .month), ("06/1950", "1950-06", .month),
      ("1950-06-30", "1950-06-30", .day),
      ("30/06/1950", "1950-06-30", .day),
    ])
  func forms(text: String, written: String, precision: PartialDate.Precision) throws {
    let date = try PartialDate(parsing: text)
    #expect(date.description == written)
    #expect(date.precision == precision)
    #expect(try PartialDate(parsing: date.description) == date)
    #expect((date.fullDate != nil) == (precision == .day))
  }

  @Test(
    "parts that do not exist are named",
    arguments: [
      ("0000", CalendarError.outOfRange(.year)), ("1950-13", .outOfRange(.month)), ("00/1950", .outOfRange(.month)),
      ("1950-02-29", .outOfRange(.day)),
      ("31/04/1950", .outOfRange(.day)), ("00/01/1950", .outOfRange(.day)), ("1950-00-01", .outOfRange(.month)), ("195", .malformed),
      ("19500", .malformed),
      ("1950-", .malformed), ("1950-06-", .malformed), ("1950-06-30T", .malformed), ("06/50", .malformed), ("", .malformed),
      ("30/06/1950 ", .malformed),
    ])
  func refused(text: String, error: CalendarError) {
    #expect(throws: error) { try PartialDate(parsing: text) }
  }

  @Test("a day needs a month")
  func dayWithoutMonth() {
    #expect(throws: CalendarError.outOfRange(.month)) { try PartialDate(year: 1950, day: 3) }
  }

  @Test("the bounds span what is not known")
  func bounds() throws {
    let year = try PartialDate(year: 2008)
    #expect(year.earliest.description == "2008-01-01")
    #expect(year.latest.description == "2008-12-31")
    let month = try PartialDate(year: 2008, month: 2)
    #expect(month.latest.description == "2008-02-29")
    let day = PartialDate(try CivilDate(year: 2008, month: 2, day: 3))
    #expect(day.earliest == day.latest)
    let today = try CivilDate(year: 2026, month: 7, day: 1)
    #expect(year.ages(on: today) == 17...18)
    #expect(month.ages(on: today) == 18...18)
    #expect(day.ages(on: today) == 18...18)
  }

  @Test(
    "comparison tells coarser, swapped and different dates apart",
    arguments: [
      ("1990-05-06", "1990-05-06", BirthDateComparison.same), ("1990", "1990", .same), ("1990-05", "1990-05", .same),
      ("1990", "1990-05-06", .partialMatch),
      ("1990-05", "1990-05-06", .partialMatch), ("1990", "1990-05", .partialMatch), ("1990-06-05", "1990-05-06", .swapped),
      ("1990-05-05", "1990-05-05", .same),
      ("1990-06", "1990-05-06", .differs), ("1991", "1990-05-06", .differs), ("1991-06-05", "1990-05-06", .differs),
      ("1990-05-07", "1990-05-06", .differs),
      ("1990-05", "1990-06", .differs), ("1990-06-06", "1990-05-06", .differs),
    ])
  func comparison(declared: String, recorded: String, expected: BirthDateComparison) throws {
    let (left, right) = (try PartialDate(parsing: declared), try PartialDate(parsing: recorded))
    #expect(left.compare(with: right) == expected)
    #expect(right.compare(with: left) == expected)
  }
}
