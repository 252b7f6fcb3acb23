import LodgingDomain
public import LodgingPipeline
public import LodgingWire
import SwiftProtobuf

/// Recomputes everything from the two logs: chain values with the key, the order of sources, the bytes that were decided, every decision
/// from its recorded facts, and the occupancy that must come out.
///
/// It reads entries with swift-protobuf's decoder and keeps its own account of stays, so that an error of the production code shows as a
/// difference.
public struct LedgerAudit: Sendable {
  private let log: any EventLog
  private let keys: any KeyRing
  private let version: LedgerVersion
  private let partitions: Int

  /// Makes an audit of a register's logs.
  ///
  /// - Parameters:
  ///   - log: The logs.
  ///   - keys: The chain keys, the earlier ones too.
  ///   - version: The newest version of the ledger that the audit knows.
  /// - Throws: `LogError` where the log has no ledger.
  public init(log: any EventLog, keys: any KeyRing, version: LedgerVersion = .newest) throws {
    self.log = log
    self.keys = keys
    self.version = version
    partitions = try log.partitions(of: .ledger)
  }

  /// Audits all partitions as they stand now; what other processes append meanwhile is of no concern.
  ///
  /// - Parameters:
  ///   - marks: The ledger offset of each partition at which a read model stands; ``AuditReport/standing`` is counted there, and in
  ///     partitions without a mark not at all. Without marks it is counted at the end.
  ///   - progress: Told after each partition how many are done.
  /// - Returns: What was found.
  /// - Throws: `LogError`.
  public func run(upTo marks: [Int: Int64]? = nil, progress: (Int, Int) -> Void = { _, _ in }) throws -> AuditReport {
    var report = AuditReport()
    let extents = try takeExtents()
    for (partition, extent) in extents.enumerated() {
      let mark = marks.map { $0[partition] ?? -1 } ?? .max
      var audit = try PartitionAudit(
        partition: partition, extent: extent, mark: mark, log: log, terms: AuditedTerms(keys: keys, version: version))
      try audit.run(&report)
      progress(partition + 1, partitions)
    }
    return report
  }

  /// Where all partitions begin and end.
  ///
  /// The ledger comes first: what it has decided by then is on the events topic.
  private func takeExtents() throws -> [AuditExtent] {
    let ledger = try (0..<partitions).map { try log.bounds(of: TopicPartition(.ledger, $0)) }
    let events = try (0..<partitions).map { try log.bounds(of: TopicPartition(.events, $0)) }
    return zip(ledger, events).map { AuditExtent(ledger: $0, events: $1) }
  }
}

/// What one audit looks at of a partition.
struct AuditExtent {
  var ledger: LogBounds
  var events: LogBounds
}

/// The audit of one partition.
struct PartitionAudit {
  private let partition: Int
  private let extent: AuditExtent
  /// The last ledger offset that counts for the report's standing.
  private let mark: Int64
  private let log: any EventLog
  private var terms: AuditedTerms
  /// The key of the entry at hand.
  private var chainKey: SipKey?
  private let resets: AuditedResets

  private var chain: [UInt8] = Array(repeating: 0, count: 16)
  /// The offset that was decided last, and how often the source was reset before.
  private var source: Int64 = -1
  private var resetCount: UInt32 = 0
  private var now: Int64 = 0
  private var hasGenesis = false
  private var stays = AuditedStays()
  private var state = PartitionState(now: Instant(milliseconds: 0))
  private var standing = AuditedStanding()
  private var isPastMark = false
  private var records: RecordStream

  init(partition: Int, extent: AuditExtent, mark: Int64, log: any EventLog, terms: AuditedTerms) throws {
    self.partition = partition
    self.extent = extent
    self.mark = mark
    self.log = log
    self.terms = terms
    resets = try AuditedResets(of: log, ledger: TopicPartition(.ledger, partition), held: extent.ledger)
    records = RecordStream(log: log, place: TopicPartition(.events, partition), held: extent.events)
  }

