import Testing

@testable import LodgingDomain

@Suite("Notices and what fits them")
struct NoticeTests {
  private static let posted = Instant(milliseconds: 1_795_352_400_000)
  private static let end = posted.adding(days: 10)
  private static let month = KeyMonth(index: 24_322)
  private static let document = DocumentFingerprint(month: month, value: 5)

  private func notice(
    _ number: UInt64 = 1, priority: AlertSeverity = .high, reason: NoticeReason = .missing, withdrawn: Instant? = nil
  ) -> Notice {
    Notice(
      id: NoticeID(random: 0, number), unit: .nation, reason: reason, priority: priority, posted: Self.posted, validUntil: Self.end,
      document: SealedDocument(month: Self.month, box: []), withdrawn: withdrawn)
  }

  private func opened(_ notice: Notice) -> OpenedNotice { OpenedNotice(notice, fingerprints: [Self.document]) }

  private func stay(from arrival: Instant, to departure: Instant, departed: Instant? = nil) throws -> DocumentStay {
    let reference = StayReference(establishment: try EstablishmentID("HN-0001"), stay: EventID(high: 0, low: 9))
    return DocumentStay(reference: reference, arrival: arrival, departure: departure, departed: departed)
  }

  @Test("A notice may be of the nation, a province or a commune, high or critical, and last up to 366 days")
  func terms() throws {
    let (province, commune) = (try UnitCode("01"), try UnitCode("00004"))
    func isFit(_ unit: UnitCode = .nation, _ priority: AlertSeverity = .high, for milliseconds: Int64 = 1) -> Bool {
      Notice.isFit(unit: unit, priority: priority, posted: Self.posted, validUntil: Self.posted.adding(milliseconds: milliseconds))
    }
    #expect(isFit() && isFit(province) && isFit(commune, .critical))
    #expect(!isFit(.establishment(try EstablishmentID("A"))) && !isFit(.nation, .medium))
    let most = Notice.validDaysMax * Instant.millisecondsPerDay
    #expect(isFit(for: most) && !isFit(for: most + 1) && !isFit(for: 0) && !isFit(for: -1))
  }

  @Test("The key that a notice is sealed to is kept for longer than the notice can be valid")
  func outlived() throws {
    for text in ["2026-02-01T00:00:00+07:00", "2028-02-29T23:59:59+07:00", "2026-12-31T12:00:00+07:00"] {
      let posted = try Instant(rfc3339: text)
      #expect(posted.adding(days: Notice.validDaysMax) < KeyMonth(containing: posted).keptUntil)
    }
  }

  @Test("It is valid to the last millisecond before its end, and withdrawn for good")
  func standing() {
    #expect(notice().standing(at: Self.end.adding(milliseconds: -1)) == .valid)
    #expect(notice().standing(at: Self.end) == .expired)
    #expect(notice(withdrawn: Self.end).standing(at: Self.posted) == .withdrawn)
  }

  @Test("The first record of a notice says what it is; later ones withdraw it, however often and in whatever order they land")
  func list() {
    let (first, other) = (notice(), notice(reason: .wanted))
    let (early, late) = (notice(withdrawn: Self.posted), notice(withdrawn: Self.end))
    func fold(_ records: Notice...) -> Notice? {
      var list = NoticeList()
      for record in records { list.apply(record) }
      return list[first.id]
    }
    #expect(fold(first, other) == first && fold(first, first) == first)
    for records in [fold(first, early), fold(first, early, first), fold(first, late, early), fold(early, first), fold(first, early, late)] {
      #expect(records == early)
    }
    var list = NoticeList()
    for number in [3, 1, 2] as [UInt64] { list.apply(notice(number)) }
    #expect(list.all.map(\.id) == [1, 2, 3].map { NoticeID(random: 0, $0) })
    #expect(list[NoticeID(random: 0, 4)] == nil)
  }

