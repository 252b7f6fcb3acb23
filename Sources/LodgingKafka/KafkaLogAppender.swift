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
  func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
    guard book.count < LogLimits.submissionsInFlightMax else { throw .queueFull }
    guard batch.largestByteCount <= LogLimits.appendBytesMax else { throw .recordTooLarge(bytes: batch.largestByteCount) }
    try check(place)
    if book.count == 0 { renewProducer() }
    let destination = Destination(
      topic: configuration.name(of: place.topic), place: place, deadline: ContinuousClock.now + configuration.patience)
    let submission = book.open(place, tag: tag, records: batch.count)
    var queued = 0
    try producer.lend { producer throws(LogError) in
      do throws(LogError) {
        try batch.lend { index, key, value throws(LogError) in
          let record = Outgoing(key: key, value: value, headers: batch.headers(of: index), token: book.token(of: submission, index))
          try produce(record, to: destination, by: &producer)
          queued += 1
        }
      } catch {
        // Once the first record is queued the submission is in flight, and its acknowledgement tells what became of it.
        guard queued > 0 else {
          book.withdraw(submission)
          throw error
        }
        for rest in queued..<batch.count { book.settle(token: book.token(of: submission, rest)) { _ in .failure(error) } }
      }
    }
  }

  /// Where the records of a submission go, and until when their being queued is waited for.
  private struct Destination {
    let topic: String
    let place: TopicPartition
    let deadline: ContinuousClock.Instant
  }

  /// A record to be queued, with the number that its report carries.
  private struct Outgoing {
    let key: UnsafeRawBufferPointer?
    let value: UnsafeRawBufferPointer?
    let headers: [RecordHeader]
    let token: UInt
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

  private func produce(_ record: Outgoing, to destination: Destination, by producer: inout KafkaProducer) throws(LogError) {
    while true {
      do {
        return try producer.produce(
          key: record.key, value: record.value, headers: record.headers.map { KafkaHeader($0.name, $0.value) }, to: destination.topic,
          partition: Int32(clamping: destination.place.partition), token: record.token)
      } catch {
        guard error.code == .queueFull, ContinuousClock.now < destination.deadline else {
          throw failure(error, at: destination.place, fatal: producer.fatal)
        }
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
