import LodgingDomain
import Testing

@Suite("Civil dates and times")
struct CalendarTests {
  @Test("a date keeps its parts and exists only if the calendar has it")
  func parts() throws {
    let date = try CivilDate(year: 2024, month: 2, day: 29)
    #expect((date.year, date.month, date.day) == (2024, 2, 29))
    #expect(throws: CalendarError.outOfRange(.day)) { try CivilDate(year: 2026, month: 2, day: 29) }
    #expect(throws: CalendarError.outOfRange(.day)) { try CivilDate(year: 1900, month: 2, day: 29) }
    #expect(throws: CalendarError.outOfRange(.day)) { try CivilDate(year: 2026, month: 4, day: 31) }
    #expect(throws: CalendarError.outOfRange(.day)) { try CivilDate(year: 2026, month: 4, day: 0) }
    #expect(throws: CalendarError.outOfRange(.month)) { try CivilDate(year: 2026, month: 13, day: 1) }
    #expect(throws: CalendarError.outOfRange(.month)) { try CivilDate(year: 2026, month: 0, day: 1) }
    #expect(throws: CalendarError.outOfRange(.year)) { try CivilDate(year: 0, month: 1, day: 1) }
    #expect(throws: CalendarError.outOfRange(.year)) { try CivilDate(year: 10_000, month: 1, day: 1) }
    #expect(try CivilDate(year: 2000, month: 2, day: 29).day == 29)
  }

  @Test(
    "days since the epoch agree with known days",
    arguments: [
      ("1970-01-01", 0), ("1969-12-31", -1), ("2000-03-01", 11_017), ("2000-02-29", 11_016), ("2026-07-01", 20_635),
      ("1900-03-01", -25_508), ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
    ])
  func knownDays(text: String, days: Int) throws {
    #expect(try CivilDate(parsing: text).daysSinceEpoch == days)
    #expect(CivilDate(daysSinceEpoch: days).description == text)
  }

  @Test("every day of eight centuries follows the one before it and converts both ways")
  func consecutiveDays() throws {
    var (year, month, day) = (1600, 1, 1)
    let first = try CivilDate(year: year, month: month, day: day).daysSinceEpoch
    for number in first..<first + 2 * 146_097 {
      let date = CivilDate(daysSinceEpoch: number)
      guard (date.year, date.month, date.day) == (year, month, day), date.daysSinceEpoch == number else {
        Issue.record("day \(number) became \(date)")
        return
      }
      day += 1
      if day > CivilDate.daysInMonth(year: year, month: month) { (month, day) = (month + 1, 1) }
      if month > 12 { (year, month) = (year + 1, 1) }
    }
    #expect((year, month, day) == (2400, 1, 1))
  }

  @Test("adding days crosses months and years and stops at the ends of the calendar")
  func addingDays() throws {
    #expect(try CivilDate(year: 2026, month: 12, day: 31).adding(days: 1).description == "2027-01-01")
    #expect(try CivilDate(year: 2024, month: 3, day: 1).adding(days: -1).description == "2024-02-29")
    #expect(CivilDate.latest.adding(days: 1) == .latest)
    #expect(CivilDate.earliest.adding(days: .min) == .earliest)
    #expect(CivilDate.latest.adding(days: .max) == .latest)
    #expect(CivilDate(daysSinceEpoch: .min) == .earliest)
  }

  @Test("dates are ordered by time")
  func order() throws {
    let texts = ["1999-12-31", "2000-01-01", "2000-01-31", "2000-02-01", "2001-01-01"]
    let dates = try texts.map { text throws in try CivilDate(parsing: text) }
    #expect(dates == dates.sorted())
    #expect(Set(dates).count == dates.count)
  }

  @Test(
    "an age completes on the birthday",
    arguments: [
      ("2008-07-01", "2026-06-30", 17), ("2008-07-01", "2026-07-01", 18), ("2008-02-29", "2026-02-28", 17),
      ("2008-02-29", "2026-03-01", 18), ("2008-02-29", "2028-02-29", 20), ("2026-07-02", "2026-07-01", -1), ("2026-07-01", "2026-07-01", 0),
    ])
  func age(born: String, day: String, age: Int) throws {
    #expect(try CivilDate(parsing: born).age(on: CivilDate(parsing: day)) == age)
  }

