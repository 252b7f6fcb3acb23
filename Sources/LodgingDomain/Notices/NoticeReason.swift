/// Why the police look for a document; the raw value is stored and never given a new meaning.
public enum NoticeReason: UInt8, CaseIterable, Sendable {
  /// Its holder is wanted.
  case wanted = 1
  /// Its holder is missing.
  case missing = 2
  /// Its holder needs protection.
  case protection = 3
  /// For another reason, which the unit knows that posted the notice.
  case other = 4

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .wanted: "wanted"
    case .missing: "missing"
    case .protection: "protection"
    case .other: "other"
    }
  }

  /// Reads a name; nil for an unknown one.
  public init?(name: some StringProtocol) {
    guard let reason = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = reason
  }

  /// What an alert says of a notice that was posted for this reason.
  public var words: Words {
    switch self {
    case .wanted: Words("A notice for a wanted person names the document.", "Giấy tờ nằm trong thông báo về người bị truy nã.")
    case .missing: Words("A notice for a missing person names the document.", "Giấy tờ nằm trong thông báo về người mất tích.")
    case .protection:
      Words("A notice for a person under protection names the document.", "Giấy tờ nằm trong thông báo về người cần được bảo vệ.")
    case .other: Words("A notice names the document.", "Giấy tờ nằm trong một thông báo.")
    }
  }
}
