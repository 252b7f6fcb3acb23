import LodgingDomain
import Testing

@Suite("Instants")
struct InstantTests {
  @Test(
    "RFC 3339 text becomes milliseconds since the epoch",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1970-01-01T07:00:00+07:00", 0), ("1969-12-31T23:59:59.999Z", -1),
      ("2026-07-01T00:00:00Z", 1_782_864_000_000),
      ("2026-07-01T22:59:59.9999+07:00", 1_782_921_599_999), ("2026-07-01t22:59:59.5z", 1_782_946_799_500),
      ("2026-07-01 15:59Z", 1_782_921_540_000),
      ("2026-06-30T19:30:00-04:30", 1_782_864_000_000), ("2026-07-01T00:00:00-00:00", 1_782_864_000_000),
      ("0001-01-01T00:00:00Z", -62_135_596_800_000),
      ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ])
  func parsing(text: String, milliseconds: Int64) throws {
    #expect(try Instant(rfc3339: text).milliseconds == milliseconds)
  }

  @Test("an instant without a zone is refused for exactly that reason")
  func zoneRequired() {
    #expect(throws: CalendarError.zoneMissing) { try Instant(rfc3339: "2026-07-01T22:59:59") }
    #expect(throws: CalendarError.zoneMissing) { try Instant(rfc3339: "2026-07-01T22:59") }
  }

  @Test(
    "text that is not an instant is refused",
    arguments: [
      "", "2026-07-01", "2026-07-01T", "2026-07-01T22", "2026-07-01T22:59:59,5Z", "2026-07-01T22:59:59.Z", "2026-07-01T22:59:59+7",
      "2026-07-01T22:59:59+07", "2026-07-01T22:59:59+0700", "2026-07-01T22:59:59Z ", "01/07/2026x22:59Z", "2026-07-01T22:59:59UTC",
    ])
  func malformed(text: String) {
    #expect(throws: CalendarError.malformed) { try Instant(rfc3339: text) }
  }

  @Test(
    "the part that is out of range is named",
    arguments: [
      ("2026-07-01T24:00:00Z", CalendarError.Part.hour), ("2026-07-01T23:60:00Z", .minute), ("2026-07-01T23:59:60Z", .second),
      ("2026-13-01T00:00:00Z", .month),
      ("2026-02-29T00:00:00Z", .day), ("0000-01-01T00:00:00Z", .year), ("2026-07-01T00:00:00+24:00", .zone),
      ("2026-07-01T00:00:00+07:60", .zone),
    ])
  func outOfRange(text: String, part: CalendarError.Part) {
    #expect(throws: CalendarError.outOfRange(part)) { try Instant(rfc3339: text) }
  }

  @Test("an instant is written in the zone asked for, and reads back")
  func formatting() throws {
    let instant = Instant(milliseconds: 1_782_921_599_999)
    #expect(instant.rfc3339() == "2026-07-01T22:59:59.999+07:00")
    #expect(instant.rfc3339(offsetMinutes: 0) == "2026-07-01T15:59:59.999Z")
    #expect(instant.rfc3339(offsetMinutes: -270) == "2026-07-01T11:29:59.999-04:30")
    #expect(Instant(milliseconds: -1).rfc3339() == "1970-01-01T06:59:59.999+07:00")
    #expect(Instant(milliseconds: 0).rfc3339() == "1970-01-01T07:00:00+07:00")
    #expect(instant.description == instant.rfc3339(offsetMinutes: 0))
    for offset in [-1439, -1, 0, 1, 420, 1439] {
      #expect(try Instant(rfc3339: instant.rfc3339(offsetMinutes: offset)) == instant)
    }
  }

  @Test("instants outside the calendar are written as the nearest inside")
  func calendarEnds() {
    #expect(Instant(milliseconds: .max).rfc3339() == "9999-12-31T23:59:59.999+07:00")
    #expect(Instant(milliseconds: .min).rfc3339() == "0001-01-01T00:00:00+07:00")
  }

  @Test("arithmetic has its units and saturates")
  func arithmetic() {
    let zero = Instant(milliseconds: 0)
    #expect(zero.adding(seconds: 2).milliseconds == 2000)
    #expect(zero.adding(minutes: -2).milliseconds == -120_000)
    #expect(zero.adding(hours: 12).milliseconds == 43_200_000)
    #expect(zero.adding(days: 2).milliseconds == 172_800_000)
    #expect(zero.adding(milliseconds: 5) - zero == 5)
    #expect(zero < zero.adding(milliseconds: 1))
    #expect(zero.adding(days: .max).milliseconds == .max)
    #expect(zero.adding(days: .min).milliseconds == .min)
    #expect(Instant(milliseconds: .max).adding(seconds: 1).milliseconds == .max)
    #expect(Instant(milliseconds: .min).adding(seconds: -1).milliseconds == .min)
    #expect(Instant(milliseconds: .max) - Instant(milliseconds: -1) == .max)
    #expect(Instant(milliseconds: .min) - Instant(milliseconds: 1) == .min)
  }

  @Test("a zone converts between instants and the clocks of a place")
  func zones() throws {
    let instant = try Instant(rfc3339: "2026-12-31T17:00:00Z")
    #expect(LocalZone.vietnam.local(instant).description == "2027-01-01T00:00:00")
    #expect(LocalZone.vietnam.date(at: instant.adding(milliseconds: -1)).description == "2026-12-31")
    #expect(try LocalZone.vietnam.startOfDay(CivilDate(year: 2027, month: 1, day: 1)) == instant)
    #expect(LocalZone.vietnam.instant(of: LocalZone.vietnam.local(instant)) == instant)
    #expect(LocalZone(offsetMinutes: 100_000).offsetMinutes == 1439)
    #expect(LocalZone.utc.description == "Z")
    #expect(LocalZone.vietnam.description == "+07:00")
    let beforeEpoch = Instant(milliseconds: -25_200_001)
    #expect(LocalZone.vietnam.local(beforeEpoch).description == "1969-12-31T23:59:59.999")
  }
}
