import LodgingDomain
package import LodgingWire

/// How a partition goes on whose events log lost what is decided, or begins anew: an operator's decision, worked out from both logs.
///
/// The partition goes on behind the last record that is still the one that was decided. What stands there is undecided, even where an
/// earlier log held something else under the same offsets: what was decided of that keeps counting, and an event that was registered
/// then and is sent again is known by its id.
package struct SourceReset: Hashable, Sendable {
  /// The partition.
  package var partition: Int
  /// The incarnation that begins.
  package var incarnation: UInt32
  /// The offset to decide next.
  package var nextSource: Int64
  /// The offset that was decided last on the log as it was.
  package var decidedThrough: Int64
  /// Decisions of records that the events log does not hold any more; they keep counting.
  package var orphaned: Int64
  /// Offsets that left the log undecided, which nobody can decide any more.
  package var expired: Int64

  /// The entry that lets the partition go on.
  package func body(reason: String) -> LedgerBody { .sourceReset(incarnation: incarnation, nextSource: nextSource, reason: reason) }

  /// What has to be done at an end of the ledger; nil where the events log holds what was decided last.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - keys: The chain keys that digests of records are made with.
  ///   - partition: The partition.
  ///   - end: The end of its ledger.
  ///   - version: The newest version that the reader knows.
  /// - Throws: ``LogError``; ``LedgerStop`` where the key ring has not all chain keys.
  package init?(of log: any EventLog, keys: any KeyRing, partition: Int, at end: LedgerEnd, version: LedgerVersion = .newest) throws {
    let held = try log.bounds(of: TopicPartition(.events, partition))
    let last = end.source.offset
    self.partition = partition
    incarnation = end.source.incarnation + 1
    decidedThrough = last
    expired = max(0, held.start - last - 1)
    guard held.start <= last + 1 else {
      (nextSource, orphaned) = (held.start, 0)
      return
    }
    let decisions = try Decision.all(of: log, partition: partition, upTo: end.position, version: version)
    let isAllHeld = held.end >= last + 1
    if isAllHeld, last < held.start || decisions.last.map({ $0.source < last }) ?? true { return nil }
    let comparable = decisions.filter { (held.start..<held.end).contains($0.source) }
    let standing = try Decision.lastStanding(of: comparable) {
      try $0.stands(on: log, partition: partition, keys: keys, genesisKeyID: end.genesisKeyID)
    }
    if isAllHeld, standing == last { return nil }
    nextSource = standing.map { $0 + 1 } ?? held.start
    orphaned = Int64(decisions.count { [nextSource] in $0.source >= nextSource })
  }

  /// What the ledger says of one offset of the events log as it is now, if nothing was lost since.
  private struct Decision {
    var source: Int64
    /// The entry's place.
    var offset: Int64
    /// Ledger time before the entry.
    var before: Instant
    /// Whether there was no record.
    var isMissing: Bool

    /// The decisions that no later reset took back, in the order of their sources.
    static func all(
      of log: any EventLog, partition: Int, upTo end: ChainPosition, version: LedgerVersion
    ) throws(LogError) -> [Decision] {
      var cursor = ChainCursor(partition: partition, version: version)
      var decisions: [Decision] = []
      var now = Instant(milliseconds: 0)
      _ = try log.walk(TopicPartition(.ledger, partition), from: 0) { record in
        guard record.offset <= end.offset else { return false }
        guard case .counts(let summary) = cursor.take(record.value, at: record.offset) else { return true }
        if summary.kind == .sourceReset, let last = cursor.position.map({ SourceNumber($0.source).offset }) {
          while let decision = decisions.last, decision.source > last { decisions.removeLast() }
        } else if summary.kind?.hasSource == true {
          decisions.append(
            Decision(
              source: SourceNumber(summary.header.source).offset, offset: record.offset, before: now, isMissing: summary.kind == .missing))
        }
        now = summary.header.now
        return true
      }
      return decisions
    }

    /// The last source up to which the log is the one that was decided; nil where it is another from the first on.
    ///
    /// Where there was no record there is none on other logs either: such a place is believed with the record before it only.
    static func lastStanding(of decisions: [Decision], _ stands: (Decision) throws -> Bool) rethrows -> Int64? {
      var last: Int64?
      for decision in decisions.reversed() {
        guard try stands(decision) else {
          last = nil
          continue
        }
        last = last ?? decision.source
        if !decision.isMissing { break }
      }
      return last
    }

    /// Whether the events log holds the record that was decided.
    func stands(on log: any EventLog, partition: Int, keys: any KeyRing, genesisKeyID: UInt32) throws -> Bool {
      var missing: UInt32?
      let recorded = try log.fetch(TopicPartition(.ledger, partition), at: offset) { record in
        RecordedSource(entry: record.value) { id in
          let known = id == 0 ? genesisKeyID : id
          let key = keys.chainKey(known)
          if key == nil { missing = known }
          return key
        }
      }
      if let missing { throw LedgerStop(partition: partition, offset: offset, reason: "the key ring has no chain key \(missing)") }
      guard let recorded = recorded ?? nil else { throw LogError.unavailable("the ledger changed while it was read") }
      let mark = try log.fetch(TopicPartition(.events, partition), at: source) { RecordMark($0, key: recorded.key) }
      return recorded.agrees(with: mark, before: before)
    }
  }
}
