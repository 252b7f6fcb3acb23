import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire

/// Says whether what a world ended with is right, by a model of its own and by the audit.
struct Judge {
  let world: World
  var coverage = Coverage()
  private(set) var models: [Int: RegisterModel] = [:]
  private(set) var histories: [History] = []
  /// The version of the residents' directory that was asked last, by partition.
  var lookedUp: [Int: UInt64] = [:]

  init(_ world: World) { self.world = world }

  /// Throws the first thing that is wrong.
  mutating func judge() throws {
    for partition in 0..<world.plan.partitions { try judge(History(partition, of: world)) }
    try judgeReaders()
    try judgeLanded()
    try judgeShown()
    try judgeSnapshots()
    try judgeAudit()
  }

  func fail(_ words: String) -> Failure { Failure(words: words) }

  /// Why a world is not right.
  struct Failure: Error { var words: String }

  // MARK: One partition

  private mutating func judge(_ history: History) throws {
    histories.append(history)
    let partition = history.partition
    var model = RegisterModel(isPlainAllowed: world.plan.isPlainAllowed, ring: world.sealers.ring)
    guard case .genesis = history.lines.first?.body else { throw fail("partition \(partition) has no genesis") }
    let conflicts = history.conflicts
    var last: Int64 = -1
    var now = history.lines[0].now
    var terms = LedgerLine.Terms()
    for line in history.lines.dropFirst() {
      try judgeOrder(line, after: last, partition)
      guard line.terms == terms else { throw fail("partition \(partition) source \(line.source): \(line.terms) instead of \(terms)") }
      if try judgeOperator(line, after: last, at: now, history) { terms = line.termsBehind }
      guard line.now >= now else { throw fail("partition \(partition) source \(line.source): ledger time falls") }
      if !conflicts.contains(line.source) { try judgeKind(line, history) }
      if case .decided(let verdict) = line.body { try judge(verdict, line, history, &model) }
      if case .reseal(let reseal) = line.body {
        guard line.source == last, line.now == now else { throw fail("partition \(partition): a reseal names another source or time") }
        try judge(reseal, now: now, partition, &model)
      }
      (last, now) = (line.decidedThrough, line.now)
    }
    if let first = conflicts.first {
      guard !world.has(.sourceResets) else {
        throw fail("partition \(partition) still stands before source \(first) though an operator acted")
      }
      // An entry for missing offsets behind it says nothing of a record.
      guard let decided = history.lines.last(where: \.hasRecord), decided.source < first || conflicts.contains(decided.source) else {
        throw fail("partition \(partition) went on although the record of source \(first) was lost")
      }
      guard world.heard.contains(where: { if case .eventsTailLost(partition, _) = $0 { true } else { false } }) else {
        throw fail("partition \(partition) lost decided records and nobody raised the alarm")
      }
      coverage.note(.stoppedForLostEvents)
    } else if !history.isDecided {
      throw fail("partition \(partition): source \(last) is decided last, the log ends with \(history.lastRecord)")
    } else {
      try judgeEnd(model, now: now, partition)
    }
    coverage.note(.entryIgnored, times: world.log.contents(of: TopicPartition(.ledger, partition)).count - history.lines.count)
    models[partition] = model
  }

  private mutating func judgeOrder(_ line: LedgerLine, after last: Int64, _ partition: Int) throws {
    switch line.body {
    case .missing(let first):
      guard first == last + 1 - line.resets << 44, line.sourceOffset >= first else {
        throw fail("partition \(partition): missing \(first)...\(line.source) after \(last)")
      }
      coverage.note(.missing)
    case .decided, .ticked, .undecodable:
      guard line.source == last + 1 else { throw fail("partition \(partition): source \(line.source) follows \(last)") }
    case .reseal, .sourceReset, .upgrade, .rekey: break
    case .genesis, .other: throw fail("partition \(partition): an entry that nobody should write")
    }
  }

  /// Whether the entry is of the kind that the record asks for.
  private mutating func judgeKind(_ line: LedgerLine, _ history: History) throws {
    guard let record = history.record(of: line) else { return }
    let place = "partition \(history.partition) source \(line.source)"
    let code = undecodableCode(record, history.partition)
    switch line.body {
    case .ticked:
      coverage.note(.ticked)
      guard code == nil, record.value == ValidatorLoop.tick.value else { throw fail("\(place): this is no tick") }
    case .undecodable(let found):
      note(found)
      if found == code.map({ UInt64($0.rawValue) }) { return }
      guard found == Code.eventUndecodable.rawValue, isPoisoned(record, history.partition) else {
        throw fail("\(place): undecodable with code \(found) instead of \(code.map(\.name) ?? "being decided")")
      }
    case .decided:
      if let code { throw fail("\(place): decided although it is \(code.name)") }
    case .genesis, .missing, .reseal, .sourceReset, .upgrade, .rekey, .other: break
    }
  }

