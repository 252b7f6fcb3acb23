import LodgingDomain
import LodgingWire

extension PartitionOwner {
  /// Decides a run of this partition's staged records and adds their entries to `entries`, for as long as the owner may decide; records that
  /// are decided already are passed over.
  ///
  /// Facts that can be looked up only once the state is known are added to `prepared`, which belongs to `items`.
  ///
  /// Returns false where a record must wait for a later step, and those behind it with it; it is then not decided, and what was decided
  /// before it stands.
  func decide(
    _ run: Range<Int>, of items: [EventStage.Item], _ prepared: PreparedEvents, bytes: UnsafeRawBufferPointer,
    entries: inout EntryBatch
  ) -> Bool {
    let first = nextOffset
    // The state is taken hold of once for the whole run, in which nothing else may look at it.
    let end = decide(run, of: items, prepared, bytes: bytes, on: &state, entries: &entries)
    if end > run.lowerBound, items[end - 1].offset >= first { mark(items[end - 1], bytes: bytes) }
    return end == run.upperBound || phase != .deciding
  }

  /// The same on a state; returns the end of what needs no more deciding.
  private func decide(
    _ run: Range<Int>, of items: [EventStage.Item], _ prepared: PreparedEvents, bytes: UnsafeRawBufferPointer,
    on state: inout PartitionState, entries: inout EntryBatch
  ) -> Int {
    let aims = aims(of: run, of: prepared, on: state)
    for index in run {
      let aim = aims[index - run.lowerBound]
      guard phase == .deciding, decide(items[index], prepared[index], aim, bytes: bytes, on: &state, entries: &entries) else {
        return index
      }
    }
    return run.upperBound
  }

  /// Looks where all events of a run will be looked up, as far as that does not depend on what is decided before them.
  private func aims(of run: Range<Int>, of prepared: PreparedEvents, on state: PartitionState) -> [EventAim?] {
    var aims: [EventAim?] = []
    aims.reserveCapacity(run.count)
    for index in run {
      if case .event(let read) = prepared[index].content { aims.append(aim(of: read, on: state)) } else { aims.append(nil) }
    }
    for index in run {
      guard case .event(let read) = prepared[index].content, let aim = aims[index - run.lowerBound] else { continue }
      look(for: read, aim, on: state)
    }
    return aims
  }

  private func aim(of read: ReadEvent, on state: PartitionState) -> EventAim { state.aim(of: read.event) }

  private func look(for read: ReadEvent, _ aim: EventAim, on state: PartitionState) { seen ^= state.look(for: read.event, aim) }

