public import Crypto
public import LodgingDomain

/// The secret keys of one month: what opens its identities, and what its fingerprints and digests are made with.
///
/// They are destroyed together, and then nothing that was sealed, fingerprinted or digested under them can be read or compared again.
public struct MonthKeys: Sendable {
  /// The month.
  public let month: KeyMonth
  private let secret: Secret
  /// Makes document fingerprints.
  public let fingerprint: SipKey
  /// Makes content digests.
  public let digest: SipKey

  /// Puts the keys of a month together.
  public init(month: KeyMonth, privateKey: Curve25519.KeyAgreement.PrivateKey, fingerprint: SipKey, digest: SipKey) {
    self.month = month
    secret = Secret(key: privateKey)
    self.fingerprint = fingerprint
    self.digest = digest
  }

  /// Opens envelopes (RFC 9180, DHKEM(X25519, HKDF-SHA256)).
  public var privateKey: Curve25519.KeyAgreement.PrivateKey { secret.key }

  /// An object: the library's key is dear to copy, and the keys of a month pass through many hands.
  private final class Secret: Sendable {
    let key: Curve25519.KeyAgreement.PrivateKey

    init(key: Curve25519.KeyAgreement.PrivateKey) { self.key = key }
  }
}
