package import LodgingDomain
import LodgingPipeline
import LodgingStore

/// One alert as `lodging alerts` shows it; it holds ids, places and reasons, and no identity.
package struct AlertOutput: Encodable, Sendable {
  package var id: String
  package var kind: String
  package var severity: String
  package var score: Int
  package var unit: String?
  package var establishment: String
  package var stay: String?
  package var otherEstablishment: String?
  package var otherStay: String?
  /// The notice that the stay fits.
  package var notice: String?
  package var at: String
  /// The codes of the reasons: of `identity.mismatch` the flags, else the kind of the alert itself.
  package var reasons: [String]
  /// The reasons in English, in the same order.
  package var reasonsEnglish: [String]
  /// The same in Vietnamese.
  package var reasonsVietnamese: [String]
  /// Whose identity behind it can no longer be read, in English.
  package var note: String?
  /// The same in Vietnamese.
  package var noteVietnamese: String?

  enum CodingKeys: String, CodingKey {
    case id, kind, severity, score, unit, establishment, stay, notice, at, reasons, note
    case reasonsEnglish = "reasons_en"
    case reasonsVietnamese = "reasons_vi"
    case noteVietnamese = "note_vi"
    case otherEstablishment = "other_establishment"
    case otherStay = "other_stay"
  }

  /// The alerts of a unit, the gravest first as the register orders them.
  package static func all(_ register: Register, unit: UnitCode) throws -> [AlertOutput] {
    let catalogue = register.catalogue
    return try register.store.read { view in
      try view.alerts(in: unit, catalogue: catalogue).map { try AlertOutput($0, register, view) }
    }
  }

  init(_ record: AlertRecord, _ register: Register, _ view: RegisterView) throws {
    let alert = record.alert
    id = record.id
    kind = alert.kind.name
    severity = alert.severity.name
    score = alert.score
    unit = record.commune?.description
    establishment = alert.establishment.description
    stay = alert.stay?.description
    otherEstablishment = alert.other?.establishment.description
    otherStay = alert.other?.stay.description
    notice = alert.notice?.description
    at = alert.at.rfc3339()
    reasons = alert.reasons.map(\.code)
    reasonsEnglish = alert.reasons.map(\.words.english)
    reasonsVietnamese = alert.reasons.map(\.words.vietnamese)
    let note = try Self.note(on: alert, register, view)
    (self.note, noteVietnamese) = (note?.english, note?.vietnamese)
  }

  /// What is to be said where the identity of one of the alert's stays is gone.
  private static func note(on alert: Alert, _ register: Register, _ view: RegisterView) throws -> DestroyedNote? {
    guard !register.destroyedMonths.isEmpty else { return nil }
    let own = alert.stay.map { StayReference(establishment: alert.establishment, stay: $0) }
    for reference in [own, alert.other].compactMap({ $0 }) {
      if let month = try view.stay(reference)?.month, register.isDestroyed(month) { return .identity(month) }
    }
    return nil
  }
}

extension Register {
  /// Whether there is such a unit: in the catalogue, or an establishment that is registered.
  package func knows(_ unit: UnitCode) throws -> Bool {
    switch unit {
    case .nation: true
    case .province(let code): catalogue.province(code) != nil
    case .commune(let code): catalogue.commune(code) != nil
    case .establishment(let id): try store.read { try $0.establishment(id) } != nil
    }
  }
}

/// A page of the alerts of a unit, as `/v1/alerts` shows it.
struct AlertListOutput: Encodable {
  var unit: String
  var version: String
  var asOf: String?
  /// Up to which offset of the topic notices are held against stays.
  var notices: Int64?
  var alerts: [AlertOutput]
  /// What to ask for the page after this one; nil on the last.
  var next: String?

  enum CodingKeys: String, CodingKey {
    case unit, version, notices, alerts, next
    case asOf = "as_of"
  }

  init(_ unit: UnitCode, page: AlertPage, after cursor: AlertCursor?, _ register: Register, _ view: RegisterView) throws {
    let version = try view.version()
    self.unit = unit.description
    self.version = version.text
    asOf = version.asOf?.rfc3339()
    notices = version.notices?.next
    // One more, to know whether another page follows.
    let records = try view.alerts(in: unit, catalogue: register.catalogue, after: cursor, limit: page.limit + 1)
    alerts = try records.prefix(page.limit).map { try AlertOutput($0, register, view) }
    next = records.count > page.limit ? AlertCursor(records[page.limit - 1]).text : nil
  }
}
