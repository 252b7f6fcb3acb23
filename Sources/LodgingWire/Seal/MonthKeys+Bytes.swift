import Crypto
import Foundation
public import LodgingDomain

/// The keys of a month to and from bytes, for key rings.
extension MonthKeys {
  /// The length of a private and of a public key in bytes.
  public static let privateKeyBytes = 32

  /// Makes new keys; `generator` must be cryptographically secure, and the private key comes from the system's secure random numbers.
  public static func random(month: KeyMonth, using generator: inout some RandomNumberGenerator) -> MonthKeys {
    MonthKeys(
      month: month, privateKey: Curve25519.KeyAgreement.PrivateKey(), fingerprint: SipKey.random(using: &generator),
      digest: SipKey.random(using: &generator))
  }

  /// Puts the keys of a month together from 32, 16 and 16 bytes; nil for any other counts.
  public init?(month: KeyMonth, privateKey: [UInt8], fingerprint: [UInt8], digest: [UInt8]) {
    guard let privateKey = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: Data(privateKey)),
      let fingerprint = SipKey(bytes: fingerprint), let digest = SipKey(bytes: digest)
    else { return nil }
    self.init(month: month, privateKey: privateKey, fingerprint: fingerprint, digest: digest)
  }

  /// The 32 bytes of the private key, for key rings alone.
  public var privateBytes: [UInt8] { Array(privateKey.rawRepresentation) }

  /// The 32 bytes of the public key, which senders seal to.
  public var publicBytes: [UInt8] { recipient.publicBytes }
}

extension IdentitySealer {
  /// Makes a data key and seals it to the register's public key of the month, given as 32 bytes.
  ///
  /// Throws ``SealError/publicKeyRefused`` for bytes that are no key or no point to agree with.
  public init(month: KeyMonth, publicKey bytes: [UInt8]) throws(SealError) {
    guard let publicKey = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: Data(bytes)) else { throw .publicKeyRefused }
    try self.init(month: month, publicKey: publicKey)
  }
}
