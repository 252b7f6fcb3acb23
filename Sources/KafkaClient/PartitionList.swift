internal import CRdkafka
internal import Foundation

/// Owns a list of partitions as librdkafka's functions take it.
@safe
struct PartitionList: ~Copyable {
  typealias List = UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  private let list: List

  /// Makes a list, with a note beside each position where there is one; throws ``KafkaError/Code/systemFailure`` where there is no memory.
  init(_ positions: [KafkaPosition], note: String? = nil) throws(KafkaError) {
    guard let list = unsafe rd_kafka_topic_partition_list_new(Int32(clamping: positions.count)) else { throw Self.noMemory }
    for position in positions {
      guard let entry = unsafe rd_kafka_topic_partition_list_add(list, position.partition.topic, position.partition.number) else {
        unsafe rd_kafka_topic_partition_list_destroy(list)
        throw Self.noMemory
      }
      unsafe entry.pointee.offset = position.offset
      guard let note else { continue }
      // The list frees it.
      guard let copy = unsafe strdup(note) else {
        unsafe rd_kafka_topic_partition_list_destroy(list)
        throw Self.noMemory
      }
      unsafe entry.pointee.metadata = UnsafeMutableRawPointer(copy)
      unsafe entry.pointee.metadata_size = unsafe strlen(copy)
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

  /// What is noted beside the position at a place of the list, where anything is.
  func note(at index: Int) -> String? {
    let entry = unsafe list.pointee.elems[index]
    guard let bytes = unsafe entry.metadata, unsafe entry.metadata_size > 0 else { return nil }
    return unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: entry.metadata_size), as: UTF8.self)
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

/// What a group has committed for a partition.
package struct KafkaCommit: Sendable, Hashable {
  /// The offset of the next record.
  package var offset: Int64
  /// What whoever committed it noted beside it; nil where that is nothing.
  package var note: String?

  /// Makes it from its parts.
  package init(offset: Int64, note: String? = nil) {
    self.offset = offset
    self.note = note
  }
}
