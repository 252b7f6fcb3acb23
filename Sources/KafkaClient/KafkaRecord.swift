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

  /// Makes a record over bytes that outlive its use.
  package init(
    partition: Int32, offset: Int64, timestamp: KafkaTimestamp, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?
  ) {
    unsafe self.partition = partition
    unsafe self.offset = offset
    unsafe self.timestamp = timestamp
    unsafe self.key = key
    unsafe self.value = value
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
