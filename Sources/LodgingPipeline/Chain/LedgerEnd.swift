package import LodgingDomain
package import LodgingWire

/// The last entry of a ledger partition that counts, and what the entry behind it must be like.
package struct LedgerEnd: Sendable {
  /// The partition.
  package var partition: Int
  /// The entry.
  package var position: ChainPosition
  /// Ledger time.
  package var now: Instant
  /// What the next entry must be like.
  package var terms: LedgerTerms
  /// The id of the key that genesis names, which 0 in the terms stands for.
  package var genesisKeyID: UInt32
  /// The number of partitions, as genesis names it.
  package var partitions: UInt32

  /// The last number and the incarnation that sources have now.
  package var source: SourceNumber { SourceNumber(position.source) }

  /// The id of the chain key that the next entry is made with.
  package var keyID: UInt32 { terms.keyID == 0 ? genesisKeyID : terms.keyID }

  /// Reads on to the end of a partition.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - partition: The partition.
  ///   - known: A position that is known to count, to read on from; where the ledger does not hold it, all is read.
  ///   - version: The newest version that the reader knows.
  /// - Throws: ``LogError``; ``LedgerStop`` where the ledger cannot be read to its end.
  package init(
    of log: any EventLog, partition: Int, after known: ChainPosition? = nil, version: LedgerVersion = .newest
  ) throws {
    let ledger = TopicPartition(.ledger, partition)
    var cursor = ChainCursor(partition: partition, version: version)
    if let known, try log.holds(known, of: partition) { cursor = ChainCursor(partition: partition, after: known, version: version) }
    var stop: LedgerStop?
    let end = try log.end(of: ledger)
    var from: Int64 = -1
    while stop == nil, cursor.next > from, cursor.next < end {
      from = cursor.next
      let next = try log.walk(ledger, from: from) { record in
        switch cursor.take(record.value, at: record.offset) {
        case .counts, .ignored: return true
        case .unknown: stop = LedgerStop(partition: partition, offset: record.offset, reason: "it is of no kind that is known here")
        case .later(let needed):
          stop = LedgerStop(partition: partition, offset: record.offset, reason: "it needs a program that knows \(needed)")
        case .noGenesis: stop = LedgerStop(partition: partition, offset: record.offset, reason: "no genesis entry stands before it")
        }
        return false
      }
      cursor.skip(to: next)
    }
    if let stop { throw stop }
    let start = try log.bounds(of: ledger).start
    guard let position = cursor.position, let first = try Self.entry(of: log, ledger, at: start), case .genesis(let genesis) = first.body,
      let last = try Self.entry(of: log, ledger, at: position.offset), last.chain == position.chain
    else { throw LedgerStop(partition: partition, offset: start, reason: "the ledger has no genesis entry, or changed while it was read") }
    self.partition = partition
    self.position = position
    now = last.header.now
    terms = LedgerTerms(after: last)
    guard version.covers(terms.version) else {
      throw LedgerStop(partition: partition, offset: position.offset, reason: "it needs a program that knows \(terms.version)")
    }
    (genesisKeyID, partitions) = (genesis.keyID, genesis.partitions)
  }

  /// An entry without an event of its own that follows here: it repeats the last source and time.
  ///
  /// - Parameters:
  ///   - body: What it says.
  ///   - keys: The chain keys.
  /// - Returns: The record for the ledger.
  /// - Throws: ``LedgerStop`` where the ring has not the key that the entry must be made with.
  package func entry(_ body: LedgerBody, keys: any KeyRing) throws -> NewRecord {
    guard let key = keys.chainKey(keyID) else {
      throw LedgerStop(partition: partition, offset: position.offset, reason: "the key ring has no chain key \(keyID)")
    }
    var value: [UInt8] = []
    _ = LedgerWriter.append(terms.header(previous: position.chain, source: position.source, now: now), body, key: key, to: &value)
    return NewRecord(key: [], value: value)
  }

  private static func entry(of log: any EventLog, _ ledger: TopicPartition, at offset: Int64) throws(LogError) -> LedgerEntry? {
    try log.fetch(ledger, at: offset) { record in record.value.flatMap { try? LedgerReader.entry($0) } } ?? nil
  }
}

/// Why a ledger cannot be read to its end.
package struct LedgerStop: Error, Hashable, Sendable, CustomStringConvertible {
  /// The partition.
  package var partition: Int
  /// The record that stops the reader.
  package var offset: Int64
  /// Why.
  package var reason: String

  /// Where and why.
  package var description: String { "partition \(partition), ledger offset \(offset): \(reason)" }
}
