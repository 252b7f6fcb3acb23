import LodgingDomain
import LodgingPipeline

/// One partition that decides events and gathers what they change for a read model, as the projection does from the ledger.
struct PartitionDriver {
  let partition: Int
  private(set) var state: PartitionState
  private(set) var source: Int64 = -1
  private(set) var offset: Int64 = 0
  private var batch = ProjectionBatch()
  private var recorder = Recorder()
  private var ordinals: [EstablishmentID: Int] = [:]
  private var counted: [EstablishmentID: OccupancyChange.Counted] = [:]

  init(partition: Int, now: Instant) {
    self.partition = partition
    state = PartitionState(now: now)
  }

  /// Goes on from what a read model gave back.
  init(partition: Int, resuming position: ProjectionPosition) {
    self.init(partition: partition, now: position.state.now)
    state = position.state
    source = position.position.source
    offset = position.position.offset
    for (ordinal, establishment) in state.establishments.enumerated() {
      ordinals[establishment.id] = ordinal
      counted[establishment.id] = Self.count(establishment)
    }
  }

  // MARK: Entries

  /// Decides an event that is appended at `now`, or when it was received.
  @discardableResult
  mutating func send(_ event: StayEvent, facts: Facts? = nil, now: Instant? = nil) -> Decision {
    let hour = state.now.hour
    let time = max(now ?? event.received, state.now)
    let facts = facts ?? .example(of: event)
    source += 1
    offset += 1
    state.advance(to: time, observer: &recorder)
    let decision = decide(event, state: state, facts: facts, now: time)
    state.apply(event, facts: facts, decision: decision, source: source, now: time, observer: &recorder)
    var updates = takeStays()
    if decision.outcome.isRegistered {
      recorder.touch(event.establishment)
      if let last = updates.indices.last, updates[last].reference.stay == event.stay {
        if let details = event.stayDetails {
          updates[last].told = StayUpdate.Told(
            source: source, details: details, codes: decision.codes, fingerprints: facts.fingerprints, identityOffset: offset)
        }
        if case .checkOut = event.body { updates[last].departed = event.happened }
      }
    }
    batch.stays += updates
    batch.receipts.append(
      ReceiptRow(
        partition: partition, source: source, ledgerOffset: offset, establishment: event.establishment, event: event.id, stay: event.stay,
        kind: EventKind(event.body), decision: decision, digest: facts.digest, received: event.received, now: time,
        ownReference: event.ownReference))
    flow(event, decision, now: time)
    countArrivals(updates)
    finishEntry(hourBefore: hour)
    return decision
  }

  /// Lets ledger time pass.
  mutating func tick(_ time: Instant) {
    let hour = state.now.hour
    source += 1
    offset += 1
    state.advance(to: time, observer: &recorder)
    batch.stays += takeStays()
    finishEntry(hourBefore: hour)
  }

  /// A record that is no event.
  mutating func garbage(_ code: Code = .eventUndecodable, reason: String = "cut off", size: Int = 17) {
    source += 1
    offset += 1
    batch.quarantine.append(
      QuarantineRow(
        partition: partition, source: source, code: code, reason: reason, size: size,
        digest: Digest128(first: 7, second: UInt64(source)), now: state.now))
    finishEntry(hourBefore: state.now.hour)
  }

  /// The identity of a stay is sealed to a later month.
  mutating func reseal(_ stay: EventID, of establishment: EstablishmentID, to month: KeyMonth, fingerprints: [DocumentFingerprint]) {
    offset += 1
    state.reseal(stay, of: establishment, to: month, digest: .zero)
    batch.reseals.append(
      ResealRow(
        reference: StayReference(establishment: establishment, stay: stay), month: month, fingerprints: fingerprints,
        identityOffset: offset))
    finishEntry(hourBefore: state.now.hour)
  }

  /// Everything since the last call, as one batch.
  mutating func take() -> ProjectionBatch {
    var result = batch
    batch = ProjectionBatch()
    guard offset > 0 else { return result }
    result.positions[partition] = PartitionProgress(position: position, now: state.now)
    for id in recorder.order {
      guard let establishment = state.establishment(id) else { continue }
      let ordinal = ordinals[id] ?? ordinals.count
      ordinals[id] = ordinal
      result.establishments[id] = EstablishmentRow(
        partition: partition, ordinal: ordinal, details: establishment.details, status: establishment.status,
        lastReport: establishment.lastReport, overSince: establishment.overSince)
      let after = Self.count(establishment)
      result.occupancy[id] = OccupancyChange(before: counted.updateValue(after, forKey: id), after: after)
    }
    recorder.forgetTouched()
    return result
  }

