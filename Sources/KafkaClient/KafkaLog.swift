internal import CRdkafka

/// One line that librdkafka has to say about a connection.
package struct KafkaLogLine: Sendable, Equatable {
  /// Severity as in syslog: 0 emergency … 3 error, 4 warning, 6 information, 7 debugging.
  package let level: Int
  /// What it is about, such as `FAIL`.
  package let facility: String
  /// The line; names brokers and topics, never a record's content.
  package let text: String
}

/// Takes librdkafka's log lines.
///
/// Called from its threads: must return at once and call nothing of the same connection.
package typealias KafkaLog = @Sendable (KafkaLogLine) -> Void

/// What a C callback finds behind its opaque pointer.
final class LogSink: Sendable {
  private let log: KafkaLog

  init(_ log: @escaping KafkaLog) {
    self.log = log
  }

  /// Makes librdkafka call this sink; whoever calls keeps the sink alive until the client made of `conf` is destroyed.
  func attach(to conf: OpaquePointer) {
    unsafe rd_kafka_conf_set_opaque(conf, Unmanaged.passUnretained(self).toOpaque())
    unsafe rd_kafka_conf_set_log_cb(conf) { client, level, facility, text in
      guard let client = unsafe client, let opaque = unsafe rd_kafka_opaque(client), let text = unsafe text else { return }
      let sink = unsafe Unmanaged<LogSink>.fromOpaque(opaque).takeUnretainedValue()
      let name = unsafe facility.map { unsafe String(cString: $0) } ?? ""
      unsafe sink.log(KafkaLogLine(level: Int(level), facility: name, text: String(cString: text)))
    }
  }
}
