/// A notice as stays are held against it: without the document, by the fingerprints that its stays have.
///
/// It is in memory only. A notice that is withdrawn, or that no key opens any more, has none.
package struct OpenedNotice: Hashable, Sendable {
  /// The notice's id.
  package var id: NoticeID
  /// Why it was posted.
  package var reason: NoticeReason
  /// How much a match matters.
  package var priority: AlertSeverity
  /// When it was posted.
  package var posted: Instant
  /// From when on a stay that begins is none of its business.
  package var validUntil: Instant
  /// The document under the key of each month that there is, in the order of the months.
  package var fingerprints: [DocumentFingerprint]

  /// Opens a notice.
  package init(_ notice: Notice, fingerprints: [DocumentFingerprint]) {
    id = notice.id
    reason = notice.reason
    priority = notice.priority
    posted = notice.posted
    validUntil = notice.validUntil
    self.fingerprints = fingerprints
  }

  /// Whether a document with these fingerprints is the one that it names.
  package func names(_ document: [DocumentFingerprint]) -> Bool { document.contains(where: fingerprints.contains) }
}

extension AlertRules {
  /// The alert about a stay under the document that a notice names; nil where their times do not meet.
  ///
  /// The stay's time goes from the arrival to when the guest left. Where that is not known, it goes on behind the planned departure for as
  /// long as an overdue guest counts as one (``RuleBook/presumedLeftAfterHours``). The notice's goes from when it was posted to its end.
  /// Nothing else counts, and no clock: not when a node heard of either.
  package static func noticeMatch(_ notice: OpenedNotice, _ stay: DocumentStay) -> Alert? {
    let end = stay.departed ?? stay.departure.adding(hours: RuleBook.presumedLeftAfterHours)
    // Who leaves at the moment of arriving was there at that moment.
    guard stay.arrival < notice.validUntil, notice.posted < end || notice.posted <= stay.arrival else { return nil }
    return Alert(
      kind: .noticeMatch, severity: notice.priority, score: notice.priority == .critical ? 100 : 75,
      establishment: stay.reference.establishment, stay: stay.reference.stay, notice: notice.id, at: max(stay.arrival, notice.posted),
      reasons: [.notice(notice.reason)])
  }
}
