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
  private let ledger: Mutex<[Ledger]>
  /// Up to which part events show, so that one can be measured after another.
  private let shown = Mutex(0)

  /// A record of one of the files.
  private struct Placed {
    let file: Int
    let place: EventFile.Place
  }

  private struct Ledger {
    var bytes = 0
    var entries: [[UInt8]] = []
  }

  /// Loads what was prepared in a folder; nothing of it shows yet.
  init(folder: String, partitions: Int) throws {
    files = try EventFile.Part.allCases.map { try Data(contentsOf: URL(fileURLWithPath: $0.path(in: folder)), options: .alwaysMapped) }
    var places = [[Placed]](repeating: [], count: partitions)
    for (file, bytes) in files.enumerated() {
      try bytes.withUnsafeBytes { try EventFile.forEach(in: $0) { places[$0.partition].append(Placed(file: file, place: $0)) } }
    }
    self.places = places
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

  private func end(of partition: Int) -> Int {
    let parts = shown.withLock { $0 }
    return parts >= files.count ? places[partition].count : places[partition].count { $0.file < parts }
  }

  /// Entries and their bytes in the ledger.
  var ledgerSize: (entries: Int, bytes: Int) {
    ledger.withLock { $0.reduce(into: (0, 0)) { $0 = ($0.0 + $1.entries.count, $0.1 + $1.bytes) } }
  }

  func partitions(of topic: Topic) throws(LogError) -> Int {
    guard topic == .events || topic == .ledger else { throw .unknownTopic(topic) }
    return places.count
  }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    let end = place.topic == .events ? Int64(end(of: place.partition)) : Int64(ledger.withLock { $0[place.partition].entries.count })
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
    let end = min(end(of: partition), Int(offset) + limit.records)
    for index in Int(offset)..<max(Int(offset), end) {
      let (file, place) = (places[partition][index].file, places[partition][index].place)
      let result: Result<Void, LogError> = files[file].withUnsafeBytes { bytes in
        Result { () throws(LogError) in
          try body(
            LogRecord(
              offset: Int64(index), appended: place.appended, key: place.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
              value: place.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }))
        }
      }
      try result.get()
    }
    return Int64(end)
  }

  private func readLedger(
    _ partition: Int, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    let entries = ledger.withLock { Array($0[partition].entries.dropFirst(Int(offset)).prefix(limit.records)) }
    for (index, entry) in entries.enumerated() {
      let result: Result<Void, LogError> = entry.withUnsafeBytes { bytes in
        Result { () throws(LogError) in
          try body(LogRecord(offset: offset + Int64(index), appended: Instant(milliseconds: 0), key: nil, value: bytes))
        }
      }
      try result.get()
    }
    return offset + Int64(entries.count)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { Appender(self) }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { Group(Array(places.indices)) }

  fileprivate func append(_ records: [NewRecord], to partition: Int) -> [Int64] {
    ledger.withLock { all in
      let start = Int64(all[partition].entries.count)
      all[partition].bytes += records.reduce(0) { $0 + $1.byteCount }
      all[partition].entries.append(contentsOf: records.map { $0.value ?? [] })
      return Array(start..<Int64(all[partition].entries.count))
    }
  }
}

private final class Appender: LogAppender {
  private let log: BufferLog
  private var landed: [Acknowledgement] = []

  init(_ log: BufferLog) { self.log = log }

  func submit(_ records: [NewRecord], to place: TopicPartition, tag: UInt64) throws(LogError) {
    landed.append(Acknowledgement(tag: tag, place: place, result: .success(log.append(records, to: place.partition))))
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
