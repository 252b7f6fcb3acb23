import Foundation
import LodgingDomain
import LodgingPipeline
import Synchronization

/// A log that costs next to nothing: events and ledger in memory.
///
/// What is left of the time of a validator on it is the validator's own.
final class BufferLog: EventLog {
  private let files: [Data]
  private let places: [[Placed]]
  /// Where each partition ends, by the number of parts that show.
  private let ends: [[Int]]
  private let ledger: Mutex<[Ledger]>
  /// Up to which part events show, so that one can be measured after another.
  private let shown = Mutex(0)

  /// A record of one of the files.
  private struct Placed {
    let file: Int
    let place: EventFile.Place
  }

  /// The batches of one partition of the ledger, each with the offset of its first entry.
  private struct Ledger {
    var bytes = 0
    var end: Int64 = 0
    var batches: [(start: Int64, entries: RecordBatch)] = []
  }

  /// Loads what was prepared in a folder; nothing of it shows yet.
  init(folder: String, partitions: Int) throws {
    files = try EventFile.Part.allCases.map { try Data(contentsOf: URL(fileURLWithPath: $0.path(in: folder)), options: .alwaysMapped) }
    var places = [[Placed]](repeating: [], count: partitions)
    for (file, bytes) in files.enumerated() {
      try bytes.withUnsafeBytes { try EventFile.forEach(in: $0) { places[$0.partition].append(Placed(file: file, place: $0)) } }
    }
    self.places = places
    ends = places.map { placed in (0...EventFile.Part.allCases.count).map { parts in placed.count { $0.file < parts } } }
    ledger = Mutex(Array(repeating: Ledger(), count: partitions))
  }

  /// Shows the next part, and returns how many events it has.
  func showNext() -> Int {
    let part = shown.withLock { shown in
      shown += 1
      return shown - 1
    }
    return places.reduce(0) { $0 + $1.count { $0.file == part } }
  }

  private func end(of partition: Int) -> Int { ends[partition][shown.withLock { min($0, files.count) }] }

  /// Entries and their bytes in the ledger.
  var ledgerSize: (entries: Int, bytes: Int) {
    ledger.withLock { $0.reduce(into: (0, 0)) { $0 = ($0.0 + Int($1.end), $0.1 + $1.bytes) } }
  }

  func partitions(of topic: Topic) throws(LogError) -> Int {
    guard topic == .events || topic == .ledger else { throw .unknownTopic(topic) }
    return places.count
  }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    let end = place.topic == .events ? Int64(end(of: place.partition)) : ledger.withLock { $0[place.partition].end }
    return LogBounds(start: 0, end: end)
  }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    place.topic == .events
      ? try readEvents(place.partition, from: offset, limit: limit, body)
      : try readLedger(place.partition, from: offset, limit: limit, body)
  }

  private func readEvents(
    _ partition: Int, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    let places = places[partition]
    let end = max(Int(offset), min(end(of: partition), Int(offset) + limit.records))
    var next = Int(offset)
    while next < end {
      let file = places[next].file
      let result: Result<Void, LogError> = files[file].withUnsafeBytes { bytes in
        Result { () throws(LogError) in
          while next < end, places[next].file == file {
            let place = places[next].place
            try body(
              LogRecord(
                offset: Int64(next), appended: place.appended, key: place.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
                value: place.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }))
            next += 1
          }
        }
      }
      try result.get()
    }
    return Int64(end)
  }

  private func readLedger(
    _ partition: Int, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    let batch = ledger.withLock { $0[partition].batches.last { $0.start <= offset } }
    guard let (start, entries) = batch else { return offset }
    let end = min(start + Int64(entries.count), offset + Int64(limit.records))
    try entries.lend(from: Int(offset - start)) { index, key, value throws(LogError) in
      guard start + Int64(index) < end else { return }
      try body(LogRecord(offset: start + Int64(index), appended: Instant(milliseconds: 0), key: key, value: value))
    }
    return max(offset, end)
  }

  func mayHaveRecords(in topic: Topic, at positions: [PartitionPosition]) throws(LogError) -> [Bool] {
    try positions.map { position throws(LogError) in
      try end(of: TopicPartition(topic, position.partition)) > position.offset
    }
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { Appender(self) }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { Group(Array(places.indices)) }

  fileprivate func append(_ entries: RecordBatch, to partition: Int) -> [Int64] {
    guard !entries.isEmpty else { return [] }
    return ledger.withLock { all in
      let start = all[partition].end
      all[partition].end += Int64(entries.count)
      all[partition].bytes += entries.byteCount
      all[partition].batches.append((start, entries))
      return Array(start..<all[partition].end)
    }
  }
}

private final class Appender: LogAppender {
  private let log: BufferLog
  private var landed: [Acknowledgement] = []

  init(_ log: BufferLog) { self.log = log }

  func submit(_ batch: RecordBatch, to place: TopicPartition, tag: UInt64) throws(LogError) {
    landed.append(Acknowledgement(tag: tag, place: place, result: .success(log.append(batch, to: place.partition))))
  }

  func acknowledgements(timeout: Duration) throws(LogError) -> [Acknowledgement] {
    defer { landed.removeAll() }
    return landed
  }

  func purge() { landed.removeAll() }
}

@available(*, unavailable)
extension Appender: Sendable {}

private final class Group: PartitionGroup {
  private var partitions: [Int]?

  init(_ partitions: [Int]) { self.partitions = partitions }

  func poll(timeout: Duration) throws(LogError) -> GroupChange? {
    defer { partitions = nil }
    return partitions.map { .assigned($0) }
  }

  func confirmOwnership(of partition: Int, position: Int64) throws(LogError) -> Bool { true }

  func leave() {}
}

@available(*, unavailable)
extension Group: Sendable {}
