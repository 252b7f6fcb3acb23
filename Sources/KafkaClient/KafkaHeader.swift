internal import CRdkafka

/// A name and a text beside a record's value.
package struct KafkaHeader: Sendable, Hashable {
  /// The name.
  package let name: String
  /// The text.
  package let value: String

  /// Makes a header from its parts.
  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// Headers in librdkafka's form, until a record takes them over.
@safe
struct KafkaHeaderList: ~Copyable {
  /// The list.
  let pointer: OpaquePointer

  /// Copies the headers.
  init(_ headers: [KafkaHeader]) throws(KafkaError) {
    guard let list = unsafe rd_kafka_headers_new(headers.count) else { throw KafkaError(.systemFailure, reason: "no memory for headers") }
    for header in headers {
      var value = header.value
      value.withUTF8 { bytes in
        // Fails only where headers were made read-only.
        _ = unsafe rd_kafka_header_add(list, header.name, -1, bytes.baseAddress, bytes.count)
      }
    }
    unsafe pointer = unsafe list
  }

  deinit { unsafe rd_kafka_headers_destroy(pointer) }

  /// A record has taken the list over.
  consuming func handOver() { discard self }
}
