import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// What befalls a world.
extension World {
  func misfortune() throws {
    switch random.below(100) {
    case 0..<30: try befallValidator()
    case 30..<42: befallReader()
    case 42..<58: move()
    case 58..<70: loseTail()
    case 70..<76: disturbAppendTimes()
    case 76..<84: injectError()
    case 84..<88: makeHole()
    case 88..<92: retain()
    case 92..<97: disturbStores()
    default: changeResidents()
    }
  }

  // MARK: Processes

  private func befallValidator() throws {
    if validators.count < plan.validators || random.chance(1, of: 12) && validators.count < 5 {
      try addValidator()
      return
    }
    guard let actor = random.pick(validators) else { return }
    switch random.below(10) {
    case 0, 1:
      if has(.crashes) {
        coverage.note(.crashedBetweenSteps)
        crash(actor)
      }
    case 2, 3: if has(.crashesInSteps) { actor.doom(after: random.below(30)) }
    case 4:
      if has(.crashes) {
        coverage.note(.leftInOrder)
        trace.add("validator \(actor.name) leaves")
        actor.loop.leave()
        validators.removeAll { $0 === actor }
      }
    case 5, 6:
      if has(.sleep) {
        if !actor.isAsleep { coverage.note(.slept) }
        actor.isAsleep.toggle()
        trace.add("validator \(actor.name) \(actor.isAsleep ? "sleeps" : "wakes")")
      }
    default:
      if has(.deafness) {
        if !actor.member.isDeaf { coverage.note(.deaf) }
        actor.member.isDeaf.toggle()
        trace.add("validator \(actor.name) \(actor.member.isDeaf ? "is deaf" : "hears")")
      }
    }
  }

  private func befallReader() {
    guard has(.readerCrashes), let reader = random.pick(readers) else { return }
    if random.chance(1, of: 3) {
      coverage.note(.commitFailed)
      reader.model.failCommits(1)
      trace.add("a reader's commit will fail")
    } else if !reader.neverRestarts {
      if random.chance(1, of: 2) {
        coverage.note(.readerCrashed)
        reader.drop()
        trace.add("reader restarts")
      } else {
        coverage.note(.readerCrashedInStep)
        reader.power.cut(after: random.below(12))
      }
    }
  }

  private func move() {
    guard has(.moves) else { return }
    let partition = random.below(plan.partitions)
    let member = random.chance(1, of: 10) ? nil : random.pick(validators)?.member.number
    log.move([partition], of: Self.group, to: member)
    coverage.note(.moved)
    trace.add("partition \(partition) moves to member \(member.map(String.init) ?? "nobody")")
  }

  // MARK: The log

  private func loseTail() {
    let partition = random.below(plan.partitions)
    let events = TopicPartition(.events, partition)
    let ledger = TopicPartition(.ledger, partition)
    switch random.below(3) {
    case 0 where has(.eventsTail): if lose(events) { coverage.note(.eventsTailLost) }
    case 1 where has(.ledgerTail): if lose(ledger) { coverage.note(.ledgerTailLost) }
    case 2 where has(.bothTails):
      let isLost = (lose(events), lose(ledger))
      if isLost.0, isLost.1 { coverage.note(.bothTailsLost) }
    default: return
    }
  }

  /// The ledger loses its tail in the middle of restoring, more often than chance alone would have it.
  func loseTailUnderRestoring(_ actor: ValidatorActor) {
    guard let partition = actor.loop.restoring.keys.min(), random.chance(1, of: 4) else { return }
    if has(.bothTails) { _ = lose(TopicPartition(.events, partition)) }
    if has(.bothTails) || has(.ledgerTail) { _ = lose(TopicPartition(.ledger, partition)) }
  }

  private func lose(_ place: TopicPartition) -> Bool {
    let onDisk = synced(place)
    let unsynced = log.contents(of: place).count { $0.offset >= onDisk }
    guard unsynced > 0 else { return false }
    let lost = log.loseTail(of: place, count: random.within(1...min(8, unsynced)), silently: random.chance(1, of: 2))
    trace.add("\(place) loses \(lost.map(\.offset))")
    guard let record = lost.first else { return false }
    // What was left out before the record is lost with it.
    let first = log.contents(of: place).last.map { $0.offset + 1 } ?? record.offset
    losses[place] = min(losses[place] ?? first, first)
    residents.lose(place, from: first, to: lost.last.map { $0.offset + 1 } ?? first)
    noteWitnesses(of: place, from: first)
    return true
  }