  var position: ChainPosition {
    ChainPosition(offset: offset, chain: Digest128(first: UInt64(offset), second: UInt64(partition)), source: source)
  }

  // MARK: Parts of an entry

  private mutating func finishEntry(hourBefore: Int64) {
    batch.entries += 1
    guard hourBefore != state.now.hour else { return }
    let now = state.now
    batch.standing[partition] = state.establishments.flatMap { establishment -> [Alert] in
      guard establishment.status == .open else { return [] }
      let over = establishment.overSince.flatMap {
        AlertRules.overCapacity(establishment.id, guests: establishment.guests, beds: Int(establishment.details.beds), since: $0, now: now)
      }
      let silent = establishment.lastReport.flatMap { AlertRules.silent(establishment.id, last: $0, now: now) }
      return [over, silent].compactMap { $0 }
    }
  }

  private mutating func takeStays() -> [StayUpdate] {
    defer { recorder.stays.removeAll(keepingCapacity: true) }
    return recorder.stays.map { StayUpdate(reference: $0.reference, partition: partition, change: $0.change, at: $0.at, stay: $0.stay) }
  }

  private mutating func flow(_ event: StayEvent, _ decision: Decision, now: Instant) {
    func key(_ instant: Instant) -> FlowKey { FlowKey(establishment: event.establishment, day: LocalZone.vietnam.date(at: instant)) }
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

  private mutating func countArrivals(_ updates: [StayUpdate]) {
    for update in updates {
      func key(_ instant: Instant) -> FlowKey {
        FlowKey(establishment: update.reference.establishment, day: LocalZone.vietnam.date(at: instant))
      }
      switch update.change {
      case .opened: batch.flows[key(update.stay.arrival), default: Flow()].arrivals += 1
      case .amended(let before):
        batch.flows[key(before), default: Flow()].arrivals -= 1
        batch.flows[key(update.stay.arrival), default: Flow()].arrivals += 1
      case .cancelled: batch.flows[key(update.stay.arrival), default: Flow()].arrivals -= 1
      case .changed, .presenceChanged, .departed, .expired: break
      }
    }
  }

  private static func count(_ establishment: EstablishmentState) -> OccupancyChange.Counted {
    OccupancyChange.Counted(commune: establishment.details.commune, occupancy: Occupancy(of: establishment))
  }
}

/// What the state told while an entry was applied.
private struct Recorder: StateObserver {
  struct Change {
    var reference: StayReference
    var change: StayChange
    var at: Instant
    var stay: Stay
  }

  var stays: [Change] = []
  private(set) var order: [EstablishmentID] = []
  private var touched: Set<EstablishmentID> = []

  mutating func stay(_ id: EventID, of establishment: EstablishmentID, _ change: StayChange, at: Instant, stay: Stay) {
    touch(establishment)
    stays.append(Change(reference: StayReference(establishment: establishment, stay: id), change: change, at: at, stay: stay))
  }

  mutating func establishment(_ id: EstablishmentID, at: Instant, state: EstablishmentState) { touch(id) }

  mutating func touch(_ id: EstablishmentID) {
    if touched.insert(id).inserted { order.append(id) }
  }

  mutating func forgetTouched() {
    order.removeAll()
    touched.removeAll()
  }
}

extension ProjectionBatch {
  /// Adds the batch of another partition.
  mutating func add(_ other: ProjectionBatch) {
    positions.merge(other.positions) { $1 }
    establishments.merge(other.establishments) { $1 }
    stays += other.stays
    reseals += other.reseals
    receipts += other.receipts
    quarantine += other.quarantine
    occupancy.merge(other.occupancy) { $1 }
    for (key, flow) in other.flows { flows[key, default: Flow()] += flow }
    standing.merge(other.standing) { $1 }
    entries += other.entries
  }
}

extension Instant {
  /// Whole hours since the epoch.
  fileprivate var hour: Int64 { milliseconds / 3_600_000 }
}