  mutating func run(_ report: inout AuditReport) throws {
    report.eventsKeptFrom[partition] = extent.events.start
    report.ledgerEnds[partition] = extent.ledger.end
    var entries = RecordStream(log: log, place: TopicPartition(.ledger, partition), held: extent.ledger)
    while let entry = try entries.next() {
      guard let value = entry.value, value.count >= 36, let decoded = try? ProtoLedgerEntry(serializedBytes: value), isFramed(value) else {
        report.differ("\(place(entry.offset)) is no ledger entry")
        report.ignored += 1
        continue
      }
      chainKey = terms.key(of: decoded)
      if !chainHolds(value) { report.differ("\(place(entry.offset)): the chain value is not that of the entry's bytes") }
      guard Array(decoded.previous) == chain, hasGenesis || decoded.isGenesis else {
        report.ignored += 1
        continue
      }
      guard !terms.leadsBeyond(decoded) else {
        report.differ("\(place(entry.offset)): what follows is of a later version than this program can audit")
        break
      }
      chain = Array(decoded.chain)
      if entry.offset > mark { passMark(&report) }
      for words in terms.take(decoded) { report.differ("\(place(entry.offset)): \(words)") }
      let event = decoded.decidedEvent
      if entry.key ?? [] != key(of: decoded, event) { report.differ("\(place(entry.offset)): the record's key is not that of the entry") }
      try count(decoded, event, at: entry.offset, &report)
    }
    if !hasGenesis { report.differ("partition \(partition): no genesis entry") }
    passMark(&report)
    try countUndecided(&report)
    compareOccupancy(&report)
  }

  /// Gives what was counted so far to the report, once.
  private mutating func passMark(_ report: inout AuditReport) {
    guard !isPastMark else { return }
    isPastMark = true
    guard mark >= 0 else { return }
    for (text, figures) in stays.occupancy(at: now) {
      if let id = try? EstablishmentID(text) { standing.occupancy[id] = figures }
    }
    report.standing.add(standing)
    standing = AuditedStanding()
  }

  private func place(_ offset: Int64) -> String { "partition \(partition), ledger offset \(offset)" }

  // MARK: The chain

  private func isFramed(_ bytes: [UInt8]) -> Bool { bytes[0] == 0x0A && bytes[1] == 16 && bytes[18] == 0x12 && bytes[19] == 16 }

  private func chainHolds(_ bytes: [UInt8]) -> Bool {
    guard let chainKey else { return false }
    let hashed = Array(bytes[2..<18]) + bytes[36...]
    let value = hashed.withUnsafeBytes { KeyedHash.digest(key: chainKey, bytes: $0) }
    return Digest128(bytes: bytes[20..<36]) == value
  }

  /// The key under which an entry stands: the establishment whose event or stay it is about, else none.
  private func key(of entry: ProtoLedgerEntry, _ event: ProtoStayEvent?) -> [UInt8] {
    if case .reseal(let reseal) = entry.body { return Array(reseal.establishment.utf8) }
    return event.map { Array($0.establishment.utf8) } ?? []
  }

  // MARK: One counted entry