  @Test("a date reads from both of its forms", arguments: ["01/07/2026", "2026-07-01"])
  func dateForms(text: String) throws {
    let date = try CivilDate(parsing: text)
    #expect((date.year, date.month, date.day) == (2026, 7, 1))
    #expect(date.description == "2026-07-01")
    #expect(date.dayMonthYear == "01/07/2026")
  }

  @Test(
    "other forms of dates are malformed",
    arguments: [
      "", "1/7/2026", "01-07-2026", "2026/07/01", "01/07/26", "01/07/2026 ", " 01/07/2026", "2026-7-1", "20260701", "２０２６-07-01",
      "01/07/20261",
    ])
  func malformedDates(text: String) {
    #expect(throws: CalendarError.malformed) { try CivilDate(parsing: text) }
  }

  @Test("a time of day keeps its parts and has an end")
  func timeOfDay() throws {
    let time = try CivilTime(hour: 22, minute: 59, second: 58, millisecond: 7)
    #expect((time.hour, time.minute, time.second, time.millisecond) == (22, 59, 58, 7))
    #expect(time.description == "22:59:58.007")
    #expect(CivilTime.midnight.description == "00:00:00")
    #expect(CivilTime.midnight < time)
    #expect(throws: CalendarError.outOfRange(.hour)) { try CivilTime(hour: 24, minute: 0) }
    #expect(throws: CalendarError.outOfRange(.minute)) { try CivilTime(hour: 0, minute: 60) }
    #expect(throws: CalendarError.outOfRange(.second)) { try CivilTime(hour: 23, minute: 59, second: 60) }
    #expect(throws: CalendarError.outOfRange(.millisecond)) { try CivilTime(hour: 0, minute: 0, second: 0, millisecond: 1000) }
  }

  @Test(
    "date and time of day read together",
    arguments: [
      ("01/07/2026 22:05", "2026-07-01T22:05:00"), ("01/07/2026 22:05:09", "2026-07-01T22:05:09"),
      ("2026-07-01T22:05", "2026-07-01T22:05:00"),
      ("2026-07-01T22:05:09.25", "2026-07-01T22:05:09.250"),
    ])
  func localDateTimes(text: String, expected: String) throws {
    #expect(try LocalDateTime(parsing: text).description == expected)
  }

  @Test("a stated time is a day, a local time or an instant")
  func statedTimes() throws {
    #expect(try StatedTime(parsing: "01/07/2026") == .date(CivilDate(year: 2026, month: 7, day: 1)))
    #expect(try StatedTime(parsing: "2026-07-01") == .date(CivilDate(year: 2026, month: 7, day: 1)))
    #expect(try StatedTime(parsing: "01/07/2026 21:30") == .local(LocalDateTime(parsing: "2026-07-01T21:30:00")))
    #expect(try StatedTime(parsing: "2026-07-01T21:30+07:00") == .instant(Instant(rfc3339: "2026-07-01T14:30:00Z")))
    #expect(throws: CalendarError.malformed) { try StatedTime(parsing: "01/07/2026 21") }
    #expect(throws: CalendarError.outOfRange(.hour)) { try StatedTime(parsing: "01/07/2026 24:00") }
    #expect(throws: CalendarError.malformed) { try StatedTime(parsing: "2026-07-01T21:30+07:00x") }
  }

  @Test("a stated time becomes a moment on the clocks of the place")
  func moments() throws {
    #expect(try StatedTime(parsing: "01/07/2026").moment() == LocalMoment(Instant(rfc3339: "2026-07-01T23:59:59+07:00"), isDateOnly: true))
    #expect(try StatedTime(parsing: "30/06/2026 22:10").moment() == LocalMoment(Instant(rfc3339: "2026-06-30T22:10:00+07:00")))
    #expect(try StatedTime(parsing: "30/06/2026 22:10").moment(in: .utc) == LocalMoment(Instant(rfc3339: "2026-06-30T22:10:00Z")))
    #expect(try StatedTime(parsing: "2026-06-30T22:10:00Z").moment() == LocalMoment(Instant(rfc3339: "2026-06-30T22:10:00Z")))
  }
}
