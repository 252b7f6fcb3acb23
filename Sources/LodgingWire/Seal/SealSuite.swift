import Crypto
import Foundation
import LodgingDomain

/// What sender and register agree on: the algorithms, and what a box is bound to.
enum SealSuite {
  /// RFC 9180: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
  static let suite = HPKE.Ciphersuite(kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256)
  /// The `info` of the envelope.
  static let info = Data("lodging.v1 data key".utf8)
  /// Bytes of a data key.
  static let dataKeyBytes = 32
  /// Bytes of the encapsulated key at the start of an envelope.
  static let encapsulatedBytes = 32

  /// The associated data of a box: the establishment, a zero byte, the event id.
  static func associatedData(_ establishment: EstablishmentID, _ event: EventID) -> Data {
    var data = establishment.withUTF8 { Data($0) }
    data.append(0)
    withUnsafeBytes(of: (event.high.bigEndian, event.low.bigEndian)) { data.append(contentsOf: $0) }
    return data
  }
}
