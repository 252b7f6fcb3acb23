import LodgingDomain
package import LodgingPipeline

/// One change of the directory between two builds, as a record of the topic `residents`.
///
/// The record's key is the fingerprint of the personal number, 8 bytes; its value the entry in fixed form, little-endian: a format byte,
/// the 48 bytes of the person's row, and where the entry has a document the 36 bytes of the person bound to it. A record without a value
/// deletes.
package enum ResidentChange: Hashable, Sendable {
  /// The resident is known from now on, or known differently.
  case put(DirectoryEntry)
  /// There is no such resident any more.
  case delete(key: UInt64)

  /// The fingerprint of the personal number.
  package var key: UInt64 {
    switch self {
    case .put(let entry): entry.key
    case .delete(let key): key
    }
  }

  private static let format: UInt8 = 1

  /// The record that tells the change.
  package var record: NewRecord {
    let keyBytes = withUnsafeBytes(of: key.littleEndian, Array.init)
    guard case .put(let entry) = self else { return NewRecord(key: keyBytes, value: nil) }
    let byteCount = 1 + DirectoryRow.detailBytes + (entry.document == nil ? 0 : PersonFingerprints.storedBytes)
    var value = [UInt8](repeating: 0, count: byteCount)
    value.withUnsafeMutableBytes { buffer in
      guard let start = buffer.baseAddress else { return }
      buffer[0] = Self.format
      entry.personRow.store(detailsTo: start + 1)
      entry.document?.person.store(to: start + 1 + DirectoryRow.detailBytes)
    }
    return NewRecord(key: keyBytes, value: value)
  }

  /// Reads a record; nil where it is none of this topic, which a reader passes over with an alarm.
  ///
  /// - Parameters:
  ///   - key: The record's key.
  ///   - value: The record's value, or nil.
  package init?(key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?) {
    guard let key, key.count == 8 else { return nil }
    let fingerprint = UInt64(littleEndian: key.loadUnaligned(as: UInt64.self))
    guard fingerprint != 0 else { return nil }
    guard let value, let start = value.baseAddress else {
      self = .delete(key: fingerprint)
      return
    }
    guard value.count > DirectoryRow.detailBytes, value[0] == Self.format else { return nil }
    let row = DirectoryRow(key: fingerprint, details: start + 1)
    guard let status = ResidentStatus(rawValue: row.status) else { return nil }
    var entry = DirectoryEntry(key: fingerprint, person: row.person, status: status)
    let rest = 1 + DirectoryRow.detailBytes
    if row.link != 0 {
      guard value.count == rest + PersonFingerprints.storedBytes else { return nil }
      entry.document = DirectoryEntry.Document(key: row.link, person: PersonFingerprints(at: start + rest))
    } else if value.count != rest {
      return nil
    }
    self = .put(entry)
  }
}
