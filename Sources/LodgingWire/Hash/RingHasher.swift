import Crypto
import Foundation

/// Makes keyed hashes for one purpose: HMAC-SHA-256 (RFC 2104) under a key that follows from one of the register's key ring by HKDF
/// (RFC 5869), so that hashes for one purpose are none for another.
///
/// Whoever has no key ring can make none.
struct RingHasher: Sendable {
  private let key: SymmetricKey

  /// The length of a hash in bytes.
  static let digestBytes = SHA256.byteCount

  /// Makes a hasher of a key that all nodes of the register have and that is never rotated.
  init(ringKey: SipKey, purpose: String) {
    let secret = ringKey.withBytes { SymmetricKey(data: $0) }
    key = HKDF<SHA256>.deriveKey(inputKeyMaterial: secret, info: Data(purpose.utf8), outputByteCount: SHA256.byteCount)
  }

  /// The hash of a message.
  func digest(of message: some DataProtocol) -> [UInt8] { Array(HMAC<SHA256>.authenticationCode(for: message, using: key)) }

  /// Whether this is the hash of a message; it takes as long whether the bytes differ early, late or not at all.
  func isDigest(_ digest: some ContiguousBytes, of message: some DataProtocol) -> Bool {
    HMAC<SHA256>.isValidAuthenticationCode(digest, authenticating: message, using: key)
  }
}

extension RingHasher: CustomStringConvertible, CustomReflectable {
  /// A fixed text without the key.
  var description: String { "RingHasher(redacted)" }

  /// A mirror without children, so that a dump shows nothing either.
  var customMirror: Mirror { Mirror(self, children: []) }
}