  private mutating func count(
    _ entry: ProtoLedgerEntry, _ event: ProtoStayEvent?, at offset: Int64, _ report: inout AuditReport
  ) throws {
    switch entry.body {
    case .genesis:
      if hasGenesis { report.differ("\(place(offset)): a second genesis") }
      hasGenesis = true
      now = entry.nowMs
      state = PartitionState(now: Instant(milliseconds: now))
      return
    case .decided, .ticked, .undecodable:
      if entry.source <= source { report.doubled += 1 }
      if entry.source > source + 1 {
        report.differ("\(place(offset)): sources \(source + 1) to \(entry.source - 1) are passed over")
        try countLost(from: source + 1, through: entry.source - 1, &report)
      }
    case .missing(let missing):
      if missing.first != source + 1 { report.differ("\(place(offset)): the missing range does not begin behind the last source") }
    case .reseal, .sourceReset, .upgrade, .rekey:
      if case .reseal = entry.body {} else if entry.nowMs != now { report.differ("\(place(offset)): time passes at an operator's entry") }
      if entry.source != source { report.differ("\(place(offset)): an entry without an event names another source") }
    case nil:
      report.differ("\(place(offset)): an entry of unknown kind counts")
    }
    if entry.nowMs < now { report.differ("\(place(offset)): ledger time falls") }
    if entry.resets != resetCount { report.differ("\(place(offset)): the source was reset \(resetCount) times before") }
    if case .sourceReset(let reset) = entry.body { return takeReset(reset, at: offset, &report) }
    if case .missing(let missing) = entry.body, try countLost(from: missing.first, through: entry.source, &report) > 0 {
      report.differ("\(place(offset)): the events topic holds records that are said to be missing")
    }
    let isOrphan = entry.source >= resets.keptUntil(after: resetCount)
    if isOrphan, entry.hasRecord { report.orphaned += 1 }
    let record = isOrphan ? nil : try records.advance(to: entry.source)
    if record == nil, entry.hasRecord, !isOrphan, entry.source >= records.heldFrom {
      report.differ("\(place(offset)): the events topic does not hold the record that was decided")
    }
    source = entry.source
    try compare(entry, event, with: record, at: offset, &report)
    now = entry.nowMs
  }

  private mutating func compare(
    _ entry: ProtoLedgerEntry, _ event: ProtoStayEvent?, with record: RecordStream.Record?, at offset: Int64, _ report: inout AuditReport
  ) throws {
    if let record, entry.hasRecord, max(now, record.appended) != entry.nowMs {
      report.differ("\(place(offset)): ledger time is not the append time of the event")
    }
    switch entry.body {
    case .decided(let decided):
      guard let event else { return report.differ("\(place(offset)): the event that was decided cannot be read") }
      if let record, !record.agrees(with: decided, of: event, chainKey) {
        report.differ("\(place(offset)): the event is not the one on the events topic")
      }
      try redecide(decided, event, entry, at: offset, &report)
    case .ticked(let tick):
      if let record, !record.isTick {
        report.differ("\(place(offset)): the record is no tick")
      } else if let record, !tick.recordDigest.isEmpty, !record.has(tick.recordDigest, chainKey) {
        report.differ("\(place(offset)): the tick is not the one on the events topic")
      }
      advance(to: entry.nowMs)
    case .undecodable(let undecodable):
      report.events += 1
      report.decided += 1
      standing.count(.undecodable, Code(rawValue: UInt8(truncatingIfNeeded: undecodable.code)).map { CodeSet($0) } ?? [])
      if let record, !record.has(undecodable.digest, chainKey) {
        report.differ("\(place(offset)): the quarantined bytes are not those on the events topic")
      }
      advance(to: entry.nowMs)
    case .reseal(let reseal): follow(reseal, entry, at: offset, &report)
    default: advance(to: entry.nowMs)
    }
  }

  /// A stay is sealed anew while it is open, to a later month, and no time passes by it.
  private mutating func follow(_ reseal: ProtoReseal, _ entry: ProtoLedgerEntry, at offset: Int64, _ report: inout AuditReport) {
    report.reseals += 1
    if entry.nowMs != now { report.differ("\(place(offset)): time passes at an entry without an event") }
    advance(to: entry.nowMs)
    let month = KeyMonth(index: reseal.sealed.month)
    guard let id = EventID(bytes: Array(reseal.stayID)), let establishment = try? EstablishmentID(reseal.establishment),
      let stay = state.stay(id, at: establishment)
    else { return report.differ("\(place(offset)): a stay is sealed anew that is not open") }
    if stay.month >= month { report.differ("\(place(offset)): a stay is sealed anew to no later month") }
    state.reseal(id, of: establishment, to: month, digest: Digest128(bytes: reseal.digest))
  }

