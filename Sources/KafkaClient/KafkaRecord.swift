internal import CRdkafka

/// A record as it is read; key and value are borrowed and valid only inside the closure that it is handed to.
@unsafe
package struct KafkaRecord {
  /// The partition that it was read from.
  package let partition: Int32
  /// Its offset there.
  package let offset: Int64
  /// When it was made or appended.
  package let timestamp: KafkaTimestamp
  /// The key: nil where there is none, empty where it has no bytes.
  package let key: UnsafeRawBufferPointer?
  /// The value: nil for a tombstone, empty where it has no bytes.
  package let value: UnsafeRawBufferPointer?

  /// The message that it is.
  let message: UnsafeMutablePointer<rd_kafka_message_t>

  /// Names and texts beside the value, in their order; what is no UTF-8 text is left out.
  ///
  /// librdkafka takes them apart at the first call, so they cost nothing where nobody asks.
  package func headers() -> [KafkaHeader] {
    var list: OpaquePointer?
    guard unsafe rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list = unsafe list else { return [] }
    var headers: [KafkaHeader] = []
    var (name, value, size) = unsafe (UnsafePointer<CChar>?.none, UnsafeRawPointer?.none, 0)
    for index in unsafe 0..<rd_kafka_header_cnt(list) {
      guard unsafe rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR, let name = unsafe name else {
        break
      }
      let bytes = unsafe UnsafeRawBufferPointer(start: value, count: size)
      guard let text = unsafe String(validating: bytes, as: UTF8.self) else { continue }
      headers.append(KafkaHeader(unsafe String(cString: name), text))
    }
    return headers
  }
}

/// A record's time and who set it.
package struct KafkaTimestamp: Sendable, Hashable {
  /// Who set a time.
  package enum Source: Sendable, Hashable {
    /// Nobody; the record has none.
    case none
    /// The producer.
    case producer
    /// The broker, when it appended the record.
    case broker
  }

  /// Milliseconds since 1970-01-01T00:00:00Z, −1 where there is none.
  package let milliseconds: Int64
  /// Who set it.
  package let source: Source

  /// Makes a time from its parts.
  package init(milliseconds: Int64, source: Source) {
    self.milliseconds = milliseconds
    self.source = source
  }
}