  /// The same of one record; false where it must wait.
  private func decide(
    _ item: EventStage.Item, _ prepared: PreparedEvent, _ aim: EventAim?, bytes: UnsafeRawBufferPointer,
    on state: inout PartitionState, entries: inout EntryBatch
  ) -> Bool {
    guard item.offset >= nextOffset else { return true }
    let now = max(state.now, item.appended)
    state.advance(to: now)
    if item.offset > nextOffset { passOver(to: item.offset, now: now, entries: &entries) }
    let source = number(of: item.offset)
    isStateAhead = true
    let key = item.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    let value = item.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }
    switch prepared.content {
    case .tick:
      add(.ticked, source: source, now: now, record: digest(key, value), to: &entries)
      entries.counts.ticks += 1
    case .undecodable(let code, let reason):
      let record = UndecodableRecord(code: code, digest: digest(key, value), size: UInt32(value?.count ?? 0), reason: reason)
      add(.undecodable(record), source: source, now: now, to: &entries)
      entries.counts.add(.undecodable)
    case .event(let read):
      let aim = aim ?? state.aim(of: read.event)
      return decide(read, &prepared.facts, aim, source: source, key: key, value: value, on: &state, entries: &entries)
    }
    return true
  }

  /// Decides an event on the state, which stands at the event's time; false where the id index does not answer.
  private func decide(
    _ read: ReadEvent, _ facts: inout Facts, _ aim: EventAim, source: Int64, key: UnsafeRawBufferPointer?, value: UnsafeRawBufferPointer?,
    on state: inout PartitionState, entries: inout EntryBatch
  ) -> Bool {
    let standing = state.standing(of: read.event, aim)
    guard complete(&facts, for: read, standing, now: state.now, forgottenThrough: state.forgottenThrough) else { return false }
    let decision = state.decide(read.event, standing, facts: facts, source: source)
    entries.counts.add(decision.outcome)
    let header = terms.header(previous: decided.chain, source: source, now: state.now)
    isStateAhead = false
    guard facts.seal == .plainRefused, let value else {
      let event = value ?? UnsafeRawBufferPointer(start: nil, count: 0)
      decided = entries.append(header, decision, facts, event: event, recordKey: key, chainKey: chainKey)
      return true
    }
    // The ledger is kept for good and outlives every month's key: what anybody could read must not get into it.
    WireEvent.withoutPlainIdentity(value).withUnsafeBytes { kept in
      decided = entries.append(
        header, decision, facts, event: kept, record: digest(key, value), recordKey: key, chainKey: chainKey)
    }
    return true
  }

  private func digest(_ recordKey: UnsafeRawBufferPointer?, _ value: UnsafeRawBufferPointer?) -> Digest128 {
    var scratch: [UInt8] = []
    return RecordDigest.make(recordKey: recordKey, value: value, key: chainKey, scratch: &scratch)
  }

  /// Marks the record that was decided last.
  private func mark(_ item: EventStage.Item, bytes: UnsafeRawBufferPointer) {
    lastRecord = RecordMark(
      offset: item.offset, appended: item.appended, recordKey: item.key.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) },
      value: item.value.map { UnsafeRawBufferPointer(rebasing: bytes[$0]) }, key: chainKey)
  }

  private func passOver(to offset: Int64, now: Instant, entries: inout EntryBatch) {
    context.monitor.alarm(.eventsMissing(partition: partition, first: nextOffset, last: offset - 1))
    add(
      .missing(first: nextOffset, reason: "the events log holds no record at these offsets"), source: number(of: offset - 1), now: now,
      to: &entries)
  }

  private func add(_ body: LedgerBody, source: Int64, now: Instant, record: Digest128? = nil, to entries: inout EntryBatch) {
    let header = terms.header(previous: decided.chain, source: source, now: now)
    isStateAhead = false
    decided = entries.append(header, body, record: record, recordKey: nil, chainKey: chainKey)
  }

  // MARK: Facts that need the state

  /// Adds what can be looked up only once the state is known; false where the id index does not answer, and then the partition is read
  /// again later.
  private func complete(
    _ facts: inout Facts, for read: ReadEvent, _ standing: EventStanding, now: Instant, forgottenThrough source: Int64
  ) -> Bool {
    if standing.needsIdIndex(for: read.event, now: now) {
      do {
        guard let answer = try askIndex(about: read.event, forgottenThrough: source) else { return false }
        facts.idIndex = answer
      } catch let error as LogError {
        doubt(error)
        return false
      } catch {
        context.monitor.alarm(.readFailed(partition: partition, reason: "id index: \(error)"))
        return false
      }
    }
    let first = standing.registered ?? facts.idIndex.event
    if let month = first?.month, month != facts.month, let keys = context.keys.keys(of: month) {
      facts.priorDigest = read.contentDigest(key: keys.digest)
    }
    return true
  }

  private func askIndex(about event: StayEvent, forgottenThrough source: Int64) throws -> IdIndexAnswer? {
    guard let position = try coveringIndex(through: source) else { return nil }
    let stay = event.stay == event.id ? nil : event.stay
    let found = try context.index.find([event.id, stay, event.after], at: event.establishment, partition: partition)
    return .asked(event: found[0], stay: found[1], after: found[2], position: position.offset)
  }

  /// The position of the id index once it covers everything that the state has forgotten, which is up to `source`; nil where that is not in
  /// the ledger yet, and while more is missing than one step reads: then the partition waits, and the others of this validator do not.
  ///
  /// The first question after the state was restored brings the index up to date in any case: it may stand on entries that were lost.
  private func coveringIndex(through source: Int64) throws -> ChainPosition? {
    if let known = indexPosition, known.source >= source { return known }
    guard mayAsk else { return nil }
    let reach = try IdIndexFeeder(partition: partition, context: context).catchUp(recordsMax: context.settings.indexRecordsMax)
    indexPosition = reach.left == 0 ? reach.position : nil
    return indexPosition.flatMap { $0.source >= source ? $0 : nil }
  }
}
