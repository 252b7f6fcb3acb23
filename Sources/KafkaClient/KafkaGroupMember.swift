internal import CRdkafka

/// A membership in a group whose members share out the partitions of some topics.
///
/// It shares out and commits but fetches nothing, so that nobody else's timing decides what is read: reading is a ``KafkaConsumer``'s, from
/// offsets that the owner knows. One owner at a time, which the compiler checks; the owner must call ``poll(timeout:_:)`` at least every
/// `max.poll.interval.ms`, or the group goes on without this member. Letting the value go ends the membership without a word: the group
/// finds out after `session.timeout.ms`.
@safe
package struct KafkaGroupMember: ~Copyable {
  /// What the member commits; may be used from any thread, beside a poll.
  package let offsets: KafkaGroupOffsets
  private let handle: KafkaHandle
  private let events: OpaquePointer
  private var hasLeft = false
  private var lastStatistics: String?

  /// Joins in the background.
  ///
  /// - Parameters:
  ///   - configuration: With `group.id`; see ``KafkaConfiguration/member(of:bootstrapServers:)``.
  ///   - topics: What is shared out.
  ///   - log: Takes librdkafka's lines.
  /// - Throws: ``KafkaError/Code/invalidArgument`` for a setting or topic that librdkafka refuses.
  package init(_ configuration: KafkaConfiguration, topics: [String], log: @escaping KafkaLog) throws(KafkaError) {
    let handle = try KafkaHandle(RD_KAFKA_CONSUMER, configuration, log: log)
    let subscription = try PartitionList(topics.map { KafkaPosition(KafkaPartition(topic: $0, number: -1), offset: 0) })
    // Errors and statistics then come through the one queue that is polled.
    unsafe rd_kafka_poll_set_consumer(handle.client)
    let code = unsafe subscription.lend { unsafe rd_kafka_subscribe(handle.client, $0) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(code) }
    guard let events = unsafe rd_kafka_queue_get_consumer(handle.client) else {
      throw KafkaError(.invalidArgument, reason: "a member needs the setting group.id")
    }
    self.handle = handle
    offsets = KafkaGroupOffsets(handle)
    unsafe self.events = unsafe events
  }

  deinit {
    unsafe rd_kafka_queue_destroy(events)
  }

  /// What the client told about itself since the last call, where `statistics.interval.ms` is set; it comes with ``poll(timeout:_:)``.
  package mutating func takeStatistics() -> KafkaStatistics? {
    defer { lastStatistics = nil }
    return lastStatistics.flatMap { KafkaStatistics(json: $0) }
  }

  /// Hands each change of what this member holds to `handler`, blocking at most `timeout` for the first.
  ///
  /// The handler runs inside the call, one change after the other. The group waits for it: where partitions are revoked they are this
  /// member's until the handler returns, and commits made in it still count.
  ///
  /// Throws the errors that the group or the subscription met; after one that is not fatal the membership goes on.
  package mutating func poll(timeout: Duration, _ handler: (KafkaGroupChange) -> Void) throws(KafkaError) {
    guard !hasLeft else { return }
    var wait = timeout.timeoutMilliseconds
    while let event = unsafe rd_kafka_queue_poll(events, wait) {
      defer { unsafe rd_kafka_event_destroy(event) }
      wait = 0
      switch unsafe rd_kafka_event_type(event) {
      case RD_KAFKA_EVENT_REBALANCE: try unsafe rebalance(event, handler)
      case RD_KAFKA_EVENT_ERROR: try unsafe raise(event)
      case RD_KAFKA_EVENT_STATS: lastStatistics = unsafe rd_kafka_event_stats(event).map { unsafe String(cString: $0) }
      default: break
      }
    }
  }

  /// Gives everything back and tells the group, waiting at most `timeout` for its answer; nothing comes from ``poll(timeout:_:)`` any more.
  ///
  /// A static member (`group.instance.id`) does not tell: its partitions wait `session.timeout.ms` for it to come back.
  package mutating func leave(timeout: Duration) {
    guard !hasLeft else { return }
    hasLeft = true
    guard let queue = unsafe rd_kafka_queue_new(handle.client) else { return }
    defer { unsafe rd_kafka_queue_destroy(queue) }
    if let error = unsafe rd_kafka_consumer_close_queue(handle.client, queue) {
      // It was closed before, or is beyond repair and closes by itself.
      return unsafe rd_kafka_error_destroy(error)
    }
    let deadline = ContinuousClock.now + timeout
    while unsafe rd_kafka_consumer_closed(handle.client) == 0, case let left = ContinuousClock.now.duration(to: deadline), left > .zero {
      guard let event = unsafe rd_kafka_queue_poll(queue, min(left, .milliseconds(100)).timeoutMilliseconds) else { continue }
      if unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE { unsafe rd_kafka_assign(handle.client, nil) }
      unsafe rd_kafka_event_destroy(event)
    }
  }

  private func rebalance(_ event: OpaquePointer, _ handler: (KafkaGroupChange) -> Void) throws(KafkaError) {
    let partitions = unsafe PartitionList.partitions(of: rd_kafka_event_topic_partition_list(event))
    switch unsafe rd_kafka_event_error(event) {
    case RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS:
      // No partition is handed to librdkafka, which would fetch it; an empty list keeps the membership as it is.
      try unsafe check(PartitionList([]).lend { unsafe rd_kafka_assign(handle.client, $0) })
      handler(.assigned(partitions))
    case RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS:
      handler(offsets.isLost ? .lost(partitions) : .revoked(partitions))
      try unsafe check(rd_kafka_assign(handle.client, nil))
    case let code:
      handler(.lost(partitions))
      try unsafe check(rd_kafka_assign(handle.client, nil))
      throw handle.error(code)
    }
  }

  private func check(_ code: rd_kafka_resp_err_t) throws(KafkaError) {
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(code) }
  }

  private func raise(_ event: OpaquePointer) throws(KafkaError) {
    let code = unsafe rd_kafka_event_error(event)
    // The change that follows from a poll that came too late is told by itself.
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR, code != RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED else { return }
    if let fatal = handle.fatal { throw fatal }
    throw unsafe KafkaError(code, reason: rd_kafka_event_error_string(event).map { unsafe String(cString: $0) })
  }
}

/// A change in what a member of a group holds.
package enum KafkaGroupChange: Sendable, Equatable {
  /// The member holds exactly these partitions from now on.
  case assigned([KafkaPartition])
  /// The group shares out anew: the member gives these up, and is told what it holds next.
  case revoked([KafkaPartition])
  /// The group went on without the member, and these may be others' already.
  case lost([KafkaPartition])
}
