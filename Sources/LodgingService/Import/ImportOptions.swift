package import LodgingDomain
import LodgingFiles

/// What an import is told beside the file.
package struct ImportOptions: Sendable {
  /// The establishment that the guests stay at.
  package var establishment: EstablishmentID
  /// What the file is; nil to find out.
  var format: ImportFormat?
  /// The arrival of rows that have none; nil is now.
  package var arrival: StatedTime?
  /// The planned departure of rows that have none; nil is the day after the arrival.
  package var departure: StatedTime?
  /// The room of rows that have none.
  package var room: String?
  /// The reason of rows that have none.
  package var reason: StayReason?
  /// Whether nothing is appended.
  package var isDryRun = false

  /// Makes options for an establishment and a format by its name, `auto` to find out; nil for a name that is none.
  package init?(establishment: EstablishmentID, format: String) {
    self.establishment = establishment
    guard format != "auto" else { return }
    guard let known = ImportFormat(rawValue: format) else { return nil }
    self.format = known
  }
}

/// What became of one row.
package struct ImportRowResult: Encodable, Sendable {
  package var row: Int
  package var eventID: String
  package var outcome: String
  package var codes: [String]
  package var fields: [Field]
  package var receipt: String?
  /// Why the row was rejected, where no field says it.
  package var reasons: [Reason] = []

  /// A rejection in both languages.
  package struct Reason: Encodable, Sendable, Hashable {
    package var code: String
    package var text: String
    package var textVietnamese: String

    enum CodingKeys: String, CodingKey {
      case code, text
      case textVietnamese = "text_vi"
    }
  }

  /// A field with what is wrong with it, in both languages.
  package struct Field: Encodable, Sendable, Hashable {
    package var field: String
    package var code: String
    package var text: String
    package var textVietnamese: String
    /// What the value probably should be, where the file reader can tell; it is offered and never taken by itself.
    package var repair: String?

    enum CodingKeys: String, CodingKey {
      case field, code, text, repair
      case textVietnamese = "text_vi"
    }
  }

  enum CodingKeys: String, CodingKey {
    case row, outcome, codes, fields, receipt, reasons
    case eventID = "event_id"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(row, forKey: .row)
    try container.encode(eventID, forKey: .eventID)
    try container.encode(outcome, forKey: .outcome)
    try container.encode(codes, forKey: .codes)
    try container.encode(fields, forKey: .fields)
    try container.encode(receipt, forKey: .receipt)
    if !reasons.isEmpty { try container.encode(reasons, forKey: .reasons) }
  }
}
