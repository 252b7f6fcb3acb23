import LodgingDomain

/// A notice as `lodging notices` shows it, without the document that it names.
package struct NoticeOutput: Encodable, Sendable {
  package var id: String
  package var unit: String
  package var reason: String
  package var priority: String
  /// Whether stays are held against it, or why not: `valid`, `expired`, `withdrawn`, or `unreadable` where its document does not open here.
  package var standing: String
  package var posted: String
  package var validUntil: String
  package var withdrawn: String?
  /// The month whose key opens it: when that is destroyed, it ends.
  package var endsWithKey: String

  enum CodingKeys: String, CodingKey {
    case id, unit, reason, priority, standing, posted, withdrawn
    case validUntil = "valid_until"
    case endsWithKey = "ends_with_key"
  }

  /// Shows a notice at a moment.
  init(_ notice: Notice, at now: Instant, isReadable: Bool) {
    id = notice.id.description
    unit = notice.unit.description
    reason = notice.reason.name
    priority = notice.priority.name
    let standing = notice.standing(at: now)
    self.standing = isReadable || standing == .withdrawn ? standing.rawValue : "unreadable"
    posted = notice.posted.rfc3339()
    validUntil = notice.validUntil.rfc3339()
    withdrawn = notice.withdrawn?.rfc3339()
    endsWithKey = notice.document.month.description
  }
}
