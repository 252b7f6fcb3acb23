import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire

/// One record of the ledger as an operator sees it, without identities.
package struct EntryOutput: Encodable, Sendable {
  package var partition: Int
  package var offset: Int64
  package var counts: Bool
  package var kind: String
  package var source: Int64?
  package var now: String?
  package var chain: String?
  package var previous: String?
  package var establishment: String?
  package var event: String?
  package var outcome: String?
  package var codes: [String]?
  package var reason: String?
}

/// Reads the ledger for an operator.
package struct LedgerDesk {
  private let register: Register

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// The last records of a partition, the oldest first; whether each counts is judged from the start of the partition.
  package func tail(partition: Int, count: Int) throws -> [EntryOutput] {
    var entries: [EntryOutput] = []
    try walk(partition) { entry in
      entries.append(entry)
      if entries.count > count { entries.removeFirst() }
      return true
    }
    return entries
  }

  /// One record; nil where the ledger holds none there.
  package func show(partition: Int, offset: Int64) throws -> EntryOutput? {
    var found: EntryOutput?
    try walk(partition) { entry in
      if entry.offset == offset { found = entry }
      return entry.offset < offset
    }
    return found
  }

  private func walk(_ partition: Int, _ body: (EntryOutput) -> Bool) throws {
    guard (0..<register.log.partitionCount).contains(partition) else {
      throw ServiceError.notFound("there is no partition \(partition); there are 0 to \(register.log.partitionCount - 1)")
    }
    var cursor = ChainCursor(partition: partition)
    _ = try register.log.walk(TopicPartition(.ledger, partition), from: 0) { record in
      let verdict = cursor.take(record.value, at: record.offset)
      return body(EntryOutput(record, partition: partition, verdict: verdict))
    }
  }
}

extension EntryOutput {
  init(_ record: borrowing LogRecord, partition: Int, verdict: ChainCursor.Verdict) {
    self.partition = partition
    offset = record.offset
    if case .counts = verdict { counts = true } else { counts = false }
    kind = "unreadable"
    guard let bytes = record.value, let entry = try? LedgerReader.entry(bytes) else { return }
    kind = "\(entry.body.kind)"
    source = entry.header.source
    now = entry.header.now.rfc3339()
    chain = entry.chain.description
    previous = entry.header.previous.description
    switch entry.body {
    case .decided(let decision, _):
      let decided = entry.decidedEvent(in: bytes)
      establishment = decided?.establishment.description
      event = decided?.id.description
      outcome = decision.outcome.name
      codes = decision.codes.names
    case .undecodable(let undecodable):
      codes = [undecodable.code.name]
      reason = undecodable.reason
    case .missing(_, let why): reason = why
    default: break
    }
  }
}
