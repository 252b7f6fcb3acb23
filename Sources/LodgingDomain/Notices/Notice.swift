/// A document that a police unit looks for, as all nodes know it; which document it is, is sealed.
package struct Notice: Hashable, Sendable {
  /// The notice's id.
  package var id: NoticeID
  /// The unit that posted it: the nation, a province or a commune.
  package var unit: UnitCode
  /// Why it was posted.
  package var reason: NoticeReason
  /// How much a match matters, within ``priorities``.
  package var priority: AlertSeverity
  /// When it was posted; stays that ended before are none of its business.
  package var posted: Instant
  /// From when on a stay that begins is none of its business; at most ``validDaysMax`` days after ``posted``.
  package var validUntil: Instant
  /// The document, sealed.
  package var document: SealedDocument
  /// When it was withdrawn; nil where it was not.
  package var withdrawn: Instant?

  /// How much a match can matter.
  package static let priorities = AlertKind.noticeMatch.severities

  /// For how many days a notice is valid at most.
  ///
  /// A year and a day: after it somebody looks again whether it still holds. It is shorter than identities are kept
  /// (``RuleBook/identityKeptMonths``), so the key that a notice is sealed to outlives it, unless that is destroyed early.
  package static let validDaysMax: Int64 = 366

  /// Makes a notice from its parts.
  package init(
    id: NoticeID, unit: UnitCode, reason: NoticeReason, priority: AlertSeverity, posted: Instant, validUntil: Instant,
    document: SealedDocument, withdrawn: Instant? = nil
  ) {
    self.id = id
    self.unit = unit
    self.reason = reason
    self.priority = priority
    self.posted = posted
    self.validUntil = validUntil
    self.document = document
    self.withdrawn = withdrawn
  }

  /// Whether a notice may have these terms.
  package static func isFit(unit: UnitCode, priority: AlertSeverity, posted: Instant, validUntil: Instant) -> Bool {
    unit.level < .establishment && priorities.contains(priority) && posted < validUntil && validUntil <= posted.adding(days: validDaysMax)
  }

  /// How it stands at a moment; at the millisecond of its end it is over.
  package func standing(at now: Instant) -> NoticeStanding {
    if withdrawn != nil { return .withdrawn }
    return validUntil <= now ? .expired : .valid
  }
}

/// The document of a notice, sealed to the register's public key of a month.
package struct SealedDocument: Hashable, Sendable {
  /// The month whose key opens it.
  package var month: KeyMonth
  /// What opens with it.
  package var box: [UInt8]

  /// Makes it from its parts.
  package init(month: KeyMonth, box: [UInt8]) {
    self.month = month
    self.box = box
  }
}

/// How a notice stands at a moment.
package enum NoticeStanding: String, Hashable, Sendable, CaseIterable {
  /// Stays that begin now are held against it.
  case valid
  /// Its time is over; what it fitted until then stands.
  case expired
  /// It was taken back, and with it all that it fitted.
  case withdrawn
}