  /// Notes who goes on living after it had read or written what is lost now.
  private func noteWitnesses(of place: TopicPartition, from first: Int64) {
    for status in validators.flatMap(\.loop.partitions) where status.partition == place.partition && status.isDeciding {
      switch place.topic {
      case .ledger: if status.position.offset >= first { coverage.note(.ledgerLostUnderOwner) }
      default: if SourceNumber(status.position.source).offset >= first { coverage.note(.eventsLostUnderOwner) }
      }
    }
    for actor in validators where place.topic == .ledger && actor.loop.restoring[place.partition] ?? 0 > first {
      coverage.note(.ledgerLostUnderRestoring)
    }
    for reader in readers where place.topic == .ledger && (reader.stand[place.partition]?.offset ?? -1) >= first {
      coverage.note(reader.neverRestarts ? .ledgerLostUnderSteadyReader : .ledgerLostUnderReader)
    }
  }

  private func disturbAppendTimes() {
    guard has(.appendTimes), let place = random.pick(places) else { return }
    switch random.below(3) {
    case 0:
      log.setAppendTimes(of: place, .ahead(milliseconds: Int64(random.within(1...400)) * 1000))
      coverage.note(.timesAhead)
    case 1:
      log.setAppendTimes(of: place, .standing)
      coverage.note(.timesStanding)
    default: log.setAppendTimes(of: place, .clock)
    }
  }

  private func injectError() {
    guard has(.injectedErrors), let operation = random.pick(Self.operations) else { return }
    let place = random.chance(1, of: 2) ? random.pick(places) : nil
    log.inject(.unavailable("injected"), into: operation, of: place, times: random.within(1...3))
    coverage.note(.errorInjected)
    trace.add("error into \(operation) of \(place.map(\.description) ?? "all")")
  }

  /// A broker goes down with the partitions that it leads, or all do, and comes up again later; drawn beside all other misfortune.
  func breakOrMendBroker() {
    guard has(.brokers) else { return }
    guard log.unreachable.isEmpty else {
      if random.chance(1, of: 25) {
        log.setUnreachable([])
        coverage.note(.brokerUp)
        trace.add("brokers are up")
      }
      return
    }
    guard random.chance(1, of: 150) else { return }
    let broker = random.below(Self.brokers + 1)
    let down = places.filter { broker == Self.brokers || ($0.partition + ($0.topic == .ledger ? 1 : 0)) % Self.brokers == broker }
    guard !down.isEmpty else { return }
    log.setUnreachable(Set(down))
    coverage.note(.brokerDown)
    trace.add("a broker is down: \(down)")
  }

  private static let brokers = 2

  private static let operations: [SimulatedLog.Operation] = [.bounds, .read, .wait, .submit, .append, .acknowledgements, .group]

  private func makeHole() {
    guard has(.holes), let place = random.pick(places) else { return }
    log.skipOffsets(of: place, count: Int64(random.within(1...3)))
    coverage.note(.hole)
    trace.add("hole in \(place)")
  }

  /// Removes events that are decided as they are, and whose decisions are on disk.
  private func retain() {
    guard has(.retention) else { return }
    let partition = random.below(plan.partitions)
    let events = TopicPartition(.events, partition)
    let ledger = TopicPartition(.ledger, partition)
    let history = History(partition, of: self)
    guard history.conflict == nil else { return }
    let safe = history.lines.filter { $0.offset < synced(ledger) && !history.isOrphan($0) }.map(\.sourceOffset)
    guard let last = random.pick(safe), last >= 0 else { return }
    let gone = log.contents(of: events).filter { $0.offset <= last }
    guard !gone.isEmpty, last < synced(events) else { return }
    archive[partition, default: []] += gone
    log.trim(events, before: last + 1)
    coverage.note(.retention)
    trace.add("\(events) begins at \(last + 1)")
  }

  // MARK: What stands beside the log

  private func changeResidents() {
    directory.change()
    var ends: [TopicPartition: Int64] = [:]
    for place in places {
      let removed = place.topic == .events ? archive[place.partition]?.map(\.offset).max() : nil
      ends[place] = max(log.end(of: place), (removed ?? -1) + 1)
    }
    residents.change(to: directory.version, ends: ends)
    coverage.note(.directoryChanged)
    trace.add("residents change: version \(directory.version)")
  }

  private func disturbStores() {
    if has(.snapshots), random.chance(1, of: 2) {
      if let name = snapshots.damage(using: &random) {
        coverage.note(.snapshotDamaged)
        trace.add("snapshot damaged: \(name)")
      }
    } else if has(.snapshots), random.chance(1, of: 2) {
      let fails = random.chance(1, of: 2)
      if fails { coverage.note(.publishingFailed) }
      snapshots.setFailsPublishing(fails)
    } else if has(.directory) {
      directory.failLookUps(random.within(1...2))
      coverage.note(.directoryFailed)
    }
  }
}
