/// Makes the keyed hashes by which records of the topic `notices` are known to be the register's own: HMAC-SHA-256 under a key that follows
/// from the key ring.
///
/// So whoever can write the topic and has no key ring can post no notice, change none and withdraw none.
package struct NoticeHasher: Sendable {
  private let hasher: RingHasher

  /// Makes a hasher of a key that all nodes of the register have and that is never rotated.
  package init(ringKey: SipKey) { hasher = RingHasher(ringKey: ringKey, purpose: "lodging.v1 notices") }

  /// What stands before the hash at a record's end: field 10, 32 bytes.
  private static let head: [UInt8] = [10 << 3 | 2, UInt8(RingHasher.digestBytes)]

  /// A record's content, and behind it the hash of every byte of it.
  func sign(_ content: [UInt8]) -> [UInt8] { content + Self.head + hasher.digest(of: content) }

  /// Whether a record ends with the hash of every byte before it.
  func isSigned(_ record: [UInt8]) -> Bool {
    guard record.count >= Self.head.count + RingHasher.digestBytes else { return false }
    let (rest, digest) = (record.dropLast(RingHasher.digestBytes), record.suffix(RingHasher.digestBytes))
    return rest.suffix(Self.head.count) == Self.head[...] && hasher.isDigest(Array(digest), of: rest.dropLast(Self.head.count))
  }
}

extension NoticeHasher: CustomStringConvertible, CustomReflectable {
  /// A fixed text without the key.
  package var description: String { "NoticeHasher(redacted)" }

  /// A mirror without children, so that a dump shows nothing either.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
