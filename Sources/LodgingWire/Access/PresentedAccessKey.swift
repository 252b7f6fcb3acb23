package import LodgingDomain

/// An access key as its holder has it and sends it: `lodging.`, the id, a point, and 32 secret bytes in base64 for URLs.
///
/// It is a bearer token (RFC 6750, section 2.1). Only ``text`` shows the secret; descriptions and dumps do not.
package struct PresentedAccessKey: Sendable {
  /// The key's id.
  package let id: AccessKeyID
  let secret: [UInt8]

  /// The length of the secret in bytes.
  package static let secretBytes = 32
  private static let prefix = "lodging"

  /// Draws a key; a real one takes a generator that is cryptographically secure, as `SystemRandomNumberGenerator` is.
  package init(using generator: inout some RandomNumberGenerator) {
    id = AccessKeyID(random: generator.next())
    secret = (0..<Self.secretBytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// Reads what somebody sent; nil where it has not the form of a key.
  package init?(_ text: String) {
    let parts = text.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == Self.prefix, let id = AccessKeyID(parts[1]), let bytes = Base64URL.decode(parts[2]),
      bytes.count == Self.secretBytes
    else { return nil }
    self.id = id
    secret = Array(bytes)
  }

  /// The key as its holder sends it, to be shown once.
  package var text: String { "\(Self.prefix).\(id).\(Base64URL.encode(secret))" }
}

extension PresentedAccessKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// The id alone.
  package var description: String { "AccessKey(\(id), redacted)" }

  /// The id alone.
  package var debugDescription: String { description }

  /// A mirror without children, so that a dump shows nothing either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
