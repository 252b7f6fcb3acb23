import LodgingDomain
import Testing

@Suite("The catalogue tells everything that the register can tell by a code")
struct CatalogueTests {
  private let entries = CatalogueEntry.all

  @Test("Each code stands once, at its place")
  func places() throws {
    #expect(Set(entries.map(\.code)).count == entries.count)
    let expected: [(CatalogueEntry.Place, [String])] = [
      (.quarantine, ["event.undecodable", "event.wrong-key"]), (.rejection, ["event.id-reused", "time.arrival-too-old", "stay.closed"]),
      (.flag, ["report.late", "permit.shorter-than-stay", "check-document"]),
      (.policeFlag, ["directory.unknown-number", "directory.document-lost"]),
      (.request, ["request.malformed", "request.too-large", "request.rate-limited", "request.timeout"]),
      (.request, ["access.unauthenticated", "access.forbidden"]),
      (.alert, ["identity.mismatch", "stay.overlap", "stay.impossible-travel", "establishment.over-capacity-persisting"]),
      (.alert, ["establishment.silent", "establishment.failed-identities", "notice.match"]),
      (.alert, ["access.probing", "access.browsing", "access.break-glass"]),
    ]
    for (place, codes) in expected {
      for code in codes { #expect(try #require(entries.first { $0.code == code }).place == place, "\(code)") }
    }
    #expect(Set(entries.map(\.place)) == Set(CatalogueEntry.Place.allCases))
  }

  @Test("Each entry has words, a hint and a severity, in both languages and in whole sentences", arguments: CatalogueEntry.all)
  func words(entry: CatalogueEntry) {
    for words in [entry.words, entry.hint] {
      #expect(words.english.hasSuffix(".") && words.vietnamese.hasSuffix("."))
      #expect(words.english != words.vietnamese)
    }
    #expect(!entry.severities.isEmpty)
  }

  @Test("What HTTP answers has its status, and nothing else has one")
  func statuses() {
    let statuses = Dictionary(uniqueKeysWithValues: entries.compactMap { entry in entry.status.map { (entry.code, $0) } })
    #expect(
      statuses == [
        "request.malformed": 400, "request.too-large": 413, "request.rate-limited": 429, "request.timeout": 503,
        "request.not-found": 404, "request.method-not-allowed": 405, "request.position-unknown": 400, "access.unauthenticated": 401,
        "access.forbidden": 403, "service.busy": 503, "service.not-ready": 503, "service.failed": 500,
      ])
    #expect(entries.filter { $0.statusName != nil }.count == statuses.count)
  }

  @Test("Alerts have the severities that the rules can give them")
  func severities() throws {
    let stay = StayReference(establishment: try EstablishmentID("A"), stay: EventID(high: 0, low: 1))
    let now = Instant(milliseconds: 1_700_000_000_000)
    for code in CodeSet.directoryFlags.codes {
      guard let alert = AlertRules.identityMismatch(codes: CodeSet(code), stay: stay, at: now) else { continue }
      #expect(alert.kind.severities.contains(alert.severity))
      #expect(alert.reasons == [.finding(code)], "the flags are the reasons")
      #expect(alert.reasons.map(\.code) == [code.name])
    }
    let last = now.adding(days: -30)
    #expect(AlertRules.silent(stay.establishment, last: last, now: now)?.severity == AlertKind.establishmentSilent.severities.upperBound)
    let over = AlertRules.overCapacity(stay.establishment, guests: 40, beds: 10, since: last, now: now)
    #expect(over?.severity == AlertKind.overCapacityPersisting.severities.upperBound)
    #expect(over?.reasons == [.overCapacity(hours: AlertRules.overCapacityHours, guests: 40, beds: 10)])
  }

  @Test("Accents and word order alone raise no alert")
  func harmless() throws {
    let stay = StayReference(establishment: try EstablishmentID("A"), stay: EventID(high: 0, low: 1))
    let codes: CodeSet = [CodeSet(.directoryNameAccents), CodeSet(.directoryNameOrder), CodeSet(.reportLate)]
    #expect(AlertRules.identityMismatch(codes: codes, stay: stay, at: Instant(milliseconds: 0)) == nil)
  }

  @Test("A reason is said in both languages with its numbers")
  func reasons() throws {
    let words = AlertReason.failedIdentities(failed: 7, checkIns: 30).words
    #expect(words.english.contains("7 of 30") && words.vietnamese.contains("7 trong 30"))
    let day = try CivilDate(year: 2026, month: 11, day: 20)
    #expect(AlertReason.silent(since: day).words.vietnamese.contains("20/11/2026"))
  }
}
