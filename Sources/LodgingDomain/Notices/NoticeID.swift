/// The id of a notice: a UUID (RFC 9562), made by whoever posts it and written in lower case.
///
/// It is no secret: it names the notice in lists, in alerts and on the topic.
public struct NoticeID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The 128 bits.
  public let bits: EventID

  /// Takes the bits.
  public init(_ bits: EventID) { self.bits = bits }

  /// Reads the 36-character form; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == Self.length, let bits = EventID(text) else { return nil }
    self.bits = bits
  }

  /// Makes an id of version 4 from 122 bits of two random numbers.
  package init(random high: UInt64, _ low: UInt64) {
    bits = EventID(high: high & ~0xF000 | 0x4000, low: low & ~(3 << 62) | 1 << 63)
  }

  /// How many characters an id has.
  package static let length = 36

  /// Thirty-six characters, in lower case.
  public var description: String { bits.description }

  /// Orders by the bits.
  public static func < (left: NoticeID, right: NoticeID) -> Bool { left.bits < right.bits }
}
