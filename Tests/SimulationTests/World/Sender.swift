import LodgingPipeline
import LodgingTesting

/// What establishments send goes through one appender; what is not known to have landed is sent again.
final class Sender {
  private let appender: SimulatedAppender
  private var inFlight: [UInt64: Outgoing] = [:]
  private var waiting: [Outgoing] = []
  private var nextTag: UInt64 = 0
  /// Where each record landed that was acknowledged.
  private(set) var landed: [(offset: Int64, record: Outgoing)] = []

  init(_ log: SimulatedLog) { appender = log.makeSimulatedAppender() }

  /// Whether everything that was sent is known to have landed.
  var isIdle: Bool { inFlight.isEmpty && waiting.isEmpty }

  func send(_ record: Outgoing) {
    waiting.append(record)
    handOver()
  }

  /// Hears what became of what is in flight, and returns how many records had to be sent again.
  func listen() -> Int {
    guard let answers = try? appender.acknowledgements(timeout: .zero) else { return 0 }
    var again = 0
    for answer in answers {
      guard let record = inFlight.removeValue(forKey: answer.tag) else { continue }
      switch answer.result {
      case .success(let offsets): landed += offsets.map { ($0, record) }
      case .failure:
        waiting.append(record)
        again += 1
      }
    }
    handOver()
    return again
  }

  /// Claims that a record landed.
  func forge(landed: (offset: Int64, record: Outgoing)) { self.landed.append(landed) }

  private func handOver() {
    while let record = waiting.first {
      nextTag += 1
      let place = TopicPartition(.events, record.partition)
      guard (try? appender.submit([NewRecord(key: record.key, value: record.value)], to: place, tag: nextTag)) != nil else { return }
      waiting.removeFirst()
      inFlight[nextTag] = record
    }
  }
}
