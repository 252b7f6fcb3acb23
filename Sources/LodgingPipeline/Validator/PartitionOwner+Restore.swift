import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Rebuilds the state from the highest usable snapshot and the entries after it, a slice of at most `left` entries at each call, which are
  /// taken off; then checks the last decided event.
  ///
  /// Afterwards the owner decides, or has stopped with an alarm, or has more to fold. A read that fails leaves it to be gone on with; a drop
  /// throws away what was folded.
  func restore(atMost left: inout Int) {
    isDoubtful = false
    do throws(LogError) {
      if restoration == nil { try beginRestoring() }
      switch try restoration?.advance(in: context.log, atMost: &left) {
      case nil, .reading: return
      case .arrived: try finishRestoring()
      case .astray: restoration = nil
      case .stopped(.unknownEntry, let offset): stop(.unknownEntry(partition: partition, offset: offset))
      case .stopped(.laterVersion(let needed), let offset): stop(.laterVersion(partition: partition, offset: offset, needed: needed))
      case .stopped(.noGenesis, _):
        stop(.genesisRefused(partition: partition, reason: "the ledger does not begin with a genesis entry"))
      }
    } catch {
      doubt(error)
    }
  }

  private func beginRestoring() throws(LogError) {
    guard let genesis = try readGenesis() else { return }
    (genesisKeyID, partitions, isSurplus) = (genesis.keyID, Int(genesis.partitions), false)
    restoration = try restorationFromSnapshot() ?? Restoration(partition: partition, version: context.version)
  }

  /// Takes over the state that stands at the end of the ledger, once it is known that the events log holds what was decided last.
  private func finishRestoring() throws(LogError) {
    guard let restored = restoration else { return }
    guard let position = restored.fold.cursor.position else {
      restoration = nil
      return
    }
    terms = try termsBehind(position)
    guard context.version.covers(terms.version) else {
      return stop(.laterVersion(partition: partition, offset: position.offset, needed: terms.version))
    }
    guard let key = key(terms.keyID) else { return }
    chainKey = key
    guard try sourceIsIntact(after: position, restored.deciding) else { return }
    restoration = nil
    state = restored.fold.state
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
    (figures.states, figures.entries) = (1, restored.length)
    // What was folded need not be folded again once there is a snapshot of it, whoever wrote it.
    entriesSinceSnapshot = figures.entries
    if restored.isFromSnapshot { self.restored.fromSnapshot += figures } else { self.restored.fromGenesis += figures }
  }

  /// What was folded is not what the ledger holds now: it is folded anew.
  private func changed() -> LogError {
    restoration = nil
    return .unavailable("the ledger changed while it was read")
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

  private func restorationFromSnapshot() throws(LogError) -> Restoration? {
    do {
      for name in try context.snapshots.list(partition: partition) {
        guard try context.log.holds(name.position, of: partition), let bytes = try context.snapshots.load(name) else { continue }
        if let state = try? SnapshotCodec.decode(bytes) {
          return Restoration(partition: partition, state: state, at: name.position, version: context.version)
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

  /// What the entry behind a position must be like, as the entry at the position says.
  private func termsBehind(_ position: ChainPosition) throws(LogError) -> LedgerTerms {
    let entry = try context.log.fetch(ledger, at: position.offset) { record in record.value.flatMap { try? LedgerReader.entry($0) } } ?? nil
    guard let entry, entry.chain == position.chain else { throw changed() }
    return LedgerTerms(after: entry)
  }

  /// Whether the events log still holds what the ledger decided last, or lost it by ordinary retention only.
  private func sourceIsIntact(after position: ChainPosition, _ deciding: Restoration.DecidingEntry) throws(LogError) -> Bool {
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
    let search = DecidingEntrySearch(in: context.log, partition: partition)
    let known = if let offset = deciding.offset { offset } else { try search.offset(upTo: position) }
    guard let offset = known else { throw changed() }
    let recorded = try context.log.fetch(ledger, at: offset) { record in RecordedSource(entry: record.value, keys: self.key) } ?? nil
    guard phase != .stopped else { return false }
    guard let recorded else { throw changed() }
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
}
