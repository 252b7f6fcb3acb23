package import Crypto
package import Foundation
import LodgingDomain

/// What sender and register agree on: the algorithms, and what a box is bound to.
package enum SealSuite {
  /// RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
  static let suite = HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
  /// The `info` of the envelope: no envelope of another purpose opens as one of ours.
  package static let info = Data("lodging.v1 data key".utf8)
  /// Bytes of a data key.
  static let dataKeyBytes = 32
  /// Bytes of the encapsulated key at the start of an envelope.
  static let encapsulatedBytes = 32

  /// Opens an envelope, or anything else that was sealed in the same way; nil where it does not open.
  package static func openEnvelope(
    _ envelope: UnsafeRawBufferPointer, with key: Curve25519.KeyAgreement.PrivateKey, info: Data = info, authenticating data: Data = Data()
  ) -> Data? {
    guard envelope.count > encapsulatedBytes else { return nil }
    let encapsulated = Data(envelope[..<encapsulatedBytes])
    guard let sender = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: encapsulated), agreesOnSecret(with: sender) else {
      return nil
    }
    guard var recipient = try? HPKE.Recipient(privateKey: key, ciphersuite: suite, info: info, encapsulatedKey: encapsulated) else {
      return nil
    }
    return try? recipient.open(Data(envelope[encapsulatedBytes...]), authenticating: data)
  }

  /// Whether an agreement with the key gives a secret: with a point of low order it gives zeros to everybody, which RFC 9180 section 7.1.4 asks
  /// to refuse and swift-crypto does not.
  static func agreesOnSecret(with key: Curve25519.KeyAgreement.PublicKey) -> Bool {
    // Every private key gives zeros with such a point, so that any one will do.
    let secret = try? Curve25519.KeyAgreement.PrivateKey(rawRepresentation: probe).sharedSecretFromKeyAgreement(with: key)
    return secret?.withUnsafeBytes { bytes in bytes.contains { $0 != 0 } } ?? false
  }

  private static let probe = Data(repeating: 0x55, count: MonthKeys.privateKeyBytes)

  /// Appends the associated data of a box: the establishment, a zero byte, the event id.
  static func appendAssociatedData(_ establishment: EstablishmentID, _ event: EventID, to bytes: inout [UInt8]) {
    establishment.withUTF8 { bytes.append(contentsOf: $0) }
    bytes.append(0)
    withUnsafeBytes(of: (event.high.bigEndian, event.low.bigEndian)) { bytes.append(contentsOf: $0) }
  }
}
