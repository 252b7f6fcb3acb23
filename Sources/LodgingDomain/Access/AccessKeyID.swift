/// The id of an access key: ten characters of Crockford's base 32 in lower case, drawn at random.
///
/// It is no secret: it names the key in lists, logs and on the topic.
package struct AccessKeyID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// How many characters an id has.
  package static let length = 10
  private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

  /// The id as it is written.
  package let description: String

  /// Reads an id; nil for anything else.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.alphabet.contains) else { return nil }
    description = String(text)
  }

  /// Makes an id from the lowest 50 bits of a random number.
  package init(random bits: UInt64) {
    let characters = (0..<Self.length).map { Self.alphabet[Int(bits >> UInt64(5 * $0) & 31)] }
    description = String(decoding: characters, as: UTF8.self)
  }

  /// Orders by the characters.
  package static func < (left: AccessKeyID, right: AccessKeyID) -> Bool { left.description < right.description }
}
