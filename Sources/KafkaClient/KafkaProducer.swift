internal import CRdkafka

/// Sends records to chosen partitions and learns where they landed.
///
/// One owner at a time, which the compiler checks.
///
/// Every record that ``produce(key:value:to:partition:token:)`` took is reported exactly once by ``poll(timeout:)`` or ``flush(timeout:)``,
/// unless the value is let go first: that drops what is in flight without waiting.
@safe
package struct KafkaProducer: ~Copyable {
  private let handle: KafkaHandle
  private let reports: OpaquePointer
  private var topics: [String: TopicObject] = [:]
  /// The topic that was sent to last, which the next record nearly always goes to as well.
  private var latest: (name: String, object: TopicObject)?
  private var lastStatistics: String?

  /// Opens a connection and returns at once; brokers are reached in the background.
  ///
  /// Throws ``KafkaError/Code/invalidArgument`` for a setting that librdkafka refuses.
  package init(_ configuration: KafkaConfiguration, log: @escaping KafkaLog) throws(KafkaError) {
    let handle = try KafkaHandle(RD_KAFKA_PRODUCER, configuration, log: log)
    guard let reports = unsafe rd_kafka_queue_get_main(handle.client) else {
      throw KafkaError(.systemFailure, reason: "no memory for a queue")
    }
    self.handle = handle
    unsafe self.reports = unsafe reports
  }

  deinit {
    if outstanding > 0 { purge() }
    unsafe rd_kafka_queue_destroy(reports)
  }

  /// The number of records whose report has not been taken.
  package var outstanding: Int {
    unsafe Int(rd_kafka_outq_len(handle.client))
  }

  /// What the client told about itself since the last call, where `statistics.interval.ms` is set; it comes with ``poll(timeout:)``.
  package mutating func takeStatistics() -> KafkaStatistics? {
    defer { lastStatistics = nil }
    return lastStatistics.flatMap { KafkaStatistics(json: $0) }
  }

  /// The error that made this producer useless, if one did.
  package var fatal: KafkaError? { handle.fatal }

  /// Queues a copy of a record for one partition; records of one partition are sent in the order of the calls.
  ///
  /// - Parameters:
  ///   - key: The key, nil for none.
  ///   - value: The value, nil for a tombstone.
  ///   - headers: Names and texts beside the value; each costs the broker and every reader something.
  ///   - topic: The topic's name on the cluster.
  ///   - partition: The partition.
  ///   - token: A number that the report carries.
  /// - Throws: With nothing queued, ``KafkaError/Code/queueFull`` until reports are taken, ``KafkaError/Code/messageTooLarge``,
  ///   ``KafkaError/Code/unknownPartition`` where the topic is known to lack it, and any fatal error.
  package mutating func produce(
    key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, headers: [KafkaHeader] = [], to topic: String, partition: Int32,
    token: UInt
  ) throws(KafkaError) {
    let object = try object(for: topic)
    guard headers.isEmpty else {
      return try unsafe produce(key: key, value: value, KafkaHeaderList(headers), to: object, partition: partition, token: token)
    }
    let result = unsafe rd_kafka_produce(
      object.topic, partition, RD_KAFKA_MSG_F_COPY, Self.start(of: value), value?.count ?? 0, Self.start(of: key), key?.count ?? 0,
      UnsafeMutableRawPointer(bitPattern: token))
    guard result == 0 else { throw handle.error(rd_kafka_last_error()) }
  }

  /// The same with headers, which the queued record takes over.
  private func produce(
    key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?, _ headers: consuming KafkaHeaderList, to object: TopicObject,
    partition: Int32, token: UInt
  ) throws(KafkaError) {
    var arguments = unsafe [rd_kafka_vu_t](repeating: rd_kafka_vu_t(), count: 7)
    func mem(_ bytes: UnsafeRawBufferPointer?) -> rd_kafka_vu_t.__Unnamed_union_u.__Unnamed_struct_mem {
      unsafe .init(ptr: Self.start(of: bytes), size: bytes?.count ?? 0)
    }
    unsafe (arguments[0].vtype, arguments[0].u.rkt) = unsafe (RD_KAFKA_VTYPE_RKT, object.topic)
    unsafe (arguments[1].vtype, arguments[1].u.i32) = (RD_KAFKA_VTYPE_PARTITION, partition)
    unsafe (arguments[2].vtype, arguments[2].u.i) = (RD_KAFKA_VTYPE_MSGFLAGS, RD_KAFKA_MSG_F_COPY)
    unsafe (arguments[3].vtype, arguments[3].u.mem) = unsafe (RD_KAFKA_VTYPE_KEY, mem(key))
    unsafe (arguments[4].vtype, arguments[4].u.mem) = unsafe (RD_KAFKA_VTYPE_VALUE, mem(value))
    unsafe (arguments[5].vtype, arguments[5].u.ptr) = unsafe (RD_KAFKA_VTYPE_OPAQUE, UnsafeMutableRawPointer(bitPattern: token))
    unsafe (arguments[6].vtype, arguments[6].u.headers) = unsafe (RD_KAFKA_VTYPE_HEADERS, headers.pointer)
    guard let problem = unsafe rd_kafka_produceva(handle.client, &arguments, arguments.count) else { return headers.handOver() }
    defer { unsafe rd_kafka_error_destroy(problem) }
    throw handle.error(unsafe rd_kafka_error_code(problem))
  }

  /// Takes the reports that have come, blocking at most `timeout` for the first.
  package mutating func poll(timeout: Duration) -> [KafkaDelivery] {
    var deliveries: [KafkaDelivery] = []
    var wait = timeout.timeoutMilliseconds
    while let event = unsafe rd_kafka_queue_poll(reports, wait) {
      defer { unsafe rd_kafka_event_destroy(event) }
      wait = 0
      if unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_STATS {
        lastStatistics = unsafe rd_kafka_event_stats(event).map { unsafe String(cString: $0) }
        continue
      }
      deliveries.reserveCapacity(unsafe deliveries.count + rd_kafka_event_message_count(event))
      while let message = unsafe rd_kafka_event_message_next(event) {
        unsafe deliveries.append(delivery(of: message))
      }
    }
    return deliveries
  }

  /// Takes reports until none is outstanding or `timeout` has passed; ``outstanding`` then says which.
  package mutating func flush(timeout: Duration) -> [KafkaDelivery] {
    let deadline = ContinuousClock.now + timeout
    var deliveries: [KafkaDelivery] = []
    while outstanding > 0, case let left = ContinuousClock.now.duration(to: deadline), left > .zero {
      deliveries += poll(timeout: min(left, .milliseconds(100)))
    }
    return deliveries
  }

  /// Sends what is queued for at most `timeout`, gives the rest up, and returns the reports of all of it.
  ///
  /// Afterwards nothing is outstanding, also where no broker answers; the value may be let go.
  package mutating func close(timeout: Duration) -> [KafkaDelivery] {
    var deliveries = flush(timeout: timeout)
    guard outstanding > 0 else { return deliveries }
    purge()
    deliveries += flush(timeout: Self.purgeTimeout)
    return deliveries
  }

  /// How long librdkafka's threads may take to report what was purged; no broker is asked for it.
  private static let purgeTimeout: Duration = .seconds(5)

  /// Gives up every record that is queued or in flight; each is reported as failed, and one that was in flight may still land.
  package func purge() {
    unsafe rd_kafka_purge(handle.client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
  }

  private mutating func object(for name: String) throws(KafkaError) -> TopicObject {
    if let latest, latest.name == name { return latest.object }
    let object: TopicObject
    if let known = topics[name] { object = known } else { object = try TopicObject(name, handle) }
    topics[name] = object
    latest = (name, object)
    return object
  }

  /// A pointer that is nil only where there are no bytes at all: librdkafka tells an empty value from a tombstone by it.
  private static func start(of bytes: UnsafeRawBufferPointer?) -> UnsafeMutableRawPointer? {
    guard let bytes = unsafe bytes else { return nil }
    return unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress) ?? UnsafeMutableRawPointer(bitPattern: 1)
  }

  private func delivery(of message: UnsafePointer<rd_kafka_message_t>) -> KafkaDelivery {
    let report = unsafe message.pointee
    let outcome: KafkaDelivery.Outcome =
      if unsafe report.err == RD_KAFKA_RESP_ERR_NO_ERROR {
        unsafe .stored(offset: report.offset >= 0 ? report.offset : nil)
      } else {
        unsafe .failed(
          handle.error(report.err), mayBeStored: rd_kafka_message_status(message) != RD_KAFKA_MSG_STATUS_NOT_PERSISTED)
      }
    return unsafe KafkaDelivery(token: UInt(bitPattern: report._private), partition: report.partition, outcome: outcome)
  }
}
