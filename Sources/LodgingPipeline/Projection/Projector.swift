import LodgingDomain
import LodgingWire

/// Folds one partition's entries and gathers what they change for the read model.
struct Projector {
  let partition: Int
  private(set) var fold: StateFold
  /// The last record that was read; nil before the first.
  private(set) var last: EntryMark?
  /// The last entry that counts; nil before genesis.
  private(set) var counted: EntryMark?
  private var ordinals: [EstablishmentID: Int] = [:]
  private var figures: [EstablishmentID: OccupancyChange.Counted] = [:]
  /// When each establishment was last heard of, before the entry at hand.
  private var lastReports: [EstablishmentID: Instant] = [:]
  private var changes = ChangeList()

  init(partition: Int, resuming: ProjectionPosition?, version: LedgerVersion) {
    self.partition = partition
    guard let resuming else {
      fold = StateFold(partition: partition, version: version)
      return
    }
    fold = StateFold(partition: partition, state: resuming.state, at: resuming.position, version: version)
    for (ordinal, establishment) in resuming.state.establishments.enumerated() {
      ordinals[establishment.id] = ordinal
      figures[establishment.id] = Self.count(establishment)
      lastReports[establishment.id] = establishment.lastReport
    }
    (last, counted) = (EntryMark(resuming.position), EntryMark(resuming.position))
  }

  /// Takes the next record of the ledger; returns why the fold stands still, where it does.
  mutating func take(_ record: borrowing LogRecord, into batch: inout ProjectionBatch) -> FoldStop? {
    let before = fold.state.now
    switch fold.take(record, observer: &changes) {
    case .ignored:
      last = EntryMark(record)
      return nil
    case .stopped(let reason): return reason
    case .applied(let entry, let event):
      last = EntryMark(record)
      counted = last
      gather(entry, event, at: record.offset, into: &batch)
      let now = entry.header.now
      let isHeardAgain = event.map { endsSilence($0.establishment, at: now) } ?? false
      if before.hour != now.hour || isHeardAgain { batch.standing[partition] = standingAlerts(at: now) }
      batch.entries += 1
      return nil
    }
  }

  /// Passes over offsets that the log does not hold.
  mutating func skip(to offset: Int64) { fold.skip(to: offset) }

  /// Adds the position and what is counted once a batch: occupancy and the form of the establishments that changed.
  mutating func finish(_ batch: inout ProjectionBatch) {
    guard let position = fold.cursor.position else { return }
    batch.positions[partition] = PartitionProgress(position: position, now: fold.state.now)
    for id in changes.order {
      guard let establishment = fold.state.establishment(id) else { continue }
      let ordinal = ordinals[id] ?? ordinals.count
      ordinals[id] = ordinal
      batch.establishments[id] = EstablishmentRow(
        partition: partition, ordinal: ordinal, details: establishment.details, status: establishment.status,
        lastReport: establishment.lastReport, overSince: establishment.overSince)
      let after = Self.count(establishment)
      batch.occupancy[id] = OccupancyChange(before: figures.updateValue(after, forKey: id), after: after)
    }
    changes.touched.removeAll()
    changes.order.removeAll()
  }

  private static func count(_ establishment: EstablishmentState) -> OccupancyChange.Counted {
    OccupancyChange.Counted(commune: establishment.details.commune, occupancy: Occupancy(of: establishment))
  }

  /// Whether an establishment reported in the entry that was just applied and was silent until then: its alert must not wait for the next
  /// hour to go.
  private mutating func endsSilence(_ id: EstablishmentID, at now: Instant) -> Bool {
    guard let report = fold.state.establishment(id)?.lastReport else { return false }
    let last = lastReports.updateValue(report, forKey: id)
    guard let last, last != report else { return false }
    return AlertRules.silent(id, last: last, now: now) != nil
  }

  private func standingAlerts(at now: Instant) -> [Alert] {
    fold.state.establishments.flatMap { establishment -> [Alert] in
      guard establishment.status == .open else { return [] }
      let over = establishment.overSince.flatMap {
        AlertRules.overCapacity(establishment.id, guests: establishment.guests, beds: Int(establishment.details.beds), since: $0, now: now)
      }
      let silent = establishment.lastReport.flatMap { AlertRules.silent(establishment.id, last: $0, now: now) }
      return [over, silent].compactMap { $0 }
    }
  }

  // MARK: One entry

