import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingSynthetic
import LodgingWire

/// How much of a demo's stream stands on its events log, found by what the records say and not by how many there are.
///
/// The producer appends a fixed part of the stream in one transaction, so what is there is a beginning of the stream, in the order of each
/// partition and with nothing between.
struct DemoPlace {
  /// How many items were sent.
  private(set) var sent = 0
  private var logs: [PartitionRecords]

  /// Looks for the items of a plan, one after the other, until one is not there.
  ///
  /// Where the evening's key is destroyed the log has got on since, and nothing is sent any more: then other records are no fault.
  ///
  /// Throws ``ServiceError/foreignRecord(partition:source:)`` where the log holds anything else.
  init(_ plan: DemoPlan, in register: Register) throws {
    logs = try (0..<register.log.partitionCount).map { try PartitionRecords($0, of: register.log) }
    let isOver = register.isDestroyed(KeyMonth(containing: EveningClock.start))
    do {
      try find(plan, in: register)
      for log in logs where log.next < log.end { throw ServiceError.foreignRecord(partition: log.partition, source: log.next) }
    } catch let error as ServiceError {
      guard isOver, case .foreignRecord = error else { throw error }
    }
  }

  private mutating func find(_ plan: DemoPlan, in register: Register) throws {
    for items in [AnySequence(plan.establishmentEvents), AnySequence(plan)] {
      for item in items {
        let partition = EveningRecords.partition(of: item, among: register.log.partitionCount)
        guard try logs[partition].take({ item.isSent(as: $0) }) else { return }
        sent += 1
      }
    }
    for partition in logs.indices {
      guard try logs[partition].take({ $0 == ValidatorLoop.tick }) else { return }
      sent += 1
    }
  }
}

/// The records of one partition in order, read in chunks.
private struct PartitionRecords {
  let partition: Int
  /// The offset of the record to look at next.
  private(set) var next: Int64 = 0
  let end: Int64
  private let start: Int64
  private let log: any EventLog
  private var chunk: ArraySlice<NewRecord> = []

  private static let chunkRecords = 256

  init(_ partition: Int, of log: any EventLog) throws {
    self.partition = partition
    self.log = log
    let held = try log.bounds(of: TopicPartition(.events, partition))
    (start, end) = (held.start, held.end)
  }

  /// Goes on to the next record; false at the end.
  ///
  /// Throws where the record is not what it should be; one that retention removed is taken for right.
  mutating func take(_ isRight: (NewRecord) -> Bool) throws -> Bool {
    guard next < end else { return false }
    if next >= start {
      if chunk.isEmpty { try fill() }
      guard let record = chunk.popFirst(), isRight(record) else {
        throw ServiceError.foreignRecord(partition: partition, source: next)
      }
    }
    next += 1
    return true
  }

  private mutating func fill() throws {
    var records: [NewRecord] = []
    let place = TopicPartition(.events, partition)
    _ = try log.read(place, from: next, limit: ReadLimit(records: Self.chunkRecords)) { (record: borrowing LogRecord) in
      records.append(NewRecord(key: record.key.map { Array($0) }, value: record.value.map { Array($0) }))
    }
    chunk = records[...]
  }
}

extension DemoItem {
  /// Whether a record is this item as the producer sends it, whatever it was sealed with.
  fileprivate func isSent(as record: NewRecord) -> Bool {
    guard record.key == key.map({ $0.withUTF8 { Array($0) } }) else { return false }
    guard let (event, _) = event else {
      guard case .garbage(_, let bytes) = content else { return false }
      return record.value == bytes
    }
    return record.value?.withUnsafeBytes { bytes in
      guard let decoded = try? WireEvent.decode(bytes), case .event(let sent) = decoded.content else { return false }
      return sent == event
    } ?? false
  }
}
