import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Decides one staged record and adds its entry to `entries`; records that are decided already are passed over.
  ///
  /// Returns false where the record must wait for a later step, and those behind it with it; it is then not decided, and what was decided
  /// before it stands.
  func decide(_ item: EventStage.Item, _ prepared: PreparedEvent, bytes: UnsafeRawBufferPointer, entries: inout EntryBatch) -> Bool {
    guard item.offset >= nextOffset else { return true }
    let now = max(state.now, item.appended)
    if item.offset > nextOffset { passOver(to: item.offset, now: now, entries: &entries) }
    let source = number(of: item.offset)
    isStateAhead = true
    state.advance(to: now)
    let key = item.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    let value = item.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    switch prepared.content {
    case .tick:
      add(.ticked, source: source, record: digest(key, value), to: &entries)
      entries.counts.ticks += 1
    case .undecodable(let code, let reason):
      let record = UndecodableRecord(code: code, digest: digest(key, value), size: UInt32(value?.count ?? 0), reason: reason)
      add(.undecodable(record), source: source, to: &entries)
      entries.counts.add(.undecodable)
    case .event(let read):
      guard decide(read, prepared.facts, source: source, key: key, value: value, entries: &entries) else { return false }
    }
    lastItem = item
    return true
  }

  /// Decides an event on the state, which stands at the event's time; false where the id index does not answer.
  private func decide(
    _ read: ReadEvent, _ prepared: Facts, source: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    entries: inout EntryBatch
  ) -> Bool {
    let standing = state.standing(of: read.event)
    guard let facts = completed(prepared, for: read, standing) else { return false }
    let decision = state.decide(read.event, standing, facts: facts, source: source)
    entries.counts.add(decision.outcome)
    guard facts.seal == .plainRefused, let value else {
      add(.decided(decision, facts), source: source, event: value, key: key, to: &entries)
      return true
    }
    // The ledger is kept for good and outlives every month's key: what anybody could read must not get into it.
    WireEvent.withoutPlainIdentity(value).withUnsafeBytes { kept in
      add(.decided(decision, facts), source: source, event: kept, record: digest(key, value), key: key, to: &entries)
    }
    return true
  }

  private func digest(_ recordKey: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?) -> Digest128 {
    var scratch: [UInt8] = []
    return RecordDigest.make(recordKey: recordKey, value: value, key: chainKey, scratch: &scratch)
  }

  /// Marks the last record that was decided in this step; `bytes` are the stage's.
  func markLast(bytes: UnsafeRawBufferPointer) {
    guard let item = lastItem else { return }
    lastItem = nil
    lastRecord = RecordMark(
      offset: item.offset, appended: item.appended, recordKey: item.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
      value: item.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }, key: chainKey)
  }

  private func passOver(to offset: Int64, now: Instant, entries: inout EntryBatch) {
    state.advance(to: now)
    context.monitor.alarm(.eventsMissing(partition: partition, first: nextOffset, last: offset - 1))
    add(
      .missing(first: nextOffset, reason: "the events log holds no record at these offsets"), source: number(of: offset - 1), to: &entries)
  }

  private func add(
    _ body: LedgerBody, source: Int64, event: UnsafeRawBufferPointer? = nil, record: Digest128? = nil,
    key: UnsafeRawBufferPointer? = nil, to entries: inout EntryBatch
  ) {
    let header = terms.header(previous: decided.chain, source: source, now: state.now)
    let event = event ?? UnsafeRawBufferPointer(start: nil, count: 0)
    isStateAhead = false
    decided = entries.append(header, body, event: event, record: record, recordKey: key, chainKey: chainKey)
  }

  // MARK: Facts that need the state

  /// Adds what can be looked up only once the state is known; nil where the id index does not answer, and then the partition is read
  /// again later.
  private func completed(_ prepared: Facts, for read: ReadEvent, _ standing: EventStanding) -> Facts? {
    var facts = prepared
    if standing.needsIdIndex(for: read.event, now: state.now) {
      do {
        guard let answer = try askIndex(about: read.event) else { return nil }
        facts.idIndex = answer
      } catch let error as LogError {
        doubt(error)
        return nil
      } catch {
        context.monitor.alarm(.readFailed(partition: partition, reason: "id index: \(error)"))
        return nil
      }
    }
    let first = standing.registered ?? facts.idIndex.event
    if let month = first?.month, month != facts.month, let keys = context.keys.keys(of: month) {
      facts.priorDigest = read.contentDigest(key: keys.digest)
    }
    return facts
  }

  private func askIndex(about event: StayEvent) throws -> IdIndexAnswer? {
    guard let position = try coveringIndex() else { return nil }
    let stay = event.stay == event.id ? nil : event.stay
    let found = try context.index.find([event.id, stay, event.after], at: event.establishment, partition: partition)
    return .asked(event: found[0], stay: found[1], after: found[2], position: position.offset)
  }

  /// The position of the id index once it covers everything that the state has forgotten; nil where that is not in the ledger yet, and
  /// while more is missing than one step reads: then the partition waits, and the others of this validator do not.
  ///
  /// The first question after the state was restored brings the index up to date in any case: it may stand on entries that were lost.
  private func coveringIndex() throws -> ChainPosition? {
    if let known = indexPosition, known.source >= state.forgottenThrough { return known }
    guard mayAsk else { return nil }
    let reach = try IdIndexFeeder(partition: partition, context: context).catchUp(recordsMax: context.settings.indexRecordsMax)
    indexPosition = reach.left == 0 ? reach.position : nil
    return indexPosition.flatMap { $0.source >= state.forgottenThrough ? $0 : nil }
  }
}