  private mutating func gather(_ entry: LedgerEntry, _ event: StayEvent?, at offset: Int64, into batch: inout ProjectionBatch) {
    var updates = changes.takeStays(partition: partition)
    switch entry.body {
    case .decided(let decision, let facts):
      guard let event else { break }
      gatherReceipt(event, decision, facts, entry.header, at: offset, into: &batch)
      gatherFlow(event, decision, now: entry.header.now, into: &batch)
      gatherArrivals(updates, into: &batch)
      if let original = event.replayOf {
        batch.replays.append(ReplayRow(original: original, partition: partition, source: entry.header.source))
      }
      if decision.outcome.isRegistered {
        changes.touch(event.establishment)
        tell(event, decision, facts, entry.header.source, offset: offset, to: &updates)
      }
    case .undecodable(let record):
      batch.quarantine.append(
        QuarantineRow(
          partition: partition, source: entry.header.source, code: record.code, reason: record.reason, size: Int(record.size),
          digest: record.digest, now: entry.header.now))
    case .reseal(let reseal):
      batch.reseals.append(
        ResealRow(
          reference: StayReference(establishment: reseal.establishment, stay: reseal.stay), month: reseal.sealed.month,
          fingerprints: reseal.fingerprints, identityOffset: offset))
    case .genesis, .ticked, .missing, .sourceReset, .upgrade, .rekey: break
    }
    batch.stays += updates
  }

  /// Adds what the event tells to the change of its own stay; changes by the passing of time come before it and tell nothing.
  private func tell(
    _ event: StayEvent, _ decision: Decision, _ facts: Facts, _ source: Int64, offset: Int64, to updates: inout [StayUpdate]
  ) {
    guard let last = updates.indices.last, updates[last].reference.stay == event.stay else { return }
    if let details = event.stayDetails {
      updates[last].told = StayUpdate.Told(
        source: source, details: details, codes: decision.codes, fingerprints: facts.fingerprints, identityOffset: offset)
    }
    if case .checkOut = event.body { updates[last].departed = event.happened }
  }

  private func gatherReceipt(
    _ event: StayEvent, _ decision: Decision, _ facts: Facts, _ header: EntryHeader, at offset: Int64, into batch: inout ProjectionBatch
  ) {
    batch.receipts.append(
      ReceiptRow(
        partition: partition, source: header.source, ledgerOffset: offset, establishment: event.establishment, event: event.id,
        stay: event.stay, kind: EventKind(event.body), decision: decision, digest: facts.digest, received: event.received, now: header.now,
        ownReference: event.ownReference))
  }

  private func gatherFlow(_ event: StayEvent, _ decision: Decision, now: Instant, into batch: inout ProjectionBatch) {
    func key(_ instant: Instant) -> FlowKey {
      FlowKey(establishment: event.establishment, day: LocalZone.vietnam.date(at: instant))
    }
    switch event.body {
    case .checkIn:
      guard decision.outcome != .duplicate else { return }
      batch.flows[key(now), default: Flow()].checkIns += 1
      if !decision.codes.isDisjoint(with: AlertRules.failingCodes) { batch.flows[key(now), default: Flow()].failed += 1 }
    case .checkOut where decision.outcome.isRegistered:
      batch.flows[key(event.happened), default: Flow()].departures += 1
    default: return
    }
  }

  /// Counts arrivals as they stand now: a correction moves them to another day, and a cancelled stay never was.
  private func gatherArrivals(_ updates: [StayUpdate], into batch: inout ProjectionBatch) {
    for update in updates {
      func count(_ amount: Int, at instant: Instant) {
        let key = FlowKey(establishment: update.reference.establishment, day: LocalZone.vietnam.date(at: instant))
        batch.flows[key, default: Flow()].arrivals += amount
      }
      switch update.change {
      case .opened: count(1, at: update.stay.arrival)
      case .amended(let before):
        count(-1, at: before)
        count(1, at: update.stay.arrival)
      case .cancelled: count(-1, at: update.stay.arrival)
      case .changed, .presenceChanged, .departed, .expired: break
      }
    }
  }
}

extension Instant {
  /// Whole hours since the epoch.
  fileprivate var hour: Int64 { milliseconds / Instant.millisecondsPerHour }
}

/// What the state reports while an entry is applied.
private struct ChangeList: StateObserver {
  var touched: Set<EstablishmentID> = []
  var order: [EstablishmentID] = []
  private var stays: [(StayReference, StayChange, Instant, Stay)] = []

  mutating func stay(_ id: EventID, of establishment: EstablishmentID, _ change: StayChange, at: Instant, stay: Stay) {
    touch(establishment)
    stays.append((StayReference(establishment: establishment, stay: id), change, at, stay))
  }

  mutating func establishment(_ id: EstablishmentID, at: Instant, state: EstablishmentState) { touch(id) }

  mutating func touch(_ id: EstablishmentID) {
    if touched.insert(id).inserted { order.append(id) }
  }

  mutating func takeStays(partition: Int) -> [StayUpdate] {
    defer { stays.removeAll(keepingCapacity: true) }
    return stays.map { StayUpdate(reference: $0.0, partition: partition, change: $0.1, at: $0.2, stay: $0.3) }
  }
}
