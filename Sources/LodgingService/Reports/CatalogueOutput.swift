import LodgingDomain

/// One code as `lodging catalogue` shows it.
package struct CatalogueOutput: Encodable, Sendable {
  package var code: String
  /// Where the code applies: one of the names of `CatalogueEntry.Place`.
  package var place: String
  package var placeEnglish: String
  package var placeVietnamese: String
  /// The gravest severity that it can have.
  package var severity: String
  /// All of them, the mildest first.
  package var severities: [String]
  package var english: String
  package var vietnamese: String
  package var hintEnglish: String
  package var hintVietnamese: String
  package var retryable: Bool
  /// The HTTP status, of requests alone.
  package var status: Int?
  /// What HTTP calls it.
  package var statusName: String?

  enum CodingKeys: String, CodingKey {
    case code, severity, severities, retryable
    case place = "applies"
    case placeEnglish = "applies_en"
    case placeVietnamese = "applies_vi"
    case english = "en"
    case vietnamese = "vi"
    case hintEnglish = "hint_en"
    case hintVietnamese = "hint_vi"
    case status = "http_status"
    case statusName = "http_meaning"
  }

  /// Everything that the register can tell by a code.
  package static var all: [CatalogueOutput] { CatalogueEntry.all.map { CatalogueOutput($0) } }

  private init(_ entry: CatalogueEntry) {
    code = entry.code
    place = entry.place.rawValue
    (placeEnglish, placeVietnamese) = (entry.place.words.english, entry.place.words.vietnamese)
    severities = entry.severities
    severity = entry.severities.last ?? ""
    (english, vietnamese) = (entry.words.english, entry.words.vietnamese)
    (hintEnglish, hintVietnamese) = (entry.hint.english, entry.hint.vietnamese)
    retryable = entry.isRetryable
    (status, statusName) = (entry.status, entry.statusName)
  }
}
