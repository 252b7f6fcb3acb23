import Foundation
import LodgingDomain
import LodgingPipeline

/// Appends prepared records in large batches, in order within each partition.
struct Pouring {
  private let appender: any LogAppender
  private var batches: [Int: [NewRecord]] = [:]
  private var open = 0
  /// Records that were acknowledged.
  private(set) var poured = 0

  private static let recordsInBatch = 512

  init(into log: any EventLog) throws { appender = try log.makeAppender() }

  /// Appends all records of a part, and returns when the log has them.
  mutating func pour(_ part: EventFile.Part, of folder: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: part.path(in: folder)), options: .alwaysMapped)
    try bytes.withUnsafeBytes { bytes in
      try EventFile.forEach(in: bytes) { try append(EventFile.record(at: $0, in: bytes), to: $0.partition) }
    }
    try settle()
  }

  /// Hands over a record; the log has it when ``settle()`` has returned.
  mutating func append(_ record: NewRecord, to partition: Int) throws {
    batches[partition, default: []].append(record)
    guard let batch = batches[partition], batch.count == Self.recordsInBatch else { return }
    batches[partition] = nil
    try submit(batch, to: partition)
  }

  /// Waits until the log has all that was handed over.
  mutating func settle() throws {
    for (partition, batch) in batches { try submit(batch, to: partition) }
    batches.removeAll(keepingCapacity: true)
    try takeAcknowledgements()
  }

  private mutating func submit(_ records: [NewRecord], to partition: Int) throws {
    try appender.submit(records, to: TopicPartition(.events, partition), tag: 0)
    open += 1
    if open == LogLimits.submissionsInFlightMax / 2 { try takeAcknowledgements() }
  }

  private mutating func takeAcknowledgements() throws {
    for acknowledgement in try appender.settle(open) { poured += try acknowledgement.result.get().count }
    open = 0
  }
}
