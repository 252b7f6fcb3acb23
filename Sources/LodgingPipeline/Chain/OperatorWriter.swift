import LodgingDomain
package import LodgingWire

/// Appends entries that an operator decides on, beside validators that go on: resets of the source, upgrades and rekeys.
///
/// Such an entry takes its place like any other, by the acceptance rule: it counts where nobody else's entry came first. Where one did, it
/// is made anew behind that one. What validators made meanwhile without it does not count, and they make it again behind it.
package struct OperatorWriter {
  private let log: any EventLog
  private let keys: any KeyRing
  private let version: LedgerVersion
  private let appender: any LogAppender
  private var nextTag: UInt64 = 0

  /// How often an entry is made anew, behind validators that were faster.
  package static let attemptsMax = 200

  /// Makes a writer; it belongs to one thread.
  package init(log: any EventLog, keys: any KeyRing, version: LedgerVersion = .newest) throws(LogError) {
    self.log = log
    self.keys = keys
    self.version = version
    appender = try log.makeAppender()
  }

  /// Appends the entry that `make` asks for at the end of a partition, and returns where it stands.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - known: A position that counts, to read on from.
  ///   - make: What to append behind this end; nil where there is nothing to do any more. Asked again after each attempt that did not count.
  /// - Returns: The end behind the entry; nil where there was nothing to do.
  /// - Throws: ``LedgerStop``, ``LogError``, and what `make` throws; an append that failed may have landed.
  package mutating func append(
    to partition: Int, after known: ChainPosition? = nil, _ make: (LedgerEnd) throws -> LedgerBody?
  ) throws -> LedgerEnd? {
    var known = known
    for _ in 0..<Self.attemptsMax {
      let end = try LedgerEnd(of: log, partition: partition, after: known, version: version)
      known = end.position
      guard let body = try make(end) else { return nil }
      let entry = try end.entry(body, keys: keys)
      let offset = try submit(entry, to: TopicPartition(.ledger, partition))
      let after = try LedgerEnd(of: log, partition: partition, after: end.position, version: version)
      if try counts(entry, at: offset, behind: end.position, partition) { return after }
      known = after.position
    }
    throw LogError.unavailable("partition \(partition) is so busy that no entry of ours came first; try again at a quieter time")
  }

  private mutating func submit(_ entry: NewRecord, to ledger: TopicPartition) throws(LogError) -> Int64 {
    nextTag += 1
    try appender.submit([entry], to: ledger, tag: nextTag)
    for answer in try appender.acknowledgements(timeout: .seconds(30)) where answer.tag == nextTag {
      if let offset = try answer.result.get().first { return offset }
    }
    appender.purge()
    throw .unavailable("the entry was not acknowledged in time; it may have landed")
  }

  /// Whether an entry that landed at an offset counts.
  private func counts(
    _ entry: NewRecord, at offset: Int64, behind start: ChainPosition, _ partition: Int
  ) throws(LogError) -> Bool {
    var cursor = ChainCursor(partition: partition, after: start, version: version)
    var isFound = false
    _ = try log.walk(TopicPartition(.ledger, partition), from: cursor.next) { record in
      guard record.offset <= offset, case .counts = cursor.take(record.value, at: record.offset) else { return record.offset < offset }
      isFound = record.offset == offset && record.value.map { $0.elementsEqual(entry.value ?? []) } == true
      return record.offset < offset
    }
    return isFound
  }
}
