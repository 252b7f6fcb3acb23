/// What the population register says of a resident beside the facts of birth; the last two are of the document on record.
///
/// The raw values are part of the directory's file format and never change.
public enum ResidentStatus: UInt8, Hashable, Sendable, CaseIterable {
  /// Alive, and the document on record is good.
  case alive = 1
  /// Deceased.
  case deceased = 2
  /// The document on record was revoked.
  case revoked = 3
  /// The document on record was reported lost.
  case lost = 4

  /// The name in `residents.csv`.
  public var name: String {
    switch self {
    case .alive: "alive"
    case .deceased: "deceased"
    case .revoked: "revoked"
    case .lost: "lost"
    }
  }

  /// Reads a name; nil for an unknown one.
  public init?(name: some StringProtocol) {
    guard let status = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = status
  }

  /// The flag that the police see, or nil where there is nothing to say.
  public var flag: Code? {
    switch self {
    case .alive: nil
    case .deceased: .directoryDeceased
    case .revoked: .directoryDocumentRevoked
    case .lost: .directoryDocumentLost
    }
  }
}
