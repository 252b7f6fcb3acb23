import Crypto
import Foundation
import LodgingDomain

/// What sender and register agree on: the algorithms, and what a box is bound to.
enum SealSuite {
  /// RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
  static let suite = HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
  /// The key derivation of its KEM (RFC 9180, section 4.1).
  static let kem = LabeledHKDF(suite: Array("KEM".utf8) + [0x00, 0x20])
  /// The key derivation of the whole (RFC 9180, section 5.1).
  static let hpke = LabeledHKDF(suite: Array("HPKE".utf8) + [0x00, 0x20, 0x00, 0x01, 0x00, 0x02])
  /// Bytes of a data key.
  static let dataKeyBytes = 32
  /// Bytes of a secret that is agreed on, and of each that follows from it.
  static let secretBytes = 32
  /// Bytes of the encapsulated key at the start of an envelope.
  static let encapsulatedBytes = 32
  /// Bytes by which what is sealed to a public key is longer than itself.
  static let overheadBytes = encapsulatedBytes + SealedIdentity.tagBytes

  /// Whether an agreement with the key gives a secret: with a point of low order it gives zeros to everybody, which RFC 9180 section 7.1.4 asks
  /// to refuse and swift-crypto does not.
  static func agreesOnSecret(with key: Curve25519.KeyAgreement.PublicKey) -> Bool {
    let secret = try? probe?.sharedSecretFromKeyAgreement(with: key)
    return secret?.withUnsafeBytes { bytes in bytes.contains { $0 != 0 } } ?? false
  }

  /// Every private key gives zeros with such a point, so that any one will do.
  private static let probe = try? Curve25519.KeyAgreement.PrivateKey(
    rawRepresentation: Data(repeating: 0x55, count: MonthKeys.privateKeyBytes))

  /// Appends the associated data of a box: the establishment, a zero byte, the event id.
  static func appendAssociatedData(_ establishment: EstablishmentID, _ event: EventID, to bytes: inout [UInt8]) {
    establishment.withUTF8 { bytes.append(contentsOf: $0) }
    bytes.append(0)
    withUnsafeBytes(of: (event.high.bigEndian, event.low.bigEndian)) { bytes.append(contentsOf: $0) }
  }
}
