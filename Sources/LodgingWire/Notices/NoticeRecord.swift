import Foundation
package import LodgingDomain
import SwiftProtobuf

/// Records of the topic `notices`, between bytes and values.
package enum NoticeRecord {
  /// The largest value that is read, in bytes.
  package static let valueBytesMax = 4096

  /// The key of a record about a notice.
  package static func key(of id: NoticeID) -> [UInt8] { Array(id.description.utf8) }

  /// The value of a record that says how a notice stands, with the hash by which the register knows it as its own.
  package static func value(of notice: Notice, by hasher: NoticeHasher) -> [UInt8] {
    var message = ProtoNotice()
    message.id = notice.id.description
    message.unit = notice.unit.description
    message.reason = notice.reason.name
    message.priority = notice.priority.name
    message.postedMs = notice.posted.milliseconds
    message.validUntilMs = notice.validUntil.milliseconds
    message.month = notice.document.month.index
    message.document = .init(notice.document.box)
    if let withdrawn = notice.withdrawn { message.withdrawnMs = withdrawn.milliseconds }
    // Numbers, texts and bytes can always be written.
    return hasher.sign((try? message.serializedBytes()) ?? [])
  }

  /// Reads a record; nil where it is none of this topic, or none that the register wrote, which a reader passes over with an alarm.
  ///
  /// Nothing of a record is read before its hash is right. Fields of a later version are passed over, and a reason of a later version is
  /// another one.
  ///
  /// - Parameters:
  ///   - key: The record's key.
  ///   - value: The record's value; nil where it has none.
  ///   - hasher: Knows the register's own records.
  /// - Returns: The notice.
  package static func read(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, by hasher: NoticeHasher) -> Notice? {
    guard let key, let value, key.count == NoticeID.length, value.count <= valueBytesMax else { return nil }
    let (name, bytes) = (String(decoding: key, as: UTF8.self), Array(value))
    guard hasher.isSigned(bytes), let id = NoticeID(name), id.description == name,
      let message = try? ProtoNotice(serializedBytes: bytes), message.id == name
    else { return nil }
    return Notice(message, id)
  }
}

extension Notice {
  fileprivate init?(_ message: ProtoNotice, _ id: NoticeID) {
    let (posted, validUntil) = (Instant(milliseconds: message.postedMs), Instant(milliseconds: message.validUntilMs))
    guard let unit = try? UnitCode(message.unit), !message.reason.isEmpty,
      let priority = AlertSeverity.allCases.first(where: { $0.name == message.priority }), message.document.count == NoticeSeal.boxBytes,
      Notice.isFit(unit: unit, priority: priority, posted: posted, validUntil: validUntil)
    else { return nil }
    self.init(
      id: id, unit: unit, reason: NoticeReason(name: message.reason) ?? .other, priority: priority, posted: posted, validUntil: validUntil,
      document: SealedDocument(month: KeyMonth(index: message.month), box: Array(message.document)),
      withdrawn: message.hasWithdrawnMs ? Instant(milliseconds: message.withdrawnMs) : nil)
  }
}
