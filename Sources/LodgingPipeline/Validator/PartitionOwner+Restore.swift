import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Rebuilds the state from the highest usable snapshot and the entries after it, then checks the last decided event.
  ///
  /// Afterwards the owner decides, or has stopped with an alarm. A read that fails leaves it to be restored again.
  func restore() {
    do throws(LogError) {
      guard let genesis = try readGenesis() else { return }
      incarnation = genesis.incarnation
      var fold = try snapshotFold() ?? StateFold(partition: partition)
      guard try catchUp(&fold), let position = fold.cursor.position, try sourceIsIntact(after: position) else { return }
      state = fold.state
      acknowledged = position
      decided = (position.chain, position.source)
      inFlight.removeAll()
      tailChecked = context.clock.now
      lastActivity = context.clock.now
      phase = .deciding
    } catch {
      context.monitor.alarm(.readFailed(partition: partition, reason: "\(error)"))
    }
  }

  private func readGenesis() throws(LogError) -> LedgerEntry.Genesis? {
    let start = try context.log.bounds(of: ledger).start
    let first = try context.log.fetch(ledger, at: start) { $0.value.flatMap { try? LedgerEntry(decoding: $0) } } ?? nil
    guard let first, case .genesis(let genesis) = first.body else {
      stop(.genesisRefused(partition: partition, reason: "the ledger does not begin with a genesis entry"))
      return nil
    }
    guard let reason = refusal(of: genesis, partitions: try context.log.partitions(of: .events)) else { return genesis }
    stop(.genesisRefused(partition: partition, reason: reason))
    return nil
  }

  private func refusal(of genesis: LedgerEntry.Genesis, partitions: Int) -> String? {
    if genesis.ledgerID != context.keys.ledgerID { return "the ledger belongs to another register" }
    if Int(genesis.partition) != partition { return "the genesis entry is that of partition \(genesis.partition)" }
    if partitions < Int(genesis.partitions) {
      return "the events topic has \(partitions) partitions, fewer than the \(genesis.partitions) of the genesis entry"
    }
    if genesis.format > LedgerEntry.formatNewest {
      return "the ledger has format \(genesis.format), this version knows \(LedgerEntry.formatNewest)"
    }
    return nil
  }

  private func snapshotFold() throws(LogError) -> StateFold? {
    do {
      for name in try context.snapshots.list(partition: partition) {
        let offset = name.position.offset
        let chain = try context.log.fetch(ledger, at: offset) { $0.value.flatMap { LedgerHeader(reading: $0)?.chain } } ?? nil
        guard chain == name.position.chain, let bytes = try context.snapshots.load(name) else { continue }
        return StateFold(partition: partition, state: try SnapshotCodec.decode(bytes), at: name.position)
      }
    } catch let error as LogError {
      throw error
    } catch {
      context.monitor.alarm(.snapshotFailed(partition: partition, reason: "\(error)"))
    }
    return nil
  }

  /// Folds to the end of the ledger; false where an entry stops it.
  private func catchUp(_ fold: inout StateFold) throws(LogError) -> Bool {
    var observer = NoObserver()
    var stop: FoldStop?
    var stoppedAt: Int64 = 0
    while stop == nil, fold.cursor.next < (try context.log.bounds(of: ledger).end) {
      let next = try context.log.walk(ledger, from: fold.cursor.next) { record in
        guard case .stopped(let reason) = fold.take(record, observer: &observer) else { return true }
        stop = reason
        stoppedAt = record.offset
        return false
      }
      fold.skip(to: next)
    }
    switch stop {
    case nil: return true
    case .unknownEntry: self.stop(.unknownEntry(partition: partition, offset: stoppedAt))
    case .noGenesis: self.stop(.genesisRefused(partition: partition, reason: "the ledger does not begin with a genesis entry"))
    }
    return false
  }

  /// Whether the events log still holds what the ledger decided last, or lost it by ordinary retention only.
  func sourceIsIntact(after position: ChainPosition) throws(LogError) -> Bool {
    let held = try context.log.bounds(of: events)
    let next = position.source + 1
    if held.end < next {
      stop(.eventsTailLost(partition: partition, source: position.source))
      return false
    }
    if held.start > next {
      stop(.eventsExpired(partition: partition, next: next, start: held.start))
      return false
    }
    lastRecordDigest = nil
    guard position.source >= held.start else { return true }
    let now = try context.log.fetch(events, at: position.source) { self.digest(of: $0) }
    guard let recorded = try recordedSource(at: position) else { return true }
    guard now == recorded else {
      stop(.eventsTailLost(partition: partition, source: position.source))
      return false
    }
    lastRecordDigest = now
    return true
  }

  /// The digest of the record's value, as both logs hold it; a tombstone has the digest of no bytes.
  func digest(of record: borrowing LogRecord) -> Digest128 {
    KeyedHash.digest(key: context.keys.recordKey, bytes: record.value ?? UnsafeRawBufferPointer(start: nil, count: 0))
  }

  /// What the ledger says of the value of the last decided record; nil where it says nothing, as for ticks.
  private func recordedSource(at position: ChainPosition) throws(LogError) -> Digest128? {
    let entry = try context.log.fetch(ledger, at: position.offset) { $0.value.flatMap { try? LedgerEntry(decoding: $0) } } ?? nil
    switch entry?.body {
    case .decided(let decided): return decided.event.withUnsafeBytes { KeyedHash.digest(key: context.keys.recordKey, bytes: $0) }
    case .undecodable(let undecodable): return undecodable.digest
    default: return nil
    }
  }
}
