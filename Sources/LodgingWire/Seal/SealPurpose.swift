package import Foundation

/// What something is sealed for: nothing that was sealed for one purpose opens as anything of another.
package struct SealPurpose: Sendable {
  /// The `info` of HPKE.
  package let info: Data
  /// The `key_schedule_context` of RFC 9180, section 5.1, in base mode.
  let context: [UInt8]

  /// The data key in an event's envelope.
  package static let dataKey = SealPurpose(info: Data("lodging.v1 data key".utf8))
  /// The document of a notice.
  package static let noticeDocument = SealPurpose(info: Data("lodging.v1 notice document".utf8))

  /// Makes a purpose of at most 128 bytes.
  package init(info: Data) {
    self.info = info
    let none = UnsafeRawBufferPointer(start: nil, count: 0)
    var context = [UInt8](repeating: 0, count: 1 + 2 * LabeledHKDF.outputBytesMax)
    context.withUnsafeMutableBytes { context in
      let (keyID, purpose) = (context[1..<33], context[33...])
      SealSuite.hpke.extract(
        salt: none, label: "psk_id_hash", secret: none, into: UnsafeMutableRawBufferPointer(rebasing: keyID))
      info.withUnsafeBytes {
        SealSuite.hpke.extract(salt: none, label: "info_hash", secret: $0, into: UnsafeMutableRawBufferPointer(rebasing: purpose))
      }
    }
    self.context = context
  }
}
