package import LodgingDomain
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
  package var at: String
  package var reasons: [String]

  enum CodingKeys: String, CodingKey {
    case id, kind, severity, score, unit, establishment, stay, at, reasons
    case otherEstablishment = "other_establishment"
    case otherStay = "other_stay"
  }

  /// The alerts of a unit, the gravest first as the register orders them.
  package static func all(_ register: Register, unit: UnitCode) throws -> [AlertOutput] {
    let catalogue = register.catalogue
    return try register.store.read { try $0.alerts(in: unit, catalogue: catalogue) }.map { record in
      let alert = record.alert
      return AlertOutput(
        id: record.id, kind: alert.kind.name, severity: alert.severity.name, score: alert.score, unit: record.commune?.description,
        establishment: alert.establishment.description, stay: alert.stay?.description,
        otherEstablishment: alert.other?.establishment.description, otherStay: alert.other?.stay.description, at: alert.at.rfc3339(),
        reasons: alert.reasons)
    }
  }
}
