internal import CRdkafka

/// Asks a cluster about its topics and makes new ones.
///
/// Calls block and may come from any thread.
package final class KafkaAdmin: Sendable {
  private let handle: KafkaHandle

  /// Uses a connection; whether anything answers is not looked at.
  package init(_ connection: KafkaConnection) {
    handle = connection.handle
  }

  /// The number of brokers that the cluster has now.
  package func brokerCount(timeout: Duration) throws(KafkaError) -> Int {
    var answer: UnsafePointer<rd_kafka_metadata>?
    let code = unsafe rd_kafka_metadata(handle.client, 0, nil, &answer, timeout.timeoutMilliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata = unsafe answer else { throw handle.error(code) }
    defer { unsafe rd_kafka_metadata_destroy(metadata) }
    return unsafe Int(metadata.pointee.broker_cnt)
  }

  /// How a topic is laid out, nil where it does not exist.
  package func layout(of topic: String, timeout: Duration) throws(KafkaError) -> KafkaTopicLayout? {
    let object = try TopicObject(topic, handle)
    var answer: UnsafePointer<rd_kafka_metadata>?
    let code = unsafe rd_kafka_metadata(handle.client, 0, object.topic, &answer, timeout.timeoutMilliseconds)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata = unsafe answer else { throw handle.error(code) }
    defer { unsafe rd_kafka_metadata_destroy(metadata) }
    guard unsafe metadata.pointee.topic_cnt == 1, let found = unsafe metadata.pointee.topics else { return nil }
    switch unsafe found.pointee.err {
    case RD_KAFKA_RESP_ERR_NO_ERROR: break
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC: return nil
    case let code: throw handle.error(code)
    }
    let count = unsafe Int(found.pointee.partition_cnt)
    return KafkaTopicLayout(replicas: (0..<count).map { unsafe Int(found.pointee.partitions[$0].replica_cnt) })
  }

  /// Makes a topic.
  ///
  /// Throws ``KafkaError/Code/topicExists`` where there is one of that name, ``KafkaError/Code/unsupported`` where the brokers take no such
  /// request, ``KafkaError/Code/timedOut`` where there is no controller to take it, and what the controller says against it; nothing is made
  /// then, unless the time ran out.
  package func make(_ topic: KafkaNewTopic, timeout: Duration) throws(KafkaError) {
    guard topic.partitions > 0, topic.replicas > 0 else {
      throw KafkaError(.invalidArgument, reason: "topic \(topic.name) needs a partition and a replica")
    }
    var problem = ErrorText()
    let made = unsafe problem.fill {
      unsafe rd_kafka_NewTopic_new(topic.name, Int32(clamping: topic.partitions), Int32(clamping: topic.replicas), $0, $1)
    }
    guard let made = unsafe made else { throw KafkaError(.invalidArgument, reason: problem.text) }
    defer { unsafe rd_kafka_NewTopic_destroy(made) }
    for (name, value) in topic.settings.sorted(by: { $0.key < $1.key }) {
      let code = unsafe rd_kafka_NewTopic_set_config(made, name, value)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw handle.error(code) }
    }
    let event = try unsafe ask(RD_KAFKA_ADMIN_OP_CREATETOPICS, timeout) { options, queue in
      var topics: [OpaquePointer?] = unsafe [made]
      unsafe rd_kafka_CreateTopics(handle.client, &topics, 1, options, queue)
    }
    defer { unsafe rd_kafka_event_destroy(event) }
    var count = 0
    guard let result = unsafe rd_kafka_event_CreateTopics_result(event),
      let topics = unsafe rd_kafka_CreateTopics_result_topics(result, &count), count == 1, let answer = unsafe topics[0]
    else { throw KafkaError(.unsupported, reason: "the cluster did not say what became of topic \(topic.name)") }
    let code = unsafe rd_kafka_topic_result_error(answer)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw unsafe KafkaError(code, reason: rd_kafka_topic_result_error_string(answer).map { unsafe String(cString: $0) })
    }
  }

  /// A topic's settings by name, with the brokers' defaults where it has none of its own; those that may not be seen are left out.
  ///
  /// Throws ``KafkaError/Code/unsupported`` where the brokers take no such request, ``KafkaError/Code/timedOut`` where there is no controller
  /// to take it, and what it says against it.
  package func settings(of topic: String, timeout: Duration) throws(KafkaError) -> [String: String] {
    guard let resource = unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic) else {
      throw KafkaError(.systemFailure, reason: "no memory for a question")
    }
    defer { unsafe rd_kafka_ConfigResource_destroy(resource) }
    let event = try unsafe ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, timeout) { options, queue in
      var resources: [OpaquePointer?] = unsafe [resource]
      unsafe rd_kafka_DescribeConfigs(handle.client, &resources, 1, options, queue)
    }
    defer { unsafe rd_kafka_event_destroy(event) }
    var count = 0
    guard let result = unsafe rd_kafka_event_DescribeConfigs_result(event),
      let resources = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count), count == 1, let answer = unsafe resources[0]
    else { throw KafkaError(.unsupported, reason: "the cluster did not tell the settings of topic \(topic)") }
    let code = unsafe rd_kafka_ConfigResource_error(answer)
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
      throw unsafe KafkaError(code, reason: rd_kafka_ConfigResource_error_string(answer).map { unsafe String(cString: $0) })
    }
    return unsafe Self.entries(of: answer)
  }

  private static func entries(of resource: OpaquePointer) -> [String: String] {
    var count = 0
    guard let entries = unsafe rd_kafka_ConfigResource_configs(resource, &count) else { return [:] }
    var settings: [String: String] = [:]
    for index in 0..<count {
      guard let entry = unsafe entries[index], let name = unsafe rd_kafka_ConfigEntry_name(entry),
        let value = unsafe rd_kafka_ConfigEntry_value(entry)
      else { continue }
      unsafe settings[String(cString: name)] = String(cString: value)
    }
    return settings
  }

  /// Sends a request and returns the event with its answer, which the caller destroys.
  private func ask(
    _ kind: rd_kafka_admin_op_t, _ timeout: Duration, _ send: (_ options: OpaquePointer, _ queue: OpaquePointer) -> Void
  ) throws(KafkaError) -> OpaquePointer {
    guard let options = unsafe rd_kafka_AdminOptions_new(handle.client, kind), let queue = unsafe rd_kafka_queue_new(handle.client) else {
      throw KafkaError(.systemFailure, reason: "no memory for a question")
    }
    defer {
      unsafe rd_kafka_queue_destroy(queue)
      unsafe rd_kafka_AdminOptions_destroy(options)
    }
    let milliseconds = max(1, timeout.timeoutMilliseconds)
    var problem = ErrorText()
    let code = unsafe problem.fill { unsafe rd_kafka_AdminOptions_set_request_timeout(options, milliseconds, $0, $1) }
    guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw KafkaError(code, reason: problem.text) }
    unsafe send(options, queue)
    // The request's own time ends the wait; the second on top lets its error arrive.
    guard let event = unsafe rd_kafka_queue_poll(queue, milliseconds.addingReportingOverflow(1000).partialValue) else {
      throw KafkaError(.timedOut, reason: "the cluster did not answer within \(timeout)")
    }
    let failure = unsafe rd_kafka_event_error(event)
    guard failure == RD_KAFKA_RESP_ERR_NO_ERROR else {
      let reason = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) }
      unsafe rd_kafka_event_destroy(event)
      throw KafkaError(failure, reason: reason)
    }
    return unsafe event
  }
}

/// How a topic is laid out over the cluster.
package struct KafkaTopicLayout: Sendable, Equatable {
  /// The number of copies of each partition, by partition.
  package var replicas: [Int]

  /// Makes a layout from its parts.
  package init(replicas: [Int]) { self.replicas = replicas }
}

/// A topic to be made.
package struct KafkaNewTopic: Sendable, Equatable {
  /// Its name.
  package var name: String
  /// How many partitions it has.
  package var partitions: Int
  /// How many copies of each there are.
  package var replicas: Int
  /// Settings of its own by name, over the brokers' defaults.
  package var settings: [String: String]

  /// Makes an order from its parts.
  package init(name: String, partitions: Int, replicas: Int, settings: [String: String]) {
    self.name = name
    self.partitions = partitions
    self.replicas = replicas
    self.settings = settings
  }
}
