import LodgingDomain
package import LodgingWire

/// Brings the id index of one partition up to the end of the ledger by reading the entries that count, as every reader does.
///
/// Any number of feeders may feed one index at the same time: what another one moved on meanwhile is read on from there.
package struct IdIndexFeeder: Sendable {
  private let partition: Int
  private let log: any EventLog
  private let index: any IdIndex
  private let version: LedgerVersion

  /// News that are written together, in one transaction of a few megabytes: what is written beside each other is found sooner.
  private static let batchMax = 32_768

  /// How far an index came.
  package struct Reach: Sendable, Hashable {
    /// Up to where it is complete; nil before genesis.
    package var position: ChainPosition?
    /// Records of the ledger that are behind that position and were there when the feeder began.
    package var left: Int64
    /// Records that were read.
    package var read: Int
  }

  /// Makes a feeder for one partition of a ledger, by a reader that knows `version`.
  package init(partition: Int, log: any EventLog, index: any IdIndex, version: LedgerVersion = .newest) {
    self.partition = partition
    self.log = log
    self.index = index
    self.version = version
  }

  init(partition: Int, context: ValidatorContext) {
    self.init(partition: partition, log: context.log, index: context.index, version: context.version)
  }

  /// Reads on from the index's position.
  ///
  /// Where the ledger no longer holds what the index stands on, the index is emptied and built anew.
  ///
  /// - Parameter recordsMax: After how many records it ends, with what was read in the index.
  /// - Returns: How far it came.
  /// - Throws: What log and index throw; the index stands on whole batches then.
  package func catchUp(recordsMax: Int) throws -> Reach {
    let ledger = TopicPartition(.ledger, partition)
    var (cursor, start) = try begin()
    let end = try log.end(of: ledger)
    var news: [IdIndexNews] = []
    var from: Int64 = -1
    var read = 0
    while cursor.next > from, cursor.next < end, read < recordsMax {
      from = cursor.next
      var isStopped = false
      let next = try log.walk(ledger, from: from) { record in
        read += 1
        switch cursor.take(record.value, at: record.offset) {
        case .ignored: break
        case .counts: if let told = Self.news(in: record) { news.append(told) }
        case .unknown, .later, .noGenesis:
          isStopped = true
          return false
        }
        return news.count < Self.batchMax && read < recordsMax
      }
      cursor.skip(to: next)
      if let position = cursor.position {
        if try index.add(news, partition: partition, after: start, position: position) {
          start = position
        } else {
          (cursor, start) = try begin()
          from = -1
        }
      }
      news.removeAll(keepingCapacity: true)
      // What it cannot read, no more reading brings nearer.
      if isStopped { return Reach(position: start, left: 0, read: read) }
    }
    // Where it ended by itself, nothing that can be read is behind it.
    return Reach(position: start, left: read < recordsMax ? 0 : max(0, end - cursor.next), read: read)
  }

  /// Where reading begins.
  private func begin() throws -> (cursor: ChainCursor, start: ChainPosition?) {
    if let position = try index.position(partition: partition) {
      if try log.holds(position, of: partition) {
        return (ChainCursor(partition: partition, after: position, version: version), position)
      }
      try index.clear(partition: partition, standingAt: position)
    }
    return (ChainCursor(partition: partition, version: version), nil)
  }

  /// What an entry tells; nil where that is nothing.
  private static func news(in record: borrowing LogRecord) -> IdIndexNews? {
    guard let value = record.value, let entry = try? LedgerReader.entry(value) else { return nil }
    switch entry.body {
    case .decided(let decision, let facts):
      guard decision.outcome.isRegistered, let event = entry.decidedEvent(in: value) else { return nil }
      let registered = RegisteredEvent(
        event, facts: facts, decision: decision, source: entry.header.source, registered: entry.header.now)
      return .registered(IndexedRegistration(establishment: event.establishment, event: event.id, record: registered))
    case .reseal(let reseal):
      let stay = StayReference(establishment: reseal.establishment, stay: reseal.stay)
      return reseal.digest.map { .resealed(stay, month: reseal.sealed.month, digest: $0) }
    case .genesis, .ticked, .undecodable, .missing, .sourceReset, .upgrade, .rekey: return nil
    }
  }
}
