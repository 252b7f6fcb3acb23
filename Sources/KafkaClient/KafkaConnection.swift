internal import CRdkafka

/// A reader's connections to a cluster: one to each broker, opened when needed, for any number of topics.
///
/// A broker answers one connection's questions in order and holds a fetch at the end of a partition for up to `fetch.wait.max.ms`. So ask
/// for offsets and partitions through another connection than the one that fetches.
package final class KafkaConnection: Sendable {
  let handle: KafkaHandle

  /// Returns at once; brokers are reached in the background.
  ///
  /// Throws ``KafkaError/Code/invalidArgument`` for a setting that librdkafka refuses.
  package init(_ configuration: KafkaConfiguration, log: @escaping KafkaLog) throws(KafkaError) {
    handle = try KafkaHandle(RD_KAFKA_CONSUMER, configuration, log: log)
  }
}
