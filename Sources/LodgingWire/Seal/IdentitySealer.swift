public import Crypto
import Foundation
public import LodgingDomain

/// Seals identities at the sender: one data key, whose envelope every event carries.
///
/// A sender makes a new sealer every day. The same sealer may seal for several threads. The plaintext is padded to a multiple of
/// ``WireIdentity/paddedBytes``; nonces are random, which is safe for some four thousand million identities under one data key
/// (NIST SP 800-38D, section 8.3).
public struct IdentitySealer: Sendable {
  /// The month whose public key the data key is sealed to.
  public let month: KeyMonth
  /// The sealed data key, 80 bytes.
  public let envelope: [UInt8]
  private let dataKey: SymmetricKey

  /// Makes a data key and seals it to the register's public key of the month.
  ///
  /// Throws ``SealError/publicKeyRefused`` for a key that is no point to agree with.
  public init(month: KeyMonth, publicKey: Curve25519.KeyAgreement.PublicKey) throws(SealError) {
    guard SealSuite.agreesOnSecret(with: publicKey) else { throw .publicKeyRefused }
    self.month = month
    dataKey = SymmetricKey(size: .bits256)
    do {
      var sender = try HPKE.Sender(recipientKey: publicKey, ciphersuite: SealSuite.suite, info: SealPurpose.dataKey.info)
      let sealed = try sender.seal(dataKey.withUnsafeBytes { Data($0) })
      envelope = Array(sender.encapsulatedKey) + Array(sealed)
    } catch {
      throw .publicKeyRefused
    }
  }

  /// Seals the identity of one event; it opens for exactly this establishment and event.
  ///
  /// Throws ``SealError/identityRefused`` where a text is longer than the schema allows.
  public func seal(_ identity: GuestIdentity, establishment: EstablishmentID, event: EventID) throws(SealError) -> SealedIdentity {
    var plain: [UInt8] = []
    do {
      try WireIdentity.encode(identity, padded: true, into: &plain)
    } catch {
      throw .identityRefused
    }
    var bound: [UInt8] = []
    SealSuite.appendAssociatedData(establishment, event, to: &bound)
    let nonce = Array(AES.GCM.Nonce())
    guard let box = BoxCipher.seal(plain, nonce: nonce, authenticating: bound, key: dataKey) else { throw .identityRefused }
    return SealedIdentity(month: month, envelope: envelope, nonce: nonce, ciphertext: box)
  }
}

/// Why something cannot be sealed.
public enum SealError: Error, Hashable, Sendable {
  /// The public key is no point to agree with: fetch the register's key again.
  case publicKeyRefused
  /// A text of the identity is too long to be sent.
  case identityRefused
}
