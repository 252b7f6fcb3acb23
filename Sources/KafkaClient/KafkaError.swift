internal import CRdkafka

/// What librdkafka or a broker answered instead of doing what was asked.
///
/// The reason names topics, brokers and settings, never a record's key or value.
package struct KafkaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Which error.
  package let code: Code
  /// librdkafka's own words, for an operator.
  package let reason: String
  /// Whether the same call may succeed later without anybody mending anything.
  ///
  /// A produced record that failed with a retriable error may still have landed: see ``KafkaDelivery/Outcome``.
  package let isRetriable: Bool
  /// Whether the producer or consumer can do nothing more: drop it and make another.
  package let isFatal: Bool

  /// Makes an error from its parts.
  package init(_ code: Code, reason: String, isRetriable: Bool? = nil, isFatal: Bool = false) {
    self.code = code
    self.reason = reason
    self.isRetriable = isRetriable ?? (!isFatal && Code.retriable.contains(code))
    self.isFatal = isFatal
  }

  /// `CODE: reason`, and whether it is fatal.
  package var description: String {
    "\(code): \(reason)\(isFatal ? " (fatal)" : "")"
  }
}

extension KafkaError {
  /// Makes an error of what a C function returned; librdkafka's text for the code is the reason unless one is given.
  init(_ answer: rd_kafka_resp_err_t, reason: String? = nil) {
    let code = Code(rawValue: answer.rawValue)
    self.init(code, reason: reason ?? code.text, isFatal: code == .fatal)
  }
}
