import LodgingDomain

/// The place of an alert in the order of lists: by severity, score and time downwards, then by id.
///
/// It is still a place when its alert has gone.
public struct AlertCursor: Hashable, Comparable, Sendable {
  private var severity: UInt8
  private var score: Int
  private var at: Int64
  private var id: String

  /// The place of an alert.
  public init(_ record: AlertRecord) {
    severity = record.alert.severity.rawValue
    score = record.alert.score
    at = record.alert.at.milliseconds
    id = record.id
  }

  /// Reads the text form; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, let severity = UInt8(parts[0]), let score = Int(parts[1]), let at = Int64(parts[2]), !parts[3].isEmpty else {
      return nil
    }
    (self.severity, self.score, self.at, id) = (severity, score, at, String(parts[3]))
  }

  /// The text form: severity, score, milliseconds and id, with points between them.
  public var text: String { "\(severity).\(score).\(at).\(id)" }

  /// Whether one comes before the other in lists.
  public static func < (left: AlertCursor, right: AlertCursor) -> Bool {
    (right.severity, right.score, right.at, left.id) < (left.severity, left.score, left.at, right.id)
  }
}
