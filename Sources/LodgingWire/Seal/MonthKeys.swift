public import Crypto
public import LodgingDomain

/// The secret keys of one month: what opens its identities, and what its fingerprints and digests are made with.
///
/// They are destroyed together, and then nothing that was sealed, fingerprinted or digested under them can be read or compared again.
public struct MonthKeys: Sendable {
  /// The month.
  public let month: KeyMonth
  /// What opens its envelopes (RFC 9180, DHKEM(X25519, HKDF-SHA256)).
  package let recipient: SealRecipient
  /// Makes document fingerprints.
  public let fingerprint: SipKey
  /// Makes content digests.
  public let digest: SipKey

  /// Puts the keys of a month together.
  public init(month: KeyMonth, privateKey: Curve25519.KeyAgreement.PrivateKey, fingerprint: SipKey, digest: SipKey) {
    self.month = month
    recipient = SealRecipient(privateKey)
    self.fingerprint = fingerprint
    self.digest = digest
  }

  /// The private key of ``recipient``.
  public var privateKey: Curve25519.KeyAgreement.PrivateKey { recipient.key }
}