  private func undecodableCode(_ record: SimulatedRecord, _ partition: Int) -> Code? {
    guard let value = record.value, !value.isEmpty else { return .eventUndecodable }
    if value.count > LogLimits.eventBytesMax { return .eventTooLarge }
    if value == ValidatorLoop.tick.value { return record.key?.isEmpty == false ? .eventWrongKey : nil }
    guard let sent = world.workload.sent[value] else { return .eventUndecodable }
    guard record.key == sent.event.establishment.withUTF8({ Array($0) }) else { return .eventWrongKey }
    let site = world.workload.sites.first { $0.id == sent.event.establishment }
    return site?.partition == partition ? nil : .eventWrongPartition
  }

  private mutating func note(_ code: UInt64) {
    switch UInt8(truncatingIfNeeded: code) {
    case Code.eventWrongKey.rawValue: coverage.note(.wrongKey)
    case Code.eventWrongPartition.rawValue: coverage.note(.wrongPartition)
    case Code.eventTooLarge.rawValue: coverage.note(.tooLarge)
    default: coverage.note(.undecodable)
    }
  }

  /// Whether as many validators as it takes died of the record: by looking the guest up, or before they got past it by chance.
  private func isPoisoned(_ record: SimulatedRecord, _ partition: Int) -> Bool {
    guard world.heard.contains(where: { if case .poisoned(partition, record.offset) = $0 { true } else { false } }) else { return false }
    if let value = record.value, world.workload.sent[value]?.isDeadly == true { return true }
    return world.deathsByChance[partition, default: []].count { $0 < record.offset } >= world.plan.settings.deathsMax
  }

  // MARK: All partitions

  /// What each establishment's occupancy must be.
  func occupancy() -> [EstablishmentID: Occupancy] {
    var result: [EstablishmentID: Occupancy] = [:]
    for history in histories {
      guard let now = history.lines.last?.now else { continue }
      result.merge(models[history.partition]?.occupancy(at: now) ?? [:]) { $1 }
    }
    return result
  }

  private mutating func judgeReaders() throws {
    let fresh = ReaderActor(isFresh: true)
    while try fresh.step(world).get() > 0 {}
    try ReaderJudge(contents: fresh.model.contents, name: "a fresh reader", sent: world.workload.sent)
      .judge(histories, occupancy: occupancy())
    for reader in world.readers {
      let name = reader.neverRestarts ? "the reader that never restarted" : "the reader that restarted"
      if let difference = ReaderJudge.difference(reader.model.contents, fresh.model.contents) {
        throw fail("\(name) differs from a fresh one in its \(difference)")
      }
    }
    for figures in occupancy().values {
      if figures.overdue > 0 { coverage.note(.overdue) }
      if figures.presumedLeft > 0 { coverage.note(.presumedLeft) }
    }
    coverage.note(.expired, times: fresh.model.contents.stays.values.count { $0.presence == .expired })
  }

  private mutating func judgeAudit() throws {
    let report = try LedgerAudit(log: world.log, keys: world.ring, version: world.newestVersion).run()
    let isConflicted = histories.contains { $0.conflict != nil }
    if isConflicted {
      guard !report.isOK else { throw fail("the audit does not see that decided records were lost") }
      return
    }
    guard report.isOK else { throw fail("audit: lost \(report.lost), doubled \(report.doubled), \(report.differences)") }
    let expected = occupancy()
    guard Set(report.occupancy.keys) == Set(expected.keys) else { throw fail("the audit knows other establishments") }
    for (id, figures) in report.occupancy where !figures.agrees(with: expected[id] ?? Occupancy()) {
      throw fail("the audit counts \(figures) at \(id), expected \(String(describing: expected[id]))")
    }
  }

  private mutating func judgeSnapshots() throws {
    coverage.note(.snapshotPublished, times: world.snapshots.published.count)
    coverage.note(.snapshotRestored, times: world.snapshots.loads)
    guard world.snapshots.conflicts == 0 else { throw fail("two states were published for one chain value") }
    for history in histories {
      try SnapshotJudge(
        history: history, records: world.log.contents(of: TopicPartition(.ledger, history.partition)), version: world.newestVersion
      )
      .judge(world.snapshots.published.filter { $0.key.partition == history.partition })
    }
  }
}
