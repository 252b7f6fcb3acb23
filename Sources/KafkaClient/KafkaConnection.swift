internal import CRdkafka
internal import Synchronization

/// A reader's connections to a cluster: one to each broker, opened when needed, for any number of topics.
///
/// A broker answers one connection's questions in order and holds a fetch at the end of a partition for up to `fetch.wait.max.ms`. So ask
/// for offsets and partitions through another connection than the one that fetches.
package final class KafkaConnection: Sendable {
  let handle: KafkaHandle
  private let lastStatistics = Mutex<String?>(nil)

  /// Returns at once; brokers are reached in the background.
  ///
  /// Throws ``KafkaError/Code/invalidArgument`` for a setting that librdkafka refuses.
  package init(_ configuration: KafkaConfiguration, log: @escaping KafkaLog) throws(KafkaError) {
    handle = try KafkaHandle(RD_KAFKA_CONSUMER, configuration, log: log)
  }

  /// What the client last told about itself, where `statistics.interval.ms` is set.
  ///
  /// Whoever sets it must call this now and then: what was told waits here, one text an interval. May be called from any thread.
  package func statistics() -> KafkaStatistics? {
    let last = lastStatistics.withLock { last in
      last = handle.takeStatistics() ?? last
      return last
    }
    return last.flatMap { KafkaStatistics(json: $0) }
  }
}
