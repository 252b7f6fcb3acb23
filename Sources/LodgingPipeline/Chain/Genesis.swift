public import LodgingDomain
public import LodgingWire

/// Begins the ledger's partitions.
public enum GenesisWriter: Sendable {
  /// Writes the genesis entry of every partition whose ledger is empty, and returns how many that were.
  ///
  /// Partitions that the topic was given after its ledger was begun stay empty.
  ///
  /// Two processes may do so at the same moment: the first entry counts, the other one is ignored by every reader.
  /// Throws ``LogError`` where an append fails, or is not acknowledged within `timeout`; partitions that were begun stay begun.
  public static func begin(
    log: any EventLog, ledgerID: LedgerID, chain: ChainKey, now: Instant, within timeout: Duration = .seconds(60)
  ) throws(LogError) -> Int {
    let partitions = try Genesis.partitions(of: log)
    let appender = try log.makeAppender()
    var begun = 0
    var open = 0
    for partition in 0..<partitions {
      let place = TopicPartition(.ledger, partition)
      guard try log.end(of: place) == 0 else { continue }
      let genesis = Genesis(
        ledgerID: ledgerID, partition: UInt32(partition), partitions: UInt32(partitions), incarnation: firstIncarnation, keyID: chain.id)
      let header = EntryHeader(previous: .zero, source: -1, now: now, rules: .newest)
      var value: [UInt8] = []
      _ = LedgerWriter.append(header, .genesis(genesis), key: chain.key, to: &value)
      try appender.submit([NewRecord(key: [], value: value)], to: place, tag: UInt64(partition))
      begun += 1
      open += 1
      guard open == LogLimits.submissionsInFlightMax else { continue }
      for acknowledgement in try appender.settle(open, within: timeout) { _ = try acknowledgement.result.get() }
      open = 0
    }
    for acknowledgement in try appender.settle(open, within: timeout) { _ = try acknowledgement.result.get() }
    return begun
  }

  /// The first life of an events log.
  public static let firstIncarnation: UInt32 = 1
}

extension Genesis {
  /// Over how many partitions a ledger was begun, as the first genesis entry says that can be read; where there is none, how many the topic
  /// has.
  ///
  /// Throws where no partition tells it and one does not answer.
  package static func partitions(of log: any EventLog) throws(LogError) -> Int {
    let count = try log.partitions(of: .ledger)
    var failure: LogError?
    for partition in 0..<count {
      do throws(LogError) {
        if let genesis = try first(of: partition, in: log) { return min(count, Int(genesis.partitions)) }
      } catch {
        guard case .unavailable = error else { throw error }
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return count
  }

  /// The genesis entry with which a partition's ledger begins, nil where its first record is none.
  package static func first(of partition: Int, in log: any EventLog) throws(LogError) -> Genesis? {
    let place = TopicPartition(.ledger, partition)
    let start = try log.bounds(of: place).start
    let entry = try log.fetch(place, at: start) { record in record.value.flatMap { try? LedgerReader.entry($0) } } ?? nil
    guard let entry, entry.header.previous == .zero, case .genesis(let genesis) = entry.body else { return nil }
    return genesis
  }
}

/// The key of the chain with its id in the key ring.
public struct ChainKey: Sendable, Equatable {
  /// The id that genesis and rekey entries name.
  public var id: UInt32
  /// The key.
  public var key: SipKey

  /// Names a key.
  public init(id: UInt32, key: SipKey) {
    self.id = id
    self.key = key
  }
}
