internal import CRdkafka
internal import Dispatch

/// librdkafka's mock cluster: a TCP listener on the loopback interface that speaks enough of Kafka's protocol for producers and consumers
/// of any process.
///
/// It keeps at most 5 MiB or 100,000 batches a partition and silently drops the oldest, stores nothing on disk, keeps the producer's time,
/// and answers no administrative request. A topic that any client asks about is made with four partitions where it does not exist,
/// whatever the client's `allow.auto.create.topics` says.
///
/// `@unchecked Sendable`: the cluster's functions may be called from any thread, and the pointers never change.
package final class KafkaMockCluster: @unchecked Sendable {
  /// A request of Kafka's protocol whose answer can be made an error.
  package enum Request: Int16, Sendable {
    /// A producer's records.
    case produce = 0
    /// A consumer's question for records.
    case fetch = 1
    /// A question for the offsets of a partition.
    case listOffsets = 2
    /// A question for topics, partitions and leaders.
    case metadata = 3
    /// A group member's positions.
    case offsetCommit = 8
    /// A question for a group's coordinator.
    case findCoordinator = 10
    /// A member's wish to join.
    case joinGroup = 11
    /// A member's sign of life.
    case heartbeat = 12
  }

  /// `host:port` of each broker, separated by commas.
  package let bootstrapServers: String

  private let host: OpaquePointer
  private let cluster: OpaquePointer
  private let replicas: Int32

  /// Starts a cluster.
  ///
  /// - Parameter brokers: The number of brokers, from 1 to 100; their ids start at 1.
  /// - Throws: Where the number is out of range or the system refuses a socket or thread.
  package init(brokers: Int = 1) throws(KafkaMockError) {
    guard (1...100).contains(brokers) else { throw KafkaMockError("a cluster has 1 to 100 brokers, not \(brokers)") }
    guard let conf = rd_kafka_conf_new() else { throw KafkaMockError("no memory for a configuration") }
    rd_kafka_conf_set_log_cb(conf, nil)
    guard let host = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nil, 0) else {
      rd_kafka_conf_destroy(conf)
      throw KafkaMockError("librdkafka could not start: \(Self.text(of: rd_kafka_last_error()))")
    }
    guard let cluster = rd_kafka_mock_cluster_new(host, Int32(brokers)), let servers = rd_kafka_mock_cluster_bootstraps(cluster) else {
      rd_kafka_destroy(host)
      throw KafkaMockError("librdkafka could not start a mock cluster")
    }
    self.host = host
    self.cluster = cluster
    replicas = Int32(min(brokers, Self.replicasMax))
    bootstrapServers = String(cString: servers)
  }

  /// Ends the cluster in the background, because librdkafka takes a second for it.
  deinit {
    nonisolated(unsafe) let (cluster, host) = (cluster, host)
    DispatchQueue.global().async {
      rd_kafka_mock_cluster_destroy(cluster)
      rd_kafka_destroy(host)
    }
  }

  private static let replicasMax = 3

  /// Makes a topic; throws where it exists.
  package func makeTopic(_ name: String, partitions: Int) throws(KafkaMockError) {
    try check(rd_kafka_mock_topic_create(cluster, name, Int32(clamping: partitions), replicas), "make topic \(name)")
  }

  /// Closes a broker's connections and refuses new ones, or takes them again.
  ///
  /// Leaders stay where they are.
  package func setBroker(_ id: Int32, up: Bool) throws(KafkaMockError) {
    try check(up ? rd_kafka_mock_broker_set_up(cluster, id) : rd_kafka_mock_broker_set_down(cluster, id), "change broker \(id)")
  }

  /// Makes a broker answer so much later.
  package func setDelay(of broker: Int32, milliseconds: Int) throws(KafkaMockError) {
    try check(rd_kafka_mock_broker_set_rtt(cluster, broker, Int32(clamping: milliseconds)), "slow broker \(broker) down")
  }

  /// Makes a broker the leader of a partition.
  package func setLeader(of topic: String, partition: Int32, broker: Int32) throws(KafkaMockError) {
    try check(rd_kafka_mock_partition_set_leader(cluster, topic, partition, broker), "move the leader of \(topic)[\(partition)]")
  }

  /// Has a partition fetched from a follower, which tells of the records before `end` only.
  package func setFollower(of topic: String, partition: Int32, broker: Int32, end: Int64) throws(KafkaMockError) {
    try check(rd_kafka_mock_partition_set_follower(cluster, topic, partition, broker), "name a follower of \(topic)[\(partition)]")
    try check(
      rd_kafka_mock_partition_set_follower_wmarks(cluster, topic, partition, 0, end), "hold back the follower of \(topic)[\(partition)]")
  }

  /// Makes a broker the coordinator of a group.
  package func setCoordinator(ofGroup group: String, broker: Int32) throws(KafkaMockError) {
    try check(rd_kafka_mock_coordinator_set(cluster, "group", group, broker), "move the coordinator of \(group)")
  }

  /// Answers every question about a topic with an error code of the protocol; 0 ends that.
  package func setError(of topic: String, to code: Int32) {
    rd_kafka_mock_topic_set_error(cluster, topic, rd_kafka_resp_err_t(code))
  }

  /// Answers the next requests of a kind with these error codes of the protocol, one request each; 0 is a good answer.
  package func failNext(_ request: Request, with codes: [Int32]) {
    rd_kafka_mock_push_request_errors_array(cluster, request.rawValue, codes.count, codes.map { rd_kafka_resp_err_t($0) })
  }

  private func check(_ code: rd_kafka_resp_err_t, _ what: String) throws(KafkaMockError) {
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaMockError("could not \(what): \(Self.text(of: code))") }
  }

  private static func text(of code: rd_kafka_resp_err_t) -> String {
    String(cString: rd_kafka_err2str(code))
  }
}

/// Why the mock cluster did not do what it was asked.
package struct KafkaMockError: Error, Sendable, CustomStringConvertible {
  /// The reason, for a person.
  package let description: String

  init(_ description: String) {
    self.description = description
  }
}
