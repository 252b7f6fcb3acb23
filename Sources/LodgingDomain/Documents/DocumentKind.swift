/// The kinds of document that a guest may show, with the numbers of the citizens' sheet.
///
/// The raw values are part of files and of the wire format and never change; 0 stays free for "not said".
public enum DocumentKind: UInt8, Hashable, Sendable, CaseIterable {
  /// The citizen's card with a chip, issued until June 2024.
  case chipCard = 1
  /// The old identity card with nine digits, or with twelve in its last years.
  case oldCard = 2
  /// A driving licence, whose number is its own.
  case drivingLicence = 3
  /// A passport.
  case passport = 4
  /// A birth certificate.
  case birthCertificate = 5
  /// A health insurance card.
  case healthInsurance = 6
  /// The notice of a personal identification number.
  case identificationNotice = 7
  /// The identity card issued since July 2024.
  case identityCard = 8
  /// Another document, which is named in words.
  case other = 9
  /// No usable document; the reason is given instead, and the guest is registered all the same.
  case noDocument = 10

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .chipCard: "chip-card"
    case .oldCard: "old-card"
    case .drivingLicence: "driving-licence"
    case .passport: "passport"
    case .birthCertificate: "birth-certificate"
    case .healthInsurance: "health-insurance"
    case .identificationNotice: "identification-notice"
    case .identityCard: "identity-card"
    case .other: "other"
    case .noDocument: "none"
    }
  }

  /// Reads a name; nil for an unknown one.
  public init?(name: some StringProtocol) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// Whether the document's number is the holder's personal identification number.
  public var carriesPersonalNumber: Bool {
    switch self {
    case .chipCard, .identityCard, .identificationNotice: true
    case .oldCard, .drivingLicence, .passport, .birthCertificate, .healthInsurance, .other, .noDocument: false
    }
  }
}

/// Why a guest shows no usable document; it is asked for with ``DocumentKind/noDocument`` and never a ground for refusal.
///
/// The raw values are part of the wire format and never change.
public enum NoDocumentReason: UInt8, Hashable, Sendable, CaseIterable {
  /// It was lost or stolen.
  case lost = 1
  /// None was ever issued.
  case neverIssued = 2
  /// The guest is a child without papers of its own.
  case child = 3
  /// It is there but cannot be read.
  case unreadable = 4

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .lost: "lost"
    case .neverIssued: "never-issued"
    case .child: "child"
    case .unreadable: "unreadable"
    }
  }

  /// Reads a name; nil for an unknown one.
  public init?(name: some StringProtocol) {
    guard let reason = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = reason
  }
}
