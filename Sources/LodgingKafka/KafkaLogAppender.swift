internal import KafkaClient
internal import LodgingPipeline

/// Appends through a producer of its own and puts its reports together to acknowledgements.
///
/// A producer that lost count of what it sent is beyond repair. Then all that is in flight is answered as unavailable, and another producer
/// takes its place as soon as nothing is in flight any more.
final class KafkaLogAppender: LogAppender {
  private var producer: SharedProducer
  private let configuration: KafkaLogConfiguration
  private let hire: (SharedProducer) -> Void
  private let check: (TopicPartition) throws(LogError) -> Void
  private var book = SubmissionBook()

  /// Makes an appender; brokers are reached in the background.
  ///
  /// - Parameters:
  ///   - configuration: The cluster and the producer's settings.
  ///   - hire: Told of each producer that the appender makes.
  ///   - check: Throws where a partition does not exist.
  /// - Throws: ``LogError/fatal(_:)`` for a setting that librdkafka refuses.
  init(
    _ configuration: KafkaLogConfiguration, hire: @escaping (SharedProducer) -> Void,
    check: @escaping (TopicPartition) throws(LogError) -> Void
  ) throws(LogError) {
    do {
      producer = try SharedProducer(configuration)
    } catch {
      throw .fatal("\(error)")
    }
    self.configuration = configuration
    self.hire = hire
    self.check = check
    hire(producer)
  }

  /// Queues the records; where librdkafka's queue is full, waits for room as long as the log's patience lasts.
  func submit(_ records: [NewRecord], to place: TopicPartition, tag: UInt64) throws(LogError) {
    guard book.count < LogLimits.submissionsInFlightMax else { throw .queueFull }
    if let large = records.first(where: { $0.byteCount > LogLimits.appendBytesMax }) { throw .recordTooLarge(bytes: large.byteCount) }
    try check(place)
    if book.count == 0 { renewProducer() }
    let topic = configuration.name(of: place.topic)
    let deadline = ContinuousClock.now + configuration.patience
    let submission = book.open(place, tag: tag, records: records.count)
    try producer.lend { producer throws(LogError) in
      for (index, record) in records.enumerated() {
        do throws(LogError) {
          try produce(record, to: topic, place, token: book.token(of: submission, index), deadline, by: &producer)
        } catch {
          // Once the first record is queued the submission is in flight, and its acknowledgement tells what became of it.
          guard index > 0 else {
            book.withdraw(submission)
            throw error
          }
          for rest in index..<records.count { book.settle(token: book.token(of: submission, rest)) { _ in .failure(error) } }
          return
        }
      }
    }
  }

  /// Takes reports until a submission is complete.
  func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
    let deadline = ContinuousClock.now + timeout
    settle(producer.poll(timeout: .zero), fatal: producer.fatal)
    while !book.hasComplete, book.count > 0, case let left = ContinuousClock.now.duration(to: deadline), left > .zero {
      settle(producer.poll(timeout: left), fatal: producer.fatal)
    }
    configuration.observe(.producer, producer.takeStatistics())
    return book.takeComplete()
  }

  /// Drops what is queued and forgets what is in flight.
  func purge() {
    book = SubmissionBook(after: book)
    producer.purge()
    renewProducer()
  }

  /// Replaces a producer that is beyond repair; nothing may be in flight.
  private func renewProducer() {
    // Where no other can be made, the next submission throws what is wrong with this one.
    guard producer.fatal != nil, let fresh = try? SharedProducer(configuration) else { return }
    producer = fresh
    hire(fresh)
  }

  private func produce(
    _ record: NewRecord, to topic: String, _ place: TopicPartition, token: UInt, _ deadline: ContinuousClock.Instant,
    by producer: inout KafkaProducer
  ) throws(LogError) {
    while true {
      do {
        try withOptionalBytes(record.key) { key throws(KafkaError) in
          try withOptionalBytes(record.value) { value throws(KafkaError) in
            try producer.produce(
              key: key, value: value, headers: record.headers.map { KafkaHeader($0.name, $0.value) }, to: topic,
              partition: Int32(clamping: place.partition), token: token)
          }
        }
        return
      } catch {
        guard error.code == .queueFull, ContinuousClock.now < deadline else { throw failure(error, at: place, fatal: producer.fatal) }
        settle(producer.poll(timeout: .milliseconds(100)), fatal: producer.fatal)
      }
    }
  }

  /// What a failure means; where the producer is beyond repair it is the reason, whatever the single record was told.
  private func failure(_ error: KafkaError, at place: TopicPartition, fatal: KafkaError?) -> LogError {
    guard let fatal = error.isFatal ? error : fatal else { return LogError(error, at: place) }
    return .unavailable("\(place): \(fatal); another producer takes over")
  }

  /// Enters what was reported by a producer, which may be beyond repair.
  private func settle(_ deliveries: [KafkaDelivery], fatal: @autoclosure () -> KafkaError?) {
    for delivery in deliveries {
      switch delivery.outcome {
      case .stored(let offset?): book.settle(token: delivery.token, at: offset)
      case .stored(nil):
        book.settle(token: delivery.token) { place in
          .failure(.unavailable("\(place): stored at an offset that the broker did not tell"))
        }
      case .failed(let error, mayBeStored: _):
        book.settle(token: delivery.token) { place in .failure(failure(error, at: place, fatal: fatal())) }
      }
    }
  }
}

/// Lends bytes, or nil where there are none.
private func withOptionalBytes(
  _ bytes: [UInt8]?, _ body: (UnsafeRawBufferPointer?) throws(KafkaError) -> Void
) throws(KafkaError) {
  guard let bytes else { return try body(nil) }
  let result = bytes.withUnsafeBytes { buffer in
    Result { () throws(KafkaError) in try body(buffer) }
  }
  try result.get()
}
