/// The frame that Confluent's serializers put before a protobuf message: a zero byte, a schema id of four bytes, and the path of the
/// message in its schema.
///
/// No protobuf message begins with a zero byte, so a frame is told from a message by it. The schema id is not looked at.
///
/// Source: Confluent Schema Registry, "Wire format".
enum ConfluentFraming {
  private static let headerBytes = 5

  /// Where the message begins: 0 where there is no frame.
  static func payloadStart(of record: UnsafeRawBufferPointer) throws(WireError) -> Int {
    guard record.first == 0 else { return 0 }
    var reader = WireReader(record, from: headerBytes)
    // The path is a count and as many indexes, all zigzag; the first message's path, [0], may be shortened to a count of 0.
    switch try reader.varint() {
    case 0: break
    case 2: guard try reader.varint() == 0 else { throw .malformed(.framing) }
    default: throw .malformed(.framing)
    }
    return reader.offset
  }
}
