import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Rebuilds the state from the highest usable snapshot and the entries after it, then checks the last decided event.
  ///
  /// Afterwards the owner decides, or has stopped with an alarm. A read that fails leaves it to be restored again.
  func restore() {
    isDoubtful = false
    do throws(LogError) {
      guard let genesis = try readGenesis() else { return }
      (genesisKeyID, partitions, isSurplus) = (genesis.keyID, Int(genesis.partitions), false)
      let snapshot = try snapshotFold()
      var fold = snapshot ?? StateFold(partition: partition, version: context.version)
      let beginning = fold.cursor.next
      guard let deciding = try catchUp(&fold), let position = fold.cursor.position else { return }
      terms = try termsBehind(position)
      guard context.version.covers(terms.version) else {
        return stop(.laterVersion(partition: partition, offset: position.offset, needed: terms.version))
      }
      guard let key = key(terms.keyID) else { return }
      chainKey = key
      guard try sourceIsIntact(after: position, deciding) else { return }
      state = fold.state
      acknowledged = position
      (readBackTo, readBackAt, hasReadBack) = (position, context.clock.now, false)
      decided = EntryBatch.Position(chain: position.chain, source: position.source)
      inFlight.removeAll()
      isStateAhead = false
      indexPosition = nil
      (resealing, resealChecked, unsealable) = (nil, nil, [])
      tailChecked = context.clock.now
      lastActivity = context.clock.now
      phase = .deciding
      var figures = RestoreCounts.Kind()
      (figures.states, figures.entries) = (1, fold.cursor.next - beginning)
      // What was folded need not be folded again once there is a snapshot of it, whoever wrote it.
      entriesSinceSnapshot = figures.entries
      if snapshot == nil { restored.fromGenesis += figures } else { restored.fromSnapshot += figures }
    } catch {
      doubt(error)
    }
  }

  private func readGenesis() throws(LogError) -> Genesis? {
    let isInLedger = partition < (try context.log.partitions(of: .ledger))
    guard let genesis = isInLedger ? try Genesis.first(of: partition, in: context.log) : nil else {
      if let count = try surplusPartitions() {
        ignore(surplusOver: count)
        return nil
      }
      stop(.genesisRefused(partition: partition, reason: "the ledger does not begin with a genesis entry"))
      return nil
    }
    guard let reason = refusal(of: genesis, partitions: try context.log.partitions(of: .events)) else { return genesis }
    stop(.genesisRefused(partition: partition, reason: reason))
    return nil
  }

  /// The number of partitions that the ledger was begun with, where this one is none of them.
  private func surplusPartitions() throws(LogError) -> Int? {
    guard partition > 0, let first = try Genesis.first(of: 0, in: context.log), Int(first.partitions) <= partition else { return nil }
    return Int(first.partitions)
  }

  /// Leaves a surplus partition alone, and says so once.
  private func ignore(surplusOver count: Int) {
    let isTold = isSurplus
    isSurplus = true
    drop(to: .stopped)
    stopped = context.clock.now
    if !isTold { context.monitor.alarm(.surplus(partition, over: count)) }
  }

  private func refusal(of genesis: Genesis, partitions: Int) -> String? {
    if genesis.ledgerID != context.keys.ledgerID { return "the ledger belongs to another register" }
    if Int(genesis.partition) != partition { return "the genesis entry is that of partition \(genesis.partition)" }
    if partitions < Int(genesis.partitions) {
      return "the events topic has \(partitions) partitions, fewer than the \(genesis.partitions) of the genesis entry"
    }
    if genesis.format > context.version.format {
      return "the ledger has format \(genesis.format), this version knows \(context.version.format)"
    }
    guard context.keys.chainKey(genesis.keyID) != nil else { return "the key ring has no chain key \(genesis.keyID)" }
    return nil
  }

  private func snapshotFold() throws(LogError) -> StateFold? {
    do {
      for name in try context.snapshots.list(partition: partition) {
        guard try context.log.holds(name.position, of: partition), let bytes = try context.snapshots.load(name) else { continue }
        if let state = try? SnapshotCodec.decode(bytes) {
          return StateFold(partition: partition, state: state, at: name.position, version: context.version)
        }
        context.monitor.alarm(
          .snapshotFailed(partition: partition, reason: "the snapshot at offset \(name.position.offset) cannot be read by this version"))
      }
    } catch let error as LogError {
      throw error
    } catch {
      context.monitor.alarm(.snapshotFailed(partition: partition, reason: "\(error)"))
    }
    return nil
  }

  /// The last entry that was folded and has a source of its own; nothing is known of it where a snapshot stands behind it.
  private struct DecidingEntry {
    var offset: Int64?
    /// Ledger time before it.
    var before: Instant?
  }

  /// Folds to the end of the ledger; nil where an entry stops it.
  private func catchUp(_ fold: inout StateFold) throws(LogError) -> DecidingEntry? {
    var observer = NoObserver()
    var deciding = DecidingEntry()
    var stop: FoldStop?
    var stoppedAt: Int64 = 0
    var from: Int64 = -1
    while stop == nil, fold.cursor.next > from, fold.cursor.next < (try context.log.end(of: ledger)) {
      from = fold.cursor.next
      let next = try context.log.walk(ledger, from: from) { record in
        let time = fold.state.now
        switch fold.take(record, observer: &observer) {
        case .applied(let entry, _) where entry.body.kind.hasSource: deciding = DecidingEntry(offset: record.offset, before: time)
        case .applied: break
        case .ignored: break
        case .stopped(let reason):
          stop = reason
          stoppedAt = record.offset
          return false
        }
        return true
      }
      fold.skip(to: next)
    }
    switch stop {
    case nil: return deciding
    case .unknownEntry: self.stop(.unknownEntry(partition: partition, offset: stoppedAt))
    case .laterVersion(let needed): self.stop(.laterVersion(partition: partition, offset: stoppedAt, needed: needed))
    case .noGenesis: self.stop(.genesisRefused(partition: partition, reason: "the ledger does not begin with a genesis entry"))
    }
    return nil
  }

  /// What the entry behind a position must be like, as the entry at the position says.
  private func termsBehind(_ position: ChainPosition) throws(LogError) -> LedgerTerms {
    let entry = try context.log.fetch(ledger, at: position.offset) { record in record.value.flatMap { try? LedgerReader.entry($0) } } ?? nil
    guard let entry, entry.chain == position.chain else { throw .unavailable("the ledger changed while it was read") }
    return LedgerTerms(after: entry)
  }

  /// Whether the events log still holds what the ledger decided last, or lost it by ordinary retention only.
  private func sourceIsIntact(after position: ChainPosition, _ deciding: DecidingEntry) throws(LogError) -> Bool {
    let held = try context.log.bounds(of: events)
    let last = SourceNumber(position.source).offset
    if held.end < last + 1 {
      stop(.eventsTailLost(partition: partition, source: last))
      return false
    }
    if held.start > last + 1 {
      stop(.eventsExpired(partition: partition, next: last + 1, start: held.start))
      return false
    }
    lastRecord = nil
    guard last >= held.start else { return true }
    let offset = try offset(of: deciding, upTo: position)
    let recorded = try context.log.fetch(ledger, at: offset) { record in RecordedSource(entry: record.value, keys: self.key) } ?? nil
    guard phase != .stopped else { return false }
    guard let recorded else { throw .unavailable("the ledger changed while it was read") }
    guard recorded.source == position.source else {
      // Nothing is decided yet since the source was reset: what lies before is what the operator found there.
      return true
    }
    let marks = try context.log.fetch(events, at: last) { (RecordMark($0, key: recorded.key), RecordMark($0, key: self.chainKey)) }
    guard recorded.agrees(with: marks?.0, before: deciding.before) else {
      stop(.eventsTailLost(partition: partition, source: last))
      return false
    }
    lastRecord = marks?.1
    return true
  }

  /// The offset of the last entry that has a source of its own; where none was folded, back along the chain over those that repeat one.
  private func offset(of deciding: DecidingEntry, upTo position: ChainPosition) throws(LogError) -> Int64 {
    if let offset = deciding.offset { return offset }
    var (offset, chain) = (position.offset, position.chain)
    while offset >= 0 {
      let entry = try context.log.fetch(ledger, at: offset) { record in record.value.flatMap { try? LedgerReader.summary($0) } } ?? nil
      if let entry, entry.chain == chain {
        guard entry.kind?.hasSource != true else { return offset }
        chain = entry.header.previous
      }
      offset -= 1
    }
    throw .unavailable("the ledger changed while it was read")
  }
}
