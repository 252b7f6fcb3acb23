import LodgingDomain
import Testing

@Suite("Reporting deadlines")
struct ReportingDutyTests {
  @Test(
    "a citizen's stay is due at 23:00, or at 08:00 the next day if it began after 23:00",
    arguments: [
      ("2026-07-01T00:00:00+07:00", "2026-07-01T23:00:00+07:00"),
      ("2026-07-01T07:59:59.999+07:00", "2026-07-01T23:00:00+07:00"),
      ("2026-07-01T08:00:00+07:00", "2026-07-01T23:00:00+07:00"),
      ("2026-07-01T22:59:59+07:00", "2026-07-01T23:00:00+07:00"),
      ("2026-07-01T22:59:59.999+07:00", "2026-07-01T23:00:00+07:00"),
      ("2026-07-01T23:00:00+07:00", "2026-07-02T08:00:00+07:00"),
      ("2026-07-01T23:59:59.999+07:00", "2026-07-02T08:00:00+07:00"),
      ("2026-07-02T00:00:00+07:00", "2026-07-02T23:00:00+07:00"),
      ("2026-12-31T22:59:59.999+07:00", "2026-12-31T23:00:00+07:00"),
      ("2026-12-31T23:00:00+07:00", "2027-01-01T08:00:00+07:00"),
      ("2028-02-28T23:30:00+07:00", "2028-02-29T08:00:00+07:00"),
      ("2026-07-01T16:00:00Z", "2026-07-02T08:00:00+07:00"),
    ])
  func citizens(arrival: String, due: String) throws {
    for remote in [false, true] {
      let deadline = ReportingDuty.deadline(guest: .citizen, arrival: try Instant(rfc3339: arrival), remote: remote)
      #expect(deadline == Deadline(due: try Instant(rfc3339: due), limit: .before))
    }
  }

  @Test("a citizen's report at the due moment is late, one millisecond before it is not")
  func beforeTheHour() throws {
    let due = try Instant(rfc3339: "2026-07-01T23:00:00+07:00")
    let deadline = ReportingDuty.deadline(guest: .citizen, arrival: due.adding(hours: -3), remote: false, zone: .vietnam)
    #expect(deadline.isMet(by: due.adding(milliseconds: -1)))
    #expect(!deadline.isMet(by: due))
    #expect(!deadline.isMet(by: due.adding(milliseconds: 1)))
    let night = ReportingDuty.deadline(guest: .citizen, arrival: due, remote: false)
    #expect(night.isMet(by: due.adding(hours: 9).adding(milliseconds: -1)))
    #expect(!night.isMet(by: due.adding(hours: 9)))
  }

  @Test(
    "a foreigner is due 12 hours after arrival, 24 in remote areas, and the due moment is on time",
    arguments: [
      ("2026-07-01T14:00:00+07:00", false, "2026-07-02T02:00:00+07:00"), ("2026-07-01T14:00:00+07:00", true, "2026-07-02T14:00:00+07:00"),
      ("2026-07-01T22:59:59.999+07:00", false, "2026-07-02T10:59:59.999+07:00"),
      ("2026-12-31T23:00:00+07:00", false, "2027-01-01T11:00:00+07:00"),
      ("2026-12-31T23:59:59.999+07:00", true, "2027-01-01T23:59:59.999+07:00"),
      ("2026-07-01T00:00:00+07:00", false, "2026-07-01T12:00:00+07:00"),
    ])
  func foreigners(arrival: String, remote: Bool, expected: String) throws {
    let deadline = ReportingDuty.deadline(guest: .foreigner, arrival: try Instant(rfc3339: arrival), remote: remote)
    let due = try Instant(rfc3339: expected)
    #expect(deadline == Deadline(due: due, limit: .atOrBefore))
    #expect(deadline.isMet(by: due.adding(milliseconds: -1)))
    #expect(deadline.isMet(by: due))
    #expect(!deadline.isMet(by: due.adding(milliseconds: 1)))
  }

  @Test(
    "the other reading of night arrivals is a named rule that changes the small hours only",
    arguments: [
      ("2026-07-01T00:00:00+07:00", "2026-07-01T08:00:00+07:00"), ("2026-07-01T07:59:59.999+07:00", "2026-07-01T08:00:00+07:00"),
      ("2026-07-01T08:00:00+07:00", "2026-07-01T23:00:00+07:00"), ("2026-07-01T23:00:00+07:00", "2026-07-02T08:00:00+07:00"),
    ])
  func nightArrivals(arrival: String, due: String) throws {
    let instant = try Instant(rfc3339: arrival)
    let deadline = ReportingDuty.deadline(guest: .citizen, arrival: instant, remote: false, nightArrivals: .sameMorning)
    #expect(deadline.due == (try Instant(rfc3339: due)))
  }

  @Test("the zone decides what day and hour it is")
  func otherZone() throws {
    let arrival = try Instant(rfc3339: "2026-07-01T22:30:00Z")
    #expect(
      ReportingDuty.deadline(guest: .citizen, arrival: arrival, remote: false, zone: .utc).due
        == (try Instant(rfc3339: "2026-07-01T23:00:00Z")))
    #expect(ReportingDuty.deadline(guest: .citizen, arrival: arrival, remote: false).due == (try Instant(rfc3339: "2026-07-02T16:00:00Z")))
  }

  @Test("a day without a time of day is its last second or the receipt, whichever is earlier")
  func dayAlone() throws {
    let lastSecond = LocalZone.vietnam.lastSecond(of: try CivilDate(year: 2026, month: 7, day: 1))
    #expect(lastSecond == (try Instant(rfc3339: "2026-07-01T23:59:59+07:00")))
    let during = try Instant(rfc3339: "2026-07-01T21:17:00.123+07:00")
    #expect(ReportingDuty.arrival(onDayEnding: lastSecond, received: during) == during)
    #expect(ReportingDuty.arrival(onDayEnding: lastSecond, received: lastSecond) == lastSecond)
    #expect(ReportingDuty.arrival(onDayEnding: lastSecond, received: lastSecond.adding(milliseconds: 1)) == lastSecond)
    #expect(ReportingDuty.arrival(onDayEnding: lastSecond, received: lastSecond.adding(days: 40)) == lastSecond)
  }

  @Test("a future day without a time of day stays in the future")
  func futureDayAlone() throws {
    let lastSecond = try Instant(rfc3339: "2026-07-09T23:59:59+07:00")
    let received = try Instant(rfc3339: "2026-07-01T12:00:00+07:00")
    #expect(ReportingDuty.arrival(onDayEnding: lastSecond, received: received) == (try Instant(rfc3339: "2026-07-09T00:00:00+07:00")))
  }

  @Test("each kind of guest has its duty")
  func duties() {
    #expect(ReportingDuty(guest: .citizen) == .stayNotice)
    #expect(ReportingDuty(guest: .foreigner) == .residenceDeclaration)
    #expect(GuestKind.allCases.map(\.rawValue) == [1, 2])
  }
}