  private mutating func advance(to time: Int64) {
    var observer = NoObserver()
    state.advance(to: Instant(milliseconds: time), observer: &observer)
  }

  /// Decides again from the recorded facts and compares every part of the decision.
  private mutating func redecide(
    _ decided: ProtoDecided, _ proto: ProtoStayEvent, _ entry: ProtoLedgerEntry, at offset: Int64, _ report: inout AuditReport
  ) throws {
    guard let recorded = AuditedDecision(decided), let event = decided.domainEvent()
    else { return report.differ("\(place(offset)): the decision or its event cannot be read") }
    if recorded.facts.seal == .plainRefused, case .plain = proto.identity {
      report.differ("\(place(offset)): the entry holds an identity that anybody can read")
    }
    advance(to: entry.nowMs)
    let time = Instant(milliseconds: entry.nowMs)
    let again = decide(event, state: state, facts: recorded.facts, now: time)
    if again != recorded.decision { report.differ("\(place(offset)): deciding again from the recorded facts gives another decision") }
    if case .asked(_, _, _, let position) = recorded.facts.idIndex, position < 0, state.forgottenThrough >= 0 {
      report.differ("\(place(offset)): the id index did not cover what the state had forgotten")
    }
    var observer = NoObserver()
    state.apply(event, facts: recorded.facts, decision: recorded.decision, source: number(entry.source), now: time, observer: &observer)
    if recorded.decision.outcome.isRegistered { stays.register(proto, isMinor: recorded.facts.isMinor, now: entry.nowMs) }
    guard !event.isAboutEstablishment else { return }
    report.events += 1
    report.decided += 1
    standing.count(recorded.decision.outcome, recorded.decision.codes)
  }

  // MARK: The end

  /// An operator let the partition go on with another events log, or with what is left of the one before.
  private mutating func takeReset(_ reset: ProtoSourceReset, at offset: Int64, _ report: inout AuditReport) {
    if reset.incarnation != resetCount + 2 { report.differ("\(place(offset)): a reset of the source skips an incarnation") }
    if reset.nextSource > source + 1 {
      report.lost += Int(reset.nextSource - source - 1)
      report.differ("\(place(offset)): events \(source + 1) to \(reset.nextSource - 1) were not decided when the source was reset")
    }
    report.resets += 1
    resetCount += 1
    source = reset.nextSource - 1
  }

  /// The number by which the state remembers a source.
  private func number(_ source: Int64) -> Int64 { SourceNumber(offset: source, resets: resetCount)?.value ?? source }

  /// Counts the records from `first` through `last`, which no entry decides, and passes over them.
  @discardableResult
  private mutating func countLost(from first: Int64, through last: Int64, _ report: inout AuditReport) throws -> Int {
    var lost = 0
    while let record = try records.next(through: min(last, resets.keptUntil(after: resetCount) - 1)) {
      guard record.offset >= first else { continue }
      lost += 1
      if !record.isTick { report.events += 1 }
    }
    report.lost += lost
    return lost
  }

  private mutating func countUndecided(_ report: inout AuditReport) throws {
    let start = extent.events.start
    if start > source + 1 {
      report.lost += Int(start - source - 1)
      report.differ("partition \(partition): events \(source + 1) to \(start - 1) left the events log undecided")
    }
    while let record = try records.next() {
      guard record.offset > source else { continue }
      report.undecided += 1
      if !record.isTick { report.events += 1 }
    }
  }

  private func compareOccupancy(_ report: inout AuditReport) {
    for (text, occupancy) in stays.occupancy(at: now) {
      guard let id = try? EstablishmentID(text) else { continue }
      let folded = state.establishment(id).map { Occupancy(of: $0) } ?? Occupancy()
      if !occupancy.agrees(with: folded) { report.differ("partition \(partition): the occupancy of \(text) is not that of its stays") }
    }
  }
}
