public import LodgingDomain

/// The digest of a record's bytes, by which a record that nobody can read is known again.
public enum RecordDigest: Sendable {
  /// The keyed hash over key and value.
  ///
  /// Each is preceded by its length in four bytes, little-endian, FFFFFFFF where the record has none, so that no two records look alike.
  ///
  /// - Parameters:
  ///   - recordKey: The record's key, or nil.
  ///   - value: The record's value, or nil.
  ///   - key: The chain key.
  ///   - scratch: A buffer of the caller's that is overwritten; reused between calls it saves the allocation.
  /// - Returns: The digest.
  public static func make(
    recordKey: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, key: SipKey, scratch: inout [UInt8]
  ) -> Digest128 {
    scratch.removeAll(keepingCapacity: true)
    for part in [recordKey, value] {
      let length = part.map { UInt32(truncatingIfNeeded: $0.count) } ?? .max
      withUnsafeBytes(of: length.littleEndian) { scratch.append(contentsOf: $0) }
      if let part { scratch.append(contentsOf: part) }
    }
    return scratch.withUnsafeBytes { KeyedHash.digest(key: key, bytes: $0) }
  }
}
