internal import CRdkafka

/// Owns a list of partitions as librdkafka's functions take it.
@safe
struct PartitionList: ~Copyable {
  typealias List = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  private let list: List

  /// Makes a list; throws ``KafkaError/Code/systemFailure`` where there is no memory.
  init(_ positions: [KafkaPosition]) throws(KafkaError) {
    guard let list = unsafe rd_kafka_topic_partition_list_new(Int32(clamping: positions.count)) else { throw Self.noMemory }
    for position in positions {
      guard let entry = unsafe rd_kafka_topic_partition_list_add(list, position.partition.topic, position.partition.number) else {
        unsafe rd_kafka_topic_partition_list_destroy(list)
        throw Self.noMemory
      }
      unsafe entry.pointee.offset = position.offset
    }
    unsafe self.list = unsafe list
  }

  deinit {
    unsafe rd_kafka_topic_partition_list_destroy(list)
  }

  /// Lends the list, whose entries the function may change.
  func lend<Result>(_ body: (List) -> Result) -> Result {
    unsafe body(list)
  }

  /// What stands at a place of the list.
  subscript(index: Int) -> (offset: Int64, error: rd_kafka_resp_err_t) {
    let entry = unsafe list.pointee.elems[index]
    return unsafe (entry.offset, entry.err)
  }

  private static var noMemory: KafkaError { KafkaError(.systemFailure, reason: "no memory for a partition list") }

  /// The partitions of a list that somebody else owns.
  static func partitions(of list: List?) -> [KafkaPartition] {
    guard let list = unsafe list else { return [] }
    return unsafe (0..<Int(list.pointee.cnt)).map { index in
      let entry = unsafe list.pointee.elems[index]
      return unsafe KafkaPartition(topic: String(cString: entry.topic), number: entry.partition)
    }
  }

  /// The first error that stands with a partition of a list that somebody else owns.
  static func firstError(of list: List?) -> rd_kafka_resp_err_t {
    guard let list = unsafe list else { return RD_KAFKA_RESP_ERR_NO_ERROR }
    for index in 0..<Int(unsafe list.pointee.cnt) {
      let code = unsafe list.pointee.elems[index].err
      if code != RD_KAFKA_RESP_ERR_NO_ERROR { return code }
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR
  }
}

/// One partition of one topic.
package struct KafkaPartition: Sendable, Hashable {
  /// The topic's name on the cluster.
  package var topic: String
  /// The partition, from 0.
  package var number: Int32

  /// Names a partition.
  package init(topic: String, number: Int32) {
    self.topic = topic
    self.number = number
  }
}

/// A place in a partition.
package struct KafkaPosition: Sendable, Hashable {
  /// The partition.
  package var partition: KafkaPartition
  /// The offset of the next record.
  package var offset: Int64

  /// Makes a position from its parts.
  package init(_ partition: KafkaPartition, offset: Int64) {
    self.partition = partition
    self.offset = offset
  }
}
