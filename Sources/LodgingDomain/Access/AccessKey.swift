/// An access key as all nodes know it: what its holder may do and for how long, and by what the key itself is known again.
package struct AccessKey: Hashable, Sendable {
  /// The key's id.
  package var id: AccessKeyID
  /// Who holds it: the name of a system or of an office, never of a person.
  package var holder: AccessHolder
  /// The names of its scopes; those of a later version among them.
  package var scopes: [String]
  /// When it was granted.
  package var granted: Instant
  /// From when on it is refused; nil where it has no end.
  package var expires: Instant?
  /// When it was revoked; nil where it was not.
  ///
  /// A revoked key is refused for good, whatever any clock says.
  package var revoked: Instant?
  /// The key in whose place it was granted.
  package var replaces: Replacement?
  /// The keyed hash of id, scopes and secret, 32 bytes.
  package var digest: [UInt8]

  /// A key that ends because another one was granted in its place.
  package struct Replacement: Hashable, Sendable {
    /// The key that ends.
    package var id: AccessKeyID
    /// From when on it is refused.
    package var ends: Instant

    /// Makes it from its parts.
    package init(id: AccessKeyID, ends: Instant) {
      self.id = id
      self.ends = ends
    }
  }

  /// The length of ``digest``.
  package static let digestBytes = 32

  /// Makes a key from its parts.
  package init(
    id: AccessKeyID, holder: AccessHolder, scopes: [String], granted: Instant, expires: Instant? = nil, revoked: Instant? = nil,
    replaces: Replacement? = nil, digest: [UInt8]
  ) {
    self.id = id
    self.holder = holder
    self.scopes = scopes
    self.granted = granted
    self.expires = expires
    self.revoked = revoked
    self.replaces = replaces
    self.digest = digest
  }

  /// The scopes that this version knows.
  package var knownScopes: [AccessScope] { scopes.compactMap(AccessScope.init(rawValue:)) }
}

/// Who holds an access key: 1 to 64 characters of `A-Z a-z 0-9 . _ -`, the name of a system or of an office.
///
/// It stands in lists and on the topic for whoever may read it, so it is to name no person.
package struct AccessHolder: Hashable, Sendable, CustomStringConvertible {
  /// The most characters.
  package static let lengthMax = 64

  /// The name as it was written.
  package let description: String

  /// Reads a name; nil for anything else.
  package init?(_ text: some StringProtocol) {
    guard (1...Self.lengthMax).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
    description = String(text)
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: "._-".utf8.contains(byte)
    }
  }
}
