/// Something that the holder of an access key may do.
///
/// A key may have scopes of a later version, which are kept and allow nothing here. So a restriction of a later version is a scope of its
/// own, and never a field beside an earlier scope.
public enum AccessScope: String, CaseIterable, Sendable {
  /// Read everything that the interface answers.
  case read
  /// Read how full units are.
  case readOccupancy = "read.occupancy"
  /// Read alerts.
  case readAlerts = "read.alerts"
  /// Read receipts.
  case readReceipts = "read.receipts"

  /// The scope's text in every interface.
  public var name: String { rawValue }

  /// Whether who has this scope may do what needs another one.
  public func covers(_ needed: AccessScope) -> Bool { self == needed || self == .read }

  /// The longest text of a scope, also of a later version, in bytes.
  package static let nameLengthMax = 64
  /// The most scopes of one key.
  package static let countMax = 16

  /// Whether a text can name a scope, if of a later version: letters a-z, digits, `.`, `:`, `_` and `-`.
  package static func isName(_ text: String) -> Bool {
    (1...nameLengthMax).contains(text.utf8.count)
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: ".:_-".utf8.contains(byte)
        }
      }
  }
}
