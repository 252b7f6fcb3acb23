/// The sex that a document states.
///
/// The raw values are part of the wire format and never change. A machine-readable zone may leave it open; that is nil, not a case.
public enum Sex: UInt8, Hashable, Sendable, CaseIterable {
  /// Male: `M`, `Nam`.
  case male = 1
  /// Female: `F`, `Nữ`.
  case female = 2

  /// Reads `M`, `F`, `Nam` or `Nữ`; upper and lower case, marks and surrounding spaces do not matter.
  ///
  /// Returns nil for anything else.
  public init?(_ text: some StringProtocol) {
    var folded: [UInt8] = []
    GuestName.appendFolded(text, to: &folded)
    switch String(decoding: folded, as: UTF8.self) {
    case "M", "NAM": self = .male
    case "F", "NU": self = .female
    default: return nil
    }
  }

  /// The letter of files and interfaces: `M` or `F`.
  public var letter: String { self == .male ? "M" : "F" }
}
