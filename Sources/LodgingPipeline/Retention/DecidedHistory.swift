public import LodgingDomain
import LodgingWire

/// Finds up to where the events of a partition were decided long ago, so that the log need not keep them any more.
///
/// It reads the ledger by the acceptance rule like every other reader, so an entry that does not count says nothing of the event that it
/// names. How long ago an event was decided is how long ago its decision was appended, whenever the event itself was.
public struct DecidedHistory: Sendable {
  private let log: any EventLog
  private let partition: Int

  /// Looks at one partition of a log.
  public init(log: any EventLog, partition: Int) {
    self.log = log
    self.partition = partition
  }

  /// The last entry that counts and was appended before a time.
  ///
  /// - Parameters:
  ///   - limit: The time.
  ///   - mark: What an earlier call returned, to read on from there; where the ledger no longer holds it, all is read again.
  /// - Returns: Its position; nil where there is none.
  /// - Throws: ``LogError``.
  public func lastEntry(before limit: Instant, after mark: ChainPosition?) throws(LogError) -> ChainPosition? {
    let ledger = TopicPartition(.ledger, partition)
    var cursor = ChainCursor(partition: partition)
    if let mark, try log.holds(mark, of: partition) { cursor = ChainCursor(partition: partition, after: mark) }
    let end = try log.end(of: ledger)
    var from: Int64 = -1
    var isOver = false
    while !isOver, cursor.next > from, cursor.next < end {
      from = cursor.next
      let next = try log.walk(ledger, from: from) { record in
        guard record.appended < limit else {
          isOver = true
          return false
        }
        switch cursor.take(record.value, at: record.offset) {
        case .counts, .ignored: return true
        case .unknown, .later, .noGenesis:
          isOver = true
          return false
        }
      }
      cursor.skip(to: next)
    }
    return cursor.position
  }

  /// The offset on the events log as it is now that an entry decided, or the one before which the log was lost since: everything before it
  /// was decided by then.
  ///
  /// - Parameters:
  ///   - entry: An entry that counts.
  ///   - latest: The source that is decided last.
  /// - Returns: The offset.
  /// - Throws: ``LogError``.
  public func keptOffset(of entry: ChainPosition, upTo latest: SourceNumber) throws(LogError) -> Int64 {
    var kept = SourceNumber(entry.source).offset
    guard SourceNumber(entry.source).resets < latest.resets else { return kept }
    var cursor = ChainCursor(partition: partition, after: entry)
    _ = try log.walk(TopicPartition(.ledger, partition), from: cursor.next) { record in
      guard case .counts(let summary) = cursor.take(record.value, at: record.offset), summary.kind == .sourceReset,
        let position = cursor.position
      else { return true }
      kept = min(kept, SourceNumber(position.source).offset)
      return true
    }
    return kept
  }
}
