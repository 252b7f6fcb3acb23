internal import KafkaClient
internal import Synchronization

/// A producer that is one thread's, and of which another one takes what it tells about itself.
///
/// Reports and statistics come through one queue. What a thread that is not the owner finds there of reports is kept for the owner.
final class SharedProducer: Sendable {
  private struct State: ~Copyable {
    var producer: KafkaProducer
    /// Reports that came while somebody else looked.
    var reports: [KafkaDelivery] = []
  }

  private let state: Mutex<State>

  /// Makes a producer; throws ``KafkaError/Code/invalidArgument`` for a setting that librdkafka refuses.
  init(_ configuration: KafkaLogConfiguration) throws(KafkaError) {
    state = Mutex(State(producer: try KafkaProducer(configuration.producer, log: configuration.log)))
  }

  /// The error that made the producer useless, if one did.
  var fatal: KafkaError? { state.withLock { $0.producer.fatal } }

  /// Lends the producer for some records, under one lock.
  func lend<Failure: Error>(_ body: (inout KafkaProducer) throws(Failure) -> Void) throws(Failure) {
    try state.withLock { state throws(Failure) in try body(&state.producer) }
  }

  /// Takes the reports that have come, blocking at most `timeout` for the first.
  func poll(timeout: Duration) -> [KafkaDelivery] {
    state.withLock { state in
      guard !state.reports.isEmpty else { return state.producer.poll(timeout: timeout) }
      defer { state.reports = [] }
      return state.reports + state.producer.poll(timeout: .zero)
    }
  }

  /// Gives up every record that is queued or in flight.
  func purge() { state.withLock { $0.producer.purge() } }

  /// What the producer told about itself since it was asked last, where the owner has taken it in.
  func takeStatistics() -> KafkaStatistics? { state.withLock { $0.producer.takeStatistics() } }

  /// What the producer told about itself, taken by somebody else than the owner; nil also where the owner is at it.
  func takeStatisticsBeside() -> KafkaStatistics? {
    state.withLockIfAvailable { state in
      state.reports += state.producer.poll(timeout: .zero)
      return state.producer.takeStatistics()
    } ?? nil
  }
}
