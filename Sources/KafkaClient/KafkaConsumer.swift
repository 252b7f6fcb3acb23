internal import CRdkafka

/// Reads partitions of one topic from chosen offsets on.
///
/// One owner at a time, which the compiler checks. Records of a partition come in order, without a gap other than those the log has.
/// There is no group and no commit: the owner keeps the positions. Letting the value go stops the partitions.
@safe
package struct KafkaConsumer: ~Copyable {
  private let topic: KafkaTopic
  private let queue: OpaquePointer
  private let wake: Wake?
  private var partitions: Set<Int32> = []
  private var waiting: MessageBuffer

  /// Makes a consumer that reads nothing yet.
  ///
  /// - Parameters:
  ///   - topic: The topic and its connection.
  ///   - wake: Called from a thread of librdkafka whenever something arrives after nothing was waiting; must return at once.
  /// - Throws: ``KafkaError/Code/systemFailure``.
  package init(_ topic: KafkaTopic, wake: (@Sendable () -> Void)? = nil) throws(KafkaError) {
    guard let queue = unsafe rd_kafka_queue_new(topic.handle.client) else {
      throw KafkaError(.systemFailure, reason: "no memory for a queue")
    }
    self.topic = topic
    waiting = MessageBuffer(of: topic)
    unsafe self.queue = unsafe queue
    self.wake = wake.map(Wake.init)
    unsafe self.wake?.attach(to: queue)
  }

  deinit {
    unsafe wake?.detach(from: queue)
    for partition in partitions { topic.stop(partition) }
    unsafe rd_kafka_queue_destroy(queue)
  }

  /// Whether something waits to be received; never blocks.
  package var hasWaiting: Bool {
    unsafe !waiting.isEmpty || rd_kafka_queue_length(queue) > 0
  }

  /// Starts to read a partition at an offset, or moves to it where the partition is being read; what was fetched before is dropped.
  ///
  /// Throws ``KafkaError/Code/conflict`` where another consumer of the same topic object reads the partition. An offset that the log does
  /// not hold, or a partition that does not exist, shows up as an event of ``receive(upTo:timeout:_:)``.
  package mutating func start(_ partition: Int32, at offset: Int64) throws(KafkaError) {
    stop(partition)
    try unsafe topic.start(partition, at: offset, into: queue)
    partitions.insert(partition)
  }

  /// Ends the reading of a partition and drops what was fetched of it.
  ///
  /// Nothing happens where it is not being read.
  package mutating func stop(_ partition: Int32) {
    guard partitions.remove(partition) != nil else { return }
    topic.stop(partition)
    waiting.remove(partition: partition)
  }

  /// Hands the records that have arrived to `body`, in order, blocking at most `timeout` for the first.
  ///
  /// Ends when `maximum` records were taken, nothing more has arrived, `body` leaves a record, or an event comes; an event is returned at
  /// its place among the records. A record that `body` leaves, or throws on, is the first of the next call.
  ///
  /// - Parameters:
  ///   - maximum: The most records that are taken.
  ///   - timeout: How long to wait where nothing has arrived.
  ///   - body: Takes or leaves a record; its bytes are valid only inside the call.
  /// - Returns: How many were taken, and the event that ended the call if one did.
  /// - Throws: What `body` throws.
  package mutating func receive<Failure: Error>(
    upTo maximum: Int, timeout: Duration, _ body: (KafkaRecord) throws(Failure) -> KafkaVerdict
  ) throws(Failure) -> KafkaReception {
    var taken = 0
    while taken < maximum {
      if waiting.isEmpty { refill(timeout: taken == 0 ? timeout : .zero) }
      guard let message = unsafe waiting.first else { break }
      if unsafe message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
        let event = unsafe KafkaEvent(message.pointee, topic.handle)
        waiting.removeFirst()
        return KafkaReception(taken: taken, event: event)
      }
      guard case .take = try unsafe body(KafkaRecord(message)) else { break }
      waiting.removeFirst()
      taken += 1
    }
    return KafkaReception(taken: taken, event: nil)
  }

  /// Takes what the queue holds; only where it holds nothing, waits for one message: a batch call waits its whole time for a full batch.
  private mutating func refill(timeout: Duration) {
    unsafe waiting.fill { unsafe rd_kafka_consume_batch_queue(queue, 0, $0, $1) }
    let milliseconds = timeout.timeoutMilliseconds
    guard waiting.isEmpty, milliseconds > 0 else { return }
    unsafe waiting.fill { slots, _ in unsafe rd_kafka_consume_batch_queue(queue, milliseconds, slots, 1) }
  }
}

/// `@unchecked Sendable`: there is one owner, librdkafka's objects may be used from any thread, and the buffer's messages belong to nobody else.
extension KafkaConsumer: @unchecked Sendable {}

/// What a reader's closure does with a record.
package enum KafkaVerdict: Sendable {
  /// It is done with.
  case take
  /// It stays the first of the next call, and this call ends.
  case leave
}

/// What one call received.
package struct KafkaReception: Sendable, Equatable {
  /// The number of records taken.
  package let taken: Int
  /// What ended the call early, if anything did.
  package let event: KafkaEvent?
}

/// Something else than a record that befell a partition.
package enum KafkaEvent: Sendable, Equatable {
  /// The partition's end was reached: its next record will be at this offset or beyond. Told once each time.
  case end(partition: Int32, offset: Int64)
  /// Fetching failed. After ``KafkaError/Code/positionNotHeld`` nothing more comes until the partition is started anew; after another error
  /// that is not fatal librdkafka goes on by itself, where needed beyond the offset.
  case failure(partition: Int32, offset: Int64, KafkaError)
}