  @Test("A stay fits where its time meets the notice's, to the millisecond")
  func times() throws {
    let notice = opened(notice())
    func fits(_ from: Int64, _ to: Int64, departed: Int64? = nil, since base: Instant) throws -> Bool {
      let stay = try stay(
        from: base.adding(milliseconds: from), to: base.adding(milliseconds: to), departed: departed.map { base.adding(milliseconds: $0) })
      return AlertRules.noticeMatch(notice, stay) != nil
    }
    #expect(try fits(-100, 1, since: Self.posted) && fits(0, 1, since: Self.posted) && fits(-100, 100, departed: 1, since: Self.posted))
    #expect(try !fits(-100, 100, departed: 0, since: Self.posted))
    #expect(try fits(-1, 100, since: Self.end) && !fits(0, 100, since: Self.end))
    #expect(try fits(0, 100, departed: 0, since: Self.posted), "there at the moment of arriving")
    #expect(try !fits(-1, 100, departed: -1, since: Self.posted))
    #expect(notice.names([DocumentFingerprint(month: Self.month.next, value: 5), Self.document]))
    #expect(!notice.names([DocumentFingerprint(month: Self.month.next, value: 5)]) && !notice.names([]))
  }

  @Test("A guest who was to have left and is not known to have is still looked for, as long as the rules count such a guest")
  func overdue() throws {
    let notice = opened(notice())
    func fits(plannedHoursBefore hours: Int64, _ milliseconds: Int64 = 0, departed: Instant? = nil) throws -> Bool {
      let plan = Self.posted.adding(hours: -hours).adding(milliseconds: milliseconds)
      return AlertRules.noticeMatch(notice, try stay(from: Self.posted.adding(days: -9), to: plan, departed: departed)) != nil
    }
    #expect(try fits(plannedHoursBefore: 0) && fits(plannedHoursBefore: 1) && fits(plannedHoursBefore: RuleBook.presumedLeftAfterHours, 1))
    #expect(try !fits(plannedHoursBefore: RuleBook.presumedLeftAfterHours))
    #expect(try !fits(plannedHoursBefore: 1, departed: Self.posted.adding(hours: -1)))
    #expect(try !fits(plannedHoursBefore: 1, departed: Self.posted))
    #expect(try fits(plannedHoursBefore: 1, departed: Self.posted.adding(milliseconds: 1)))
  }

  @Test("The alert says notice, stay, weight and reason, and nothing of the document", arguments: NoticeReason.allCases)
  func alert(reason: NoticeReason) throws {
    let stay = try stay(from: Self.posted.adding(hours: -5), to: Self.end)
    let critical = notice(7, priority: .critical, reason: reason)
    let alert = try #require(AlertRules.noticeMatch(opened(critical), stay))
    #expect(alert.kind == .noticeMatch && alert.severity == .critical && alert.notice == critical.id && alert.at == Self.posted)
    #expect(alert.establishment == stay.reference.establishment && alert.stay == stay.reference.stay)
    #expect(alert.subject == "notice.match|HN-0001|\(stay.reference.stay)|\(critical.id)")
    #expect(alert.reasons.map { AlertReason(code: $0.code, values: $0.values) } == [.notice(reason)])
    #expect(alert.reasons.map(\.code) == ["notice.match"] && !reason.words.english.isEmpty && NoticeReason(name: reason.name) == reason)
    let other = try #require(AlertRules.noticeMatch(opened(notice(8)), stay))
    #expect(other.subject != alert.subject && other.severity == .high && other.score < alert.score)
    #expect(AlertReason(code: "notice.match", values: [0]) == nil && AlertReason(code: "notice.match", values: []) == nil)
  }

  @Test("Ids are UUIDs of version 4, in lower case with hyphens")
  func ids() throws {
    let id = NoticeID(random: .max, .max)
    #expect(id.description == "ffffffff-ffff-4fff-bfff-ffffffffffff" && NoticeID(id.description) == id)
    #expect(NoticeID(random: 0, 0).description == "00000000-0000-4000-8000-000000000000")
    for text in ["", "ffffffffffff4fffbfffffffffffffff", "ffffffff-ffff-4fff-bfff-fffffffffff", "001190000001"] {
      #expect(NoticeID(text) == nil)
    }
    #expect(NoticeReason(name: "arrest") == nil)
  }
}
