import Foundation
import LodgingDomain

/// The fingerprints of one stay as they lie in its row: for each, four bytes of the month and eight of the value, little-endian.
enum FingerprintBytes {
  static func encode(_ fingerprints: [DocumentFingerprint]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(fingerprints.count * 12)
    for fingerprint in fingerprints {
      withUnsafeBytes(of: fingerprint.month.index.littleEndian) { bytes.append(contentsOf: $0) }
      withUnsafeBytes(of: fingerprint.value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }

  static func decode(_ bytes: UnsafeRawBufferPointer) throws -> [DocumentFingerprint] {
    guard bytes.count % 12 == 0 else { throw StoredValueError("fingerprints have \(bytes.count) bytes") }
    return stride(from: 0, to: bytes.count, by: 12).map { start in
      DocumentFingerprint(
        month: KeyMonth(index: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))),
        value: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 4, as: UInt64.self)))
    }
  }
}

extension StoreStatement {
  func bind(_ fingerprints: [DocumentFingerprint], at place: CInt) {
    FingerprintBytes.encode(fingerprints).withUnsafeBytes { bind(blob: $0, at: place) }
  }

  func fingerprints(_ column: CInt) throws -> [DocumentFingerprint] { try FingerprintBytes.decode(bytes(column)) }
}
