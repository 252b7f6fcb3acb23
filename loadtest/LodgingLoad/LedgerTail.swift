import Foundation
import KafkaClient
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingWire
import Synchronization

/// How many events were sent to each partition, so that nobody looks for decisions where none can be.
final class SentMarks: Sendable {
  private let counts: Mutex<[Int]>

  init(partitions: Int) { counts = Mutex(Array(repeating: 0, count: partitions)) }

  func add(_ count: Int, to partition: Int) { counts.withLock { $0[partition] += count } }

  var all: [Int] { counts.withLock { $0 } }
}

/// Follows the ledger as any reader of it would.
protocol LedgerTail {
  /// Waits a few milliseconds at most, and tells of each decision that has come: its partition, and the offset of the event.
  mutating func poll(_ body: (_ partition: Int, _ source: Int64) -> Void) throws
}

extension UnsafeRawBufferPointer {
  /// The offset of the event that the entry of these bytes decides; nil where it decides none.
  fileprivate var decidedSource: Int64? {
    guard let summary = try? LedgerReader.summary(self), summary.kind?.hasSource == true else { return nil }
    return SourceNumber(summary.header.source).offset
  }
}

/// On the embedded log, through the very object that the validator appends by.
struct EmbeddedTail: LedgerTail {
  private let log: any EventLog
  private let marks: SentMarks
  private var positions: [TopicPartition: Int64] = [:]
  private var seen: [Int]

  init(_ log: any EventLog, marks: SentMarks) throws {
    self.log = log
    self.marks = marks
    seen = marks.all
    for partition in seen.indices {
      let place = TopicPartition(.ledger, partition)
      positions[place] = try log.end(of: place)
    }
  }

  mutating func poll(_ body: (_ partition: Int, _ source: Int64) -> Void) throws {
    let sent = marks.all
    let open = positions.filter { seen[$0.key.partition] < sent[$0.key.partition] }
    guard !open.isEmpty else { return Thread.sleep(forTimeInterval: 0.000_2) }
    try log.waitForRecords(after: open, timeout: .milliseconds(5))
    for (place, position) in open {
      var found = 0
      positions[place] = try log.read(place, from: position, limit: ReadLimit(records: 4096)) { record throws(LogError) in
        guard let source = record.value?.decidedSource else { return }
        body(place.partition, source)
        found += 1
      }
      seen[place.partition] += found
    }
  }
}

/// On a cluster, through a consumer of its own.
final class KafkaTail: LedgerTail {
  private var consumer: KafkaConsumer

  /// How long a broker may hold a fetch that finds nothing.
  static let fetchWaitMilliseconds = 5

  init(_ configuration: KafkaLogConfiguration, from ends: [Int64]) throws {
    let settings = KafkaConfiguration.reader(bootstrapServers: configuration.bootstrapServers)
      .setting("fetch.wait.max.ms", to: "\(Self.fetchWaitMilliseconds)")
    let connection = try KafkaConnection(settings) { _ in }
    consumer = try KafkaConsumer(try KafkaTopic(configuration.name(of: .ledger), connection))
    for (partition, end) in ends.enumerated() { try consumer.start(Int32(partition), at: end) }
  }

  func poll(_ body: (_ partition: Int, _ source: Int64) -> Void) throws {
    let reception = consumer.receive(upTo: 4096, timeout: .milliseconds(5)) { record in
      if let source = record.value?.decidedSource { body(Int(record.partition), source) }
      return .take
    }
    if case .failure(_, _, let error) = reception.event { throw error }
  }
}
