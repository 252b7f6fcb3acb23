internal import CRdkafka

/// Messages that were taken off a queue and not yet handed out; owns them and keeps their connection.
@safe
struct MessageBuffer: ~Copyable {
  typealias Message = UnsafeMutablePointer<rd_kafka_message_t>

  private static let capacity = 1024
  private let topic: KafkaTopic
  private let slots: UnsafeMutablePointer<Message?>
  private var head = 0
  private var count = 0

  init(of topic: KafkaTopic) {
    self.topic = topic
    unsafe slots = .allocate(capacity: Self.capacity)
    unsafe slots.initialize(repeating: nil, count: Self.capacity)
  }

  deinit {
    for index in head..<count { unsafe Self.destroy(slots[index]) }
    unsafe slots.deallocate()
  }

  /// Whether there is none.
  var isEmpty: Bool { head == count }

  /// The next message.
  var first: Message? { unsafe isEmpty ? nil : slots[head] }

  /// Has an empty buffer filled by a function that takes slots and their number and returns how many it filled.
  mutating func fill(_ call: (UnsafeMutablePointer<Message?>, Int) -> Int) {
    precondition(isEmpty, "only an empty buffer is filled")
    head = 0
    count = max(0, unsafe call(slots, Self.capacity))
  }

  /// Gives the next message back to librdkafka.
  mutating func removeFirst() {
    guard !isEmpty else { return }
    unsafe Self.destroy(slots[head])
    head += 1
  }

  /// Gives all messages of a partition back.
  mutating func remove(partition: Int32) {
    var kept = head
    for index in head..<count {
      guard let message = unsafe slots[index] else { continue }
      if unsafe message.pointee.partition == partition {
        unsafe Self.destroy(message)
      } else {
        unsafe slots[kept] = message
        kept += 1
      }
    }
    count = kept
  }

  private static func destroy(_ message: Message?) {
    if let message = unsafe message { unsafe rd_kafka_message_destroy(message) }
  }
}

extension KafkaRecord {
  /// A record over a message that carries no error; valid as long as the message.
  init(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
    var type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
    let milliseconds = unsafe rd_kafka_message_timestamp(message, &type)
    let source: KafkaTimestamp.Source =
      switch type {
      case RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME: .broker
      case RD_KAFKA_TIMESTAMP_CREATE_TIME: .producer
      default: .none
      }
    let bytes = unsafe message.pointee
    unsafe self.init(
      partition: bytes.partition, offset: bytes.offset, timestamp: KafkaTimestamp(milliseconds: milliseconds, source: source),
      key: bytes.key.map { unsafe UnsafeRawBufferPointer(start: $0, count: bytes.key_len) },
      value: bytes.payload.map { unsafe UnsafeRawBufferPointer(start: $0, count: bytes.len) }, message: message)
  }
}

extension KafkaEvent {
  /// The event that a message with an error stands for.
  init(_ message: rd_kafka_message_t, _ handle: KafkaHandle) {
    if unsafe message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
      self = unsafe .end(partition: message.partition, offset: message.offset)
    } else {
      self = unsafe .failure(partition: message.partition, offset: message.offset, handle.error(message.err))
    }
  }
}
