import Crypto
import Foundation
package import LodgingDomain

/// Seals the documents of notices to the register's public key of a month, and opens them.
///
/// HPKE (RFC 9180, base mode) as for the data keys of events, under another `info` and with the notice's id as associated data, so that
/// nothing that was sealed for an event or for another notice opens as this one's document.
package enum NoticeSeal {
  /// The length of a box: the encapsulated key, the document and the tag.
  package static let boxBytes = 32 + NoticeDocument.byteCount + 16

  /// Seals the document of a notice.
  ///
  /// - Parameters:
  ///   - document: The document.
  ///   - id: The notice's id.
  ///   - month: The month.
  ///   - bytes: The 32 bytes of its public key.
  /// - Returns: The sealed document.
  /// - Throws: ``SealError/publicKeyRefused`` for bytes that are no key or no point to agree with.
  package static func seal(
    _ document: NoticeDocument, for id: NoticeID, month: KeyMonth, publicKey bytes: [UInt8]
  ) throws(SealError) -> SealedDocument {
    guard let publicKey = try? Curve25519.KeyAgreement.PublicKey(rawRepresentation: Data(bytes)), SealSuite.agreesOnSecret(with: publicKey)
    else { throw .publicKeyRefused }
    do {
      var sender = try HPKE.Sender(recipientKey: publicKey, ciphersuite: SealSuite.suite, info: SealPurpose.noticeDocument.info)
      let sealed = try sender.seal(Data(document.bytes), authenticating: associatedData(id))
      return SealedDocument(month: month, box: Array(sender.encapsulatedKey) + Array(sealed))
    } catch {
      throw .publicKeyRefused
    }
  }

  /// Opens the document of a notice; nil where it does not open under this key and for this notice, or holds no document.
  package static func open(_ document: SealedDocument, of id: NoticeID, with keys: MonthKeys) -> NoticeDocument? {
    guard document.month == keys.month, document.box.count == boxBytes else { return nil }
    return withUnsafeTemporaryAllocation(byteCount: NoticeDocument.byteCount, alignment: 1) { plain in
      defer { BoxCipher.wipe(plain) }
      let opened = document.box.withUnsafeBytes {
        keys.recipient.open($0, for: .noticeDocument, authenticating: associatedData(id), into: plain)
      }
      return opened ? NoticeDocument(plain) : nil
    }
  }

  private static func associatedData(_ id: NoticeID) -> [UInt8] {
    withUnsafeBytes(of: (id.bits.high.bigEndian, id.bits.low.bigEndian)) { Array($0) }
  }
}
