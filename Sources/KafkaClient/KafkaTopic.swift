internal import CRdkafka
internal import Synchronization

/// One topic through one connection.
///
/// Consumers of different partitions share it; it may be used from any thread.
package final class KafkaTopic: Sendable {
  /// The topic's name on the cluster.
  package let name: String
  private let object: TopicObject
  private let inUse = Mutex<Set<Int32>>([])

  /// Names a topic; whether it exists is not looked at.
  ///
  /// Throws ``KafkaError/Code/invalidArgument`` for a name that librdkafka refuses.
  package init(_ name: String, _ connection: KafkaConnection) throws(KafkaError) {
    self.name = name
    object = try TopicObject(name, connection.handle)
  }

  /// The connection.
  var handle: KafkaHandle { object.handle }

  /// The number of partitions, asked of the cluster.
  ///
  /// Throws ``KafkaError/Code/unknownTopicOrPartition`` where the topic does not exist, and what a broker out of reach gives.
  package func partitionCount(timeout: Duration) throws(KafkaError) -> Int {
    var answer: UnsafePointer<rd_kafka_metadata>?
    let code = unsafe rd_kafka_metadata(handle.client, 0, object.topic, &answer, timeout.timeoutMilliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata = unsafe answer else { throw handle.error(code) }
    defer { unsafe rd_kafka_metadata_destroy(metadata) }
    guard unsafe metadata.pointee.topic_cnt == 1, let found = unsafe metadata.pointee.topics else {
      throw KafkaError(.unknownTopic, reason: "the cluster's metadata does not name topic \(name)")
    }
    guard unsafe found.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else { throw unsafe handle.error(found.pointee.err) }
    return unsafe Int(found.pointee.partition_cnt)
  }

  /// The offset after the partition's last record, asked of the partition's leader.
  package func end(of partition: Int32, timeout: Duration) throws(KafkaError) -> Int64 {
    try offset(of: partition, at: Self.latest, timeout: timeout)
  }

  /// The first offset that the partition still holds and the one after the last, asked of its leader; equal where it is empty.
  ///
  /// Throws ``KafkaError/Code/unknownPartition`` where it does not exist, ``KafkaError/Code/timedOut`` and what a broker out of reach
  /// gives. `timeout` is for each of two questions.
  package func watermarks(of partition: Int32, timeout: Duration) throws(KafkaError) -> Range<Int64> {
    let start = try offset(of: partition, at: Self.earliest, timeout: timeout)
    let end = try offset(of: partition, at: Self.latest, timeout: timeout)
    return start..<max(start, end)
  }

  /// Times that the protocol's ListOffsets request takes for both ends of a partition.
  private static let earliest: Int64 = -2
  private static let latest: Int64 = -1

  /// Asks by time, not with `rd_kafka_query_watermark_offsets`: that call of version 2.0.2 does not end when its time is up.
  private func offset(of partition: Int32, at time: Int64, timeout: Duration) throws(KafkaError) -> Int64 {
    let list = try PartitionList([KafkaPosition(KafkaPartition(topic: name, number: partition), offset: time)])
    let code = unsafe list.lend { unsafe rd_kafka_offsets_for_times(handle.client, $0, timeout.timeoutMilliseconds) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(code) }
    let answer = list[0]
    guard answer.error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(answer.error) }
    return answer.offset
  }

  /// Starts fetching a partition into a queue; a partition goes to one queue at a time.
  func start(_ partition: Int32, at offset: Int64, into queue: OpaquePointer) throws(KafkaError) {
    guard inUse.withLock({ $0.insert(partition).inserted }) else {
      throw KafkaError(.conflict, reason: "partition \(partition) of \(name) is read through this connection already")
    }
    guard unsafe rd_kafka_consume_start_queue(object.topic, partition, offset, queue) == 0 else {
      let failure = handle.error(rd_kafka_last_error())
      inUse.withLock { _ = $0.remove(partition) }
      throw failure
    }
  }

  /// Ends fetching a partition; nothing of it is queued any more that a later start would return.
  func stop(_ partition: Int32) {
    unsafe rd_kafka_consume_stop(object.topic, partition)
    inUse.withLock { _ = $0.remove(partition) }
  }
}
