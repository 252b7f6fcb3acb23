public import LodgingDomain

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
    if let mark, try log.fetch(ledger, at: mark.offset, { $0.chainValue }) == mark.chain {
      cursor = ChainCursor(partition: partition, after: mark)
    }
    let end = try log.bounds(of: ledger).end
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
        case .unknown, .noGenesis:
          isOver = true
          return false
        }
      }
      cursor.skip(to: next)
    }
    return cursor.position
  }
}
