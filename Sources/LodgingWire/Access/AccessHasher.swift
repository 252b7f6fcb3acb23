package import LodgingDomain

/// Makes the keyed hashes by which access keys are known again: HMAC-SHA-256 under a key that follows from the key ring.
///
/// So whoever can write the topic `access` and has no key ring can make no key, and, since the hash covers them, cannot give a key another
/// id or other scopes.
package struct AccessHasher: Sendable {
  private let hasher: RingHasher

  /// Makes a hasher of a key that all nodes of the register have and that is never rotated.
  package init(ringKey: SipKey) { hasher = RingHasher(ringKey: ringKey, purpose: "lodging.v1 access keys") }

  /// The hash of a key with the names of its scopes, 32 bytes.
  package func digest(of presented: PresentedAccessKey, scopes: [String]) -> [UInt8] {
    hasher.digest(of: Self.message(presented, scopes))
  }

  /// Whether somebody sent this very key; it takes as long whether the bytes differ early, late or not at all.
  ///
  /// - Parameters:
  ///   - presented: What was sent.
  ///   - known: The key of the same id; nil where there is none, which takes about as long.
  /// - Returns: Whether it is the key.
  package func matches(_ presented: PresentedAccessKey, _ known: AccessKey?) -> Bool {
    let digest = known?.digest ?? Array(repeating: 0, count: AccessKey.digestBytes)
    let message = Self.message(presented, known?.scopes ?? [])
    let isSame = hasher.isDigest(digest, of: message)
    return isSame && known?.id == presented.id
  }

  /// Id and scopes, each ended by a line feed, which none of them can hold; an empty line; the secret, whose length is fixed.
  private static func message(_ presented: PresentedAccessKey, _ scopes: [String]) -> [UInt8] {
    var message: [UInt8] = []
    for name in [presented.id.description] + scopes + [""] {
      message += name.utf8
      message.append(UInt8(ascii: "\n"))
    }
    return message + presented.secret
  }
}

extension AccessHasher: CustomStringConvertible, CustomReflectable {
  /// A fixed text without the key.
  package var description: String { "AccessHasher(redacted)" }

  /// A mirror without children, so that a dump shows nothing either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
