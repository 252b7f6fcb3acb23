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

  /// What the group of the setting `group.id` has committed, in the order of the partitions; nil where that is nothing.
  ///
  /// The group's coordinator is asked; this connection is no member. Throws what a broker out of reach gives.
  package func committed(_ partitions: [KafkaPartition], timeout: Duration) throws(KafkaError) -> [KafkaCommit?] {
    try handle.committed(partitions, timeout: timeout)
  }

  /// What the client told about itself since the last call, where `statistics.interval.ms` is set.
  ///
  /// Whoever sets it must call this now and then: what was told waits here, one text an interval. May be called from any thread.
  package func takeStatistics() -> KafkaStatistics? {
    handle.takeStatistics().flatMap { KafkaStatistics(json: $0) }
  }
}
