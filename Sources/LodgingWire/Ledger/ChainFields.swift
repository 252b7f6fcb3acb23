public import LodgingDomain

/// The first 36 bytes of every entry: `0A 10`, 16 bytes of the previous chain value, `12 10`, 16 bytes of the entry's own.
///
/// No other encoding of the two is taken, so that every reader can match `previous` before it looks at anything else.
public struct ChainFields: Hashable, Sendable {
  /// The chain value of the history on which the entry was made.
  public var previous: Digest128
  /// The entry's own chain value.
  public var chain: Digest128

  /// The length in bytes.
  public static let byteCount = 36
  /// Where the entry's own chain value begins.
  static let chainOffset = 20

  /// Reads the fields of an entry.
  ///
  /// - Parameter entry: The entry's bytes.
  /// - Throws: `WireError.malformed(.chainFields)`; such a record is no entry and never counts.
  public init(of entry: UnsafeRawBufferPointer) throws(WireError) {
    guard entry.count >= Self.byteCount, entry[0] == 0x0A, entry[1] == 16, entry[18] == 0x12, entry[19] == 16,
      let previous = Digest128(bytes: UnsafeRawBufferPointer(rebasing: entry[2..<18])),
      let chain = Digest128(bytes: UnsafeRawBufferPointer(rebasing: entry[Self.chainOffset..<Self.byteCount]))
    else { throw .malformed(.chainFields) }
    self.previous = previous
    self.chain = chain
  }

  /// Whether the entry's chain value is the one that its bytes give, as the audit asks.
  ///
  /// - Parameters:
  ///   - entry: The entry's bytes.
  ///   - key: The chain key.
  ///   - scratch: A buffer of the caller's that is overwritten; reused between calls it saves the allocation.
  /// - Returns: False also where the bytes are no entry.
  public static func chainHolds(_ entry: UnsafeRawBufferPointer, key: SipKey, scratch: inout [UInt8]) -> Bool {
    guard let fields = try? ChainFields(of: entry) else { return false }
    let rest = UnsafeRawBufferPointer(rebasing: entry[byteCount...])
    return KeyedHash.digest(key: key, previous: fields.previous, rest: rest, scratch: &scratch) == fields.chain
  }
}
