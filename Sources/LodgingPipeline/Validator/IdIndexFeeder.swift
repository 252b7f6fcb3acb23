import LodgingDomain
import LodgingWire

/// Brings the id index of one partition up to the end of the ledger by reading the entries that count, as every reader does.
struct IdIndexFeeder {
  let partition: Int
  let context: ValidatorContext

  private static let batchMax = 4096

  /// Reads on from the index's position and returns the new one; nil before genesis.
  ///
  /// Where the ledger no longer holds what the index stands on, the index is emptied and built anew.
  func catchUp() throws -> ChainPosition? {
    let ledger = TopicPartition(.ledger, partition)
    var cursor = ChainCursor(partition: partition)
    if let position = try context.index.position(partition: partition) {
      let chain = try context.log.fetch(ledger, at: position.offset) { $0.chainValue } ?? nil
      if chain == position.chain {
        cursor = ChainCursor(partition: partition, after: position)
      } else {
        try context.index.clear(partition: partition)
      }
    }
    var registrations: [IndexedRegistration] = []
    let end = try context.log.bounds(of: ledger).end
    var from: Int64 = -1
    while cursor.next > from, cursor.next < end {
      from = cursor.next
      var isStopped = false
      let next = try context.log.walk(ledger, from: from) { record in
        switch cursor.take(record.value, at: record.offset) {
        case .ignored: break
        case .counts: collect(record, into: &registrations)
        case .unknown, .noGenesis:
          isStopped = true
          return false
        }
        return registrations.count < Self.batchMax
      }
      cursor.skip(to: next)
      if let position = cursor.position { try context.index.add(registrations, partition: partition, position: position) }
      registrations.removeAll(keepingCapacity: true)
      if isStopped { break }
    }
    return cursor.position
  }

  private func collect(_ record: borrowing LogRecord, into registrations: inout [IndexedRegistration]) {
    guard let value = record.value, let entry = try? LedgerReader.entry(value), case .decided(let decision, let facts) = entry.body,
      decision.outcome.isRegistered, let event = entry.decidedEvent(in: value)
    else { return }
    let registered = RegisteredEvent(event, facts: facts, decision: decision, source: entry.header.source, registered: entry.header.now)
    registrations.append(IndexedRegistration(establishment: event.establishment, event: event.id, record: registered))
  }
}
