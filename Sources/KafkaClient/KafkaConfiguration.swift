internal import CRdkafka

/// librdkafka's settings by name, passed through as they are.
///
/// The presets hold what a log needs that must not lose or repeat records silently; every value can be changed through ``settings``.
/// Names and ranges: librdkafka's CONFIGURATION.md.
package struct KafkaConfiguration: Sendable, Equatable {
  /// Value by name.
  package var settings: [String: String]

  /// Makes a configuration of exactly these settings.
  package init(_ settings: [String: String]) {
    self.settings = settings
  }

  /// How soon a connection notices a broker that is silent, hangs or is gone, and tries another; see docs/kafka.md.
  private static let connection = [
    "reconnect.backoff.max.ms": "1000",
    "socket.connection.setup.timeout.ms": "5000",
    "socket.nagle.disable": "true",
    "socket.timeout.ms": "6000",
  ]

  /// Settings for a producer of durable records in order.
  ///
  /// All in-sync replicas acknowledge; retries keep the order and repeat nothing within one producer's life; a record that is not
  /// acknowledged within 45 seconds is reported as failed. At most 100,000 records and 64 MiB wait to be sent.
  ///
  /// - Parameter bootstrapServers: `host:port`, separated by commas.
  /// - Returns: The settings, to be changed where needed.
  package static func producer(bootstrapServers: String) -> KafkaConfiguration {
    KafkaConfiguration(
      [
        "bootstrap.servers": bootstrapServers,
        "acks": "all",
        "enable.idempotence": "true",
        "linger.ms": "1",
        "message.timeout.ms": "45000",
        "partitioner": "murmur2_random",
        "queue.buffering.max.kbytes": "65536",
        "queue.buffering.max.messages": "100000",
        "request.timeout.ms": "5000",
      ].merging(connection) { own, _ in own })
  }

  /// Settings for a reader that keeps its own positions.
  ///
  /// No group and no stored offset; a position that the log does not hold is an error and never moved silently; checksums are checked;
  /// the end of a partition is told. What is fetched ahead of each partition is at most 16 MiB.
  ///
  /// - Parameter bootstrapServers: `host:port`, separated by commas.
  /// - Returns: The settings, to be changed where needed.
  package static func reader(bootstrapServers: String) -> KafkaConfiguration {
    KafkaConfiguration(
      [
        "bootstrap.servers": bootstrapServers,
        "allow.auto.create.topics": "false",
        "auto.offset.reset": "error",
        "check.crcs": "true",
        "enable.auto.commit": "false",
        "enable.auto.offset.store": "false",
        "enable.partition.eof": "true",
        "fetch.error.backoff.ms": "100",
        "isolation.level": "read_uncommitted",
        "queued.max.messages.kbytes": "16384",
      ].merging(connection) { own, _ in own })
  }

  /// Settings for a member of a group that shares partitions out and commits, and reads by other means.
  ///
  /// All members share out anew together (`range`), and a member that is silent for 6 seconds is given up; librdkafka 2.0.2's incremental
  /// protocol can turn in circles. Nothing is committed that the owner does not commit.
  ///
  /// - Parameters:
  ///   - group: The group's name.
  ///   - bootstrapServers: `host:port`, separated by commas.
  /// - Returns: The settings, to be changed where needed, such as by `group.instance.id`.
  package static func member(of group: String, bootstrapServers: String) -> KafkaConfiguration {
    KafkaConfiguration(
      [
        "bootstrap.servers": bootstrapServers,
        "allow.auto.create.topics": "false",
        "auto.offset.reset": "error",
        "enable.auto.commit": "false",
        "enable.auto.offset.store": "false",
        "group.id": group,
        "heartbeat.interval.ms": "2000",
        "max.poll.interval.ms": "60000",
        "partition.assignment.strategy": "range",
        "session.timeout.ms": "6000",
      ].merging(connection) { own, _ in own })
  }

  /// The same settings with one changed.
  package func setting(_ name: String, to value: String) -> KafkaConfiguration {
    var changed = self
    changed.settings[name] = value
    return changed
  }

  /// Makes the C object, which the caller owns.
  ///
  /// Throws the code `invalidArgument` with librdkafka's own words where a name or a value is not known to it.
  func makeConf() throws(KafkaError) -> OpaquePointer {
    guard let conf = unsafe rd_kafka_conf_new() else { throw KafkaError(.systemFailure, reason: "no memory for a configuration") }
    for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
      var problem = ErrorText()
      let result = unsafe problem.fill { unsafe rd_kafka_conf_set(conf, name, value, $0, $1) }
      guard result == RD_KAFKA_CONF_OK else {
        unsafe rd_kafka_conf_destroy(conf)
        throw KafkaError(.invalidArgument, reason: problem.text)
      }
    }
    return unsafe conf
  }
}
