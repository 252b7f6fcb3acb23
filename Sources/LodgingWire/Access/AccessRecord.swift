import Foundation
package import LodgingDomain
import SwiftProtobuf

/// Records of the topic `access`, between bytes and values.
package enum AccessRecord {
  /// The largest value that is read, in bytes.
  package static let valueBytesMax = 4096

  /// The key of a record about an access key.
  package static func key(of id: AccessKeyID) -> [UInt8] { Array(id.description.utf8) }

  /// The value of a record that says how an access key stands.
  package static func value(of key: AccessKey) -> [UInt8] {
    var message = ProtoAccessKey()
    message.id = key.id.description
    message.holder = key.holder.description
    message.scopes = key.scopes
    message.grantedMs = key.granted.milliseconds
    if let expires = key.expires { message.expiresMs = expires.milliseconds }
    if let revoked = key.revoked { message.revokedMs = revoked.milliseconds }
    if let former = key.replaces {
      message.replaces.id = former.id.description
      message.replaces.endsMs = former.ends.milliseconds
    }
    message.digest = .init(key.digest)
    // Numbers, texts and bytes can always be written.
    return (try? message.serializedBytes()) ?? []
  }

  /// Reads a record; nil where it is none of this topic, which a reader passes over with an alarm.
  ///
  /// Fields of a later version are passed over.
  ///
  /// - Parameters:
  ///   - key: The record's key.
  ///   - value: The record's value; nil where it has none.
  /// - Returns: What it says.
  package static func read(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?) -> AccessChange? {
    guard let key, key.count == AccessKeyID.length, let id = AccessKeyID(String(decoding: key, as: UTF8.self)) else { return nil }
    guard let value else { return .forget(id) }
    guard value.count <= valueBytesMax, let message = try? ProtoAccessKey(serializedBytes: Array(value)), message.id == id.description,
      let read = AccessKey(message, id)
    else { return nil }
    return .put(read)
  }
}

extension AccessKey {
  fileprivate init?(_ message: ProtoAccessKey, _ id: AccessKeyID) {
    guard let holder = AccessHolder(message.holder), message.digest.count == Self.digestBytes, message.scopes.count <= AccessScope.countMax,
      message.scopes.allSatisfy(AccessScope.isName)
    else { return nil }
    var replaces: Replacement?
    if message.hasReplaces {
      guard let former = AccessKeyID(message.replaces.id), former != id else { return nil }
      replaces = Replacement(id: former, ends: Instant(milliseconds: message.replaces.endsMs))
    }
    self.init(
      id: id, holder: holder, scopes: message.scopes, granted: Instant(milliseconds: message.grantedMs),
      expires: message.hasExpiresMs ? Instant(milliseconds: message.expiresMs) : nil,
      revoked: message.hasRevokedMs ? Instant(milliseconds: message.revokedMs) : nil, replaces: replaces, digest: Array(message.digest))
  }
}
