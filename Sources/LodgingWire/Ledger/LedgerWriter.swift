public import LodgingDomain

/// Writes entries of `stay-ledger`, as `schemas/lodging/v1/ledger.proto` says.
public enum LedgerWriter: Sendable {
  /// Appends an entry and returns its chain value.
  ///
  /// The chain value covers `header.previous` and every byte of the entry after the first 36. Once the buffer has grown, nothing is
  /// allocated.
  ///
  /// ```swift
  /// chain = LedgerWriter.append(header, .rekey(keyID: 3), key: key, to: &buffer)
  /// ```
  ///
  /// - Parameters:
  ///   - header: What stands before the body.
  ///   - body: What the entry writes down.
  ///   - event: For `decided`, the record's value as it stands on `stay-events`, or what may be kept of it; ignored otherwise.
  ///   - record: For `ticked`, and for `decided` where `event` is not all of the record's value: the digest of the record.
  ///   - key: The chain key.
  ///   - bytes: The buffer to append to.
  /// - Returns: The entry's chain value, the `previous` of the next one.
  public static func append(
    _ header: EntryHeader, _ body: LedgerBody, event: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
    record: Digest128? = nil, key: SipKey, to bytes: inout [UInt8]
  ) -> Digest128 {
    append(header, key: key, to: &bytes) { $0.put(body, event: event, record: record) }
  }

  /// The same of a decision, written from where it and its facts lie.
  package static func append(
    _ header: EntryHeader, _ decision: Decision, _ facts: Facts, event: UnsafeRawBufferPointer, record: Digest128?, key: SipKey,
    to bytes: inout [UInt8]
  ) -> Digest128 {
    append(header, key: key, to: &bytes) { $0.put(decision, facts, event: event, record: record) }
  }

  @inline(__always)
  private static func append(
    _ header: EntryHeader, key: SipKey, to bytes: inout [UInt8], _ putBody: (inout WireWriter) -> Void
  ) -> Digest128 {
    WireWriter.with { writer in
      writer.put(1, header.previous)
      // `previous` stands in the chain value's place while it is hashed, so that what is hashed lies in one piece.
      writer.put(2, header.previous)
      let source = SourceNumber(header.source)
      writer.put(3, signed: source.offset)
      writer.put(4, header.now)
      writer.put(5, header.rules.number)
      writer.put(6, header.format > 1 ? header.format : 0)
      writer.put(7, header.keyID)
      writer.put(8, source.resets)
      putBody(&writer)
      return writer.withBytes { entry in
        let hashed = UnsafeMutableRawBufferPointer(rebasing: entry[ChainFields.chainOffset...])
        let chain = KeyedHash.digest(key: key, bytes: UnsafeRawBufferPointer(hashed))
        chain.withBytes { hashed.copyMemory(from: $0) }
        bytes.append(contentsOf: entry)
        return chain
      }
    }
  }
}
