import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Decides one staged record and adds its entry to `entries`; records that are decided already are passed over.
  ///
  /// Returns false where the partition cannot go on; nothing of this record is in `entries` then.
  func decide(_ item: EventStage.Item, _ prepared: PreparedEvent, bytes: UnsafeRawBufferPointer, entries: inout EntryBatch) -> Bool {
    guard item.offset >= nextSource else { return true }
    let now = max(state.now, item.appended)
    if item.offset > nextSource { skipMissing(before: item.offset, now: now, entries: &entries) }
    var observer = NoObserver()
    state.advance(to: now, observer: &observer)
    let value = item.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) } ?? UnsafeRawBufferPointer(start: nil, count: 0)
    switch prepared.content {
    case .tick:
      add(.ticked, source: item.offset, key: nil, to: &entries)
    case .undecodable(let code, let reason):
      quarantine(code, reason, value: value, source: item.offset, entries: &entries)
    case .event(let event, let identity):
      guard let facts = completed(prepared.facts, for: event, identity: identity) else { return false }
      let decision = LodgingDomain.decide(event, state: state, facts: facts, now: now)
      state.apply(event, facts: facts, decision: decision, source: item.offset, now: now, observer: &observer)
      let key = item.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
      add(.decided(event: value, decision, facts), source: item.offset, key: key, to: &entries)
    }
    lastRecordDigest = KeyedHash.digest(key: context.keys.recordKey, bytes: value)
    return true
  }

  /// Puts a record aside for good because validators died on it.
  func quarantine(_ code: Code, _ reason: String, value: UnsafeRawBufferPointer, source: Int64, entries: inout EntryBatch) {
    let digest = KeyedHash.digest(key: context.keys.recordKey, bytes: value)
    add(.undecodable(code, digest: digest, size: value.count, reason: reason), source: source, key: nil, to: &entries)
  }

  private func skipMissing(before offset: Int64, now: Instant, entries: inout EntryBatch) {
    let first = nextSource
    var observer = NoObserver()
    state.advance(to: now, observer: &observer)
    context.monitor.alarm(.eventsMissing(partition: partition, first: first, last: offset - 1))
    add(.missing(first: first, reason: "the events log holds no record at these offsets"), source: offset - 1, key: nil, to: &entries)
  }

  private func add(_ body: LedgerEntryBody, source: Int64, key: UnsafeRawBufferPointer?, to entries: inout EntryBatch) {
    let chain = entries.append(
      body, previous: decided.chain, source: source, now: state.now, rules: .newest, chainKey: context.keys.chainKey, key: key)
    decided = (chain, source)
  }

  // MARK: Facts that need the state

  /// Adds what can be looked up only once the state is known; nil where the id index does not answer, and then the partition is read again later.
  private func completed(_ prepared: Facts, for event: StayEvent, identity: GuestIdentity?) -> Facts? {
    var facts = prepared
    if state.needsIdIndex(for: event, now: state.now) {
      do {
        facts.idIndex = try askIndex(about: event)
      } catch {
        context.monitor.alarm(.readFailed(partition: partition, reason: "id index: \(error)"))
        return nil
      }
    }
    if let month = registeredMonth(of: event, facts), month != facts.month, let keys = context.keys.monthKeys(month) {
      facts.priorDigest = ContentDigest.make(event: event, identity: identity, key: keys.digest)
    }
    return facts
  }

  private func registeredMonth(of event: StayEvent, _ facts: Facts) -> KeyMonth? {
    if let known = state.registration(of: event.id, at: event.establishment) { return known.month }
    guard case .asked(let found, _, _, _) = facts.idIndex else { return nil }
    return found?.month
  }

  private func askIndex(about event: StayEvent) throws -> IdIndexAnswer {
    var position = try context.index.position(partition: partition)
    if (position?.source ?? -1) < state.forgottenThrough { position = try IdIndexFeeder(partition: partition, context: context).catchUp() }
    let find = { (id: EventID?) throws -> RegisteredEvent? in
      guard let id else { return nil }
      return try self.context.index.find(id, at: event.establishment, partition: self.partition)
    }
    let stay = event.stay == event.id ? nil : event.stay
    return .asked(
      event: try find(event.id), stay: try find(stay), after: try find(event.after), position: position?.offset ?? -1)
  }
}
