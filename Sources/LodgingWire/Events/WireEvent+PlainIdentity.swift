extension WireEvent {
  /// A record's value without the identity that anybody could read in it; all else, framing included, stays as it is.
  ///
  /// - Parameter record: A record's value that ``decode(_:)`` takes; of any other only the part before the fault is kept.
  /// - Returns: The bytes that are left; ``decode(_:)`` reads the same event from them, with no identity where it was plain.
  public static func withoutPlainIdentity(_ record: UnsafeRawBufferPointer) -> [UInt8] {
    guard let start = try? ConfluentFraming.payloadStart(of: record) else { return [] }
    var kept = Array(record[..<start])
    kept.reserveCapacity(record.count)
    var reader = WireReader(record, from: start)
    var fieldStart = start
    while let tag = try? reader.nextTag(), (try? reader.skip(tag)) != nil {
      if tag.field != plainField { kept.append(contentsOf: record[fieldStart..<reader.offset]) }
      fieldStart = reader.offset
    }
    return kept
  }

  /// The number of `plain` in the schema.
  private static let plainField: UInt32 = 14
}
