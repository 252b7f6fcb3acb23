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
  /// The offset on the events log, and which life of that log it is.
  package var source: Int64?
  package var incarnation: UInt32?
  package var now: String?
  package var chain: String?
  package var previous: String?
  package var establishment: String?
  package var event: String?
  package var outcome: String?
  package var codes: [String]?
  package var reason: String?
  /// The month whose key the entry's identity, digest and fingerprints are under.
  package var month: String?
  /// That the key is destroyed, in English.
  package var note: String?
  /// The same in Vietnamese.
  package var noteVietnamese: String?

  enum CodingKeys: String, CodingKey {
    case partition, offset, counts, kind, source, incarnation, now, chain, previous, establishment, event, outcome, codes, reason, month,
      note
    case noteVietnamese = "note_vi"
  }
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
      return body(EntryOutput(record, partition: partition, verdict: verdict, register: register))
    }
  }
}

extension EntryOutput {
  init(_ record: borrowing LogRecord, partition: Int, verdict: ChainCursor.Verdict, register: Register) {
    self.partition = partition
    offset = record.offset
    if case .counts = verdict { counts = true } else { counts = false }
    kind = "unreadable"
    guard let bytes = record.value, let entry = try? LedgerReader.entry(bytes) else { return }
    kind = "\(entry.body.kind)"
    let sealedTo = entry.month
    month = sealedTo?.description
    if let sealedTo, register.isDestroyed(sealedTo) {
      let words = DestroyedNote.identity(sealedTo)
      (note, noteVietnamese) = (words.english, words.vietnamese)
    }
    source = SourceNumber(entry.header.source).offset
    incarnation = SourceNumber(entry.header.source).incarnation
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
    case .sourceReset(let next, let first, let why): reason = "goes on at \(first) of incarnation \(next): \(why)"
    case .upgrade(let format, let rules): reason = "\(LedgerVersion(format: format, rules: rules))"
    case .rekey(let id): reason = "key \(id)"
    case .reseal(let reseal):
      establishment = reseal.establishment.description
      event = reseal.stay.description
    default: break
    }
  }
}

extension LedgerEntry {
  /// The month whose key opens the identity that the entry holds; nil where it holds none.
  fileprivate var month: KeyMonth? {
    switch body {
    case .decided(_, let facts): facts.seal == .absent ? nil : facts.month
    case .reseal(let reseal): reseal.sealed.month
    default: nil
    }
  }
}
