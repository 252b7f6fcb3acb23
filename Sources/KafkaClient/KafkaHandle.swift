internal import CRdkafka

/// Owns an `rd_kafka_t` from its creation to its destruction.
///
/// `@unchecked Sendable`: librdkafka's client may be used from any thread, and the pointer never changes. The destruction runs when the
/// last reference goes, thus never beside a call.
@safe
final class KafkaHandle: @unchecked Sendable {
  /// The client.
  let client: OpaquePointer
  private let sink: LogSink

  /// Connects in the background; a broker that cannot be reached is not an error here.
  ///
  /// Throws ``KafkaError/Code/invalidArgument`` for a setting that librdkafka refuses, and ``KafkaError/Code/systemFailure``.
  init(_ type: rd_kafka_type_t, _ configuration: KafkaConfiguration, log: @escaping KafkaLog) throws(KafkaError) {
    let conf = try unsafe configuration.makeConf()
    sink = LogSink(log)
    unsafe sink.attach(to: conf)
    // Errors of the client as a whole are not asked for as events: they are logged, and nothing piles up where nobody polls.
    let own = type == RD_KAFKA_PRODUCER ? RD_KAFKA_EVENT_DR : RD_KAFKA_EVENT_REBALANCE
    unsafe rd_kafka_conf_set_events(conf, own | RD_KAFKA_EVENT_STATS)
    var problem = ErrorText()
    guard let client = unsafe problem.fill({ unsafe rd_kafka_new(type, conf, $0, $1) }) else {
      unsafe rd_kafka_conf_destroy(conf)
      throw KafkaError(rd_kafka_last_error(), reason: problem.text)
    }
    unsafe self.client = unsafe client
  }

  deinit {
    unsafe rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
  }

  /// The error that made the client useless, if one did.
  var fatal: KafkaError? {
    var problem = ErrorText()
    let code = unsafe problem.fill { unsafe rd_kafka_fatal_error(client, $0, $1) }
    guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    return KafkaError(KafkaError.Code(rawValue: code.rawValue), reason: problem.text, isFatal: true)
  }

  /// The newest statistics that wait in the client's main queue, nil where none came; everything else there is dropped.
  func takeStatistics() -> String? {
    guard let queue = unsafe rd_kafka_queue_get_main(client) else { return nil }
    defer { unsafe rd_kafka_queue_destroy(queue) }
    var newest: String?
    while let event = unsafe rd_kafka_queue_poll(queue, 0) {
      newest = unsafe rd_kafka_event_stats(event).map { unsafe String(cString: $0) } ?? newest
      unsafe rd_kafka_event_destroy(event)
    }
    return newest
  }

  /// What the group of the setting `group.id` has committed, in the order of the partitions; nil where that is nothing.
  func committed(_ partitions: [KafkaPartition], timeout: Duration) throws(KafkaError) -> [KafkaCommit?] {
    let list = try PartitionList(partitions.map { KafkaPosition($0, offset: -1) })
    let code = unsafe list.lend { unsafe rd_kafka_committed(client, $0, timeout.timeoutMilliseconds) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw error(code) }
    var commits: [KafkaCommit?] = []
    for index in partitions.indices {
      guard list[index].error == RD_KAFKA_RESP_ERR_NO_ERROR else { throw error(list[index].error) }
      let offset = list[index].offset
      commits.append(offset >= 0 ? KafkaCommit(offset: offset, note: list.note(at: index)) : nil)
    }
    return commits
  }

  /// The error of a C function, with the underlying one where the client is beyond repair.
  func error(_ answer: rd_kafka_resp_err_t) -> KafkaError {
    answer == RD_KAFKA_RESP_ERR__FATAL ? fatal ?? KafkaError(answer) : KafkaError(answer)
  }
}

/// Owns an `rd_kafka_topic_t` and keeps its client for as long.
///
/// `@unchecked Sendable`: as ``KafkaHandle``.
@safe
final class TopicObject: @unchecked Sendable {
  /// The topic.
  let topic: OpaquePointer
  /// Its client.
  let handle: KafkaHandle

  /// Makes the object; whether the cluster has the topic is not looked at.
  init(_ name: String, _ handle: KafkaHandle) throws(KafkaError) {
    guard let topic = unsafe rd_kafka_topic_new(handle.client, name, nil) else { throw handle.error(rd_kafka_last_error()) }
    unsafe self.topic = unsafe topic
    self.handle = handle
  }

  deinit {
    unsafe rd_kafka_topic_destroy(topic)
  }
}
