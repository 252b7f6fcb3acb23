import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// The end of a world: everything heals, and everything that is left must get decided.
extension World {
  private static let roundsMin = 8
  private static let stepsInRound = 3
  /// Rounds in which nothing is decided, after which nothing is expected any more.
  private static let idleRoundsMax = 12
  private static let deathsMax = 400
  /// Rounds after which a world is said never to come to rest; thousands of worlds need a tenth.
  private static let roundsMax = 2000
  private static let readerRoundsMin = 3
  private static let readerRoundsMax = 20

  /// Heals and runs until everything is decided or stands still for a good reason; what comes of it is the judge's to say.
  func heal() throws {
    endMisfortune()
    settleInFlight()
    advance(milliseconds: 500_000)
    rollOut()
    if plan.isHealedByTheLiving {
      coverage.note(.healedByTheLiving)
      for actor in validators {
        actor.isAsleep = false
        actor.member.isDeaf = false
      }
    } else {
      coverage.note(.healedByNewcomer)
      validators.removeAll()
      settleInFlight()
    }
    for site in workload.sites.indices {
      for record in workload.last(of: site, at: clock.now) { sender.send(record) }
    }
    try decideAll()
    try resetSources()
    if standsStill {
      coverage.note(.restartedByOperator)
      trace.add("the operator ends all validators")
      validators.removeAll()
      try decideAll()
    }
    finishReaders()
  }

  private func endMisfortune() {
    trace.add("--- everything heals")
    log.clearInjected()
    log.setUnreachable([])
    for place in places { log.setAppendTimes(of: place, .clock) }
    snapshots.setFailsPublishing(false)
    directory.failLookUps(0)
    for reader in readers { reader.model.failCommits(0) }
    // A limit set for a crash that did not come to pass is taken back.
    for actor in validators { actor.spare() }
  }

  private func settleInFlight() {
    for submission in log.inFlight {
      let lands = random.chance(3, of: 4)
      trace.add("\(submission.place) \(lands ? "lands" : "loses") what was in flight of \(submission.appender) tag \(submission.tag)")
      if lands { log.land(submission) } else { log.drop(submission) }
    }
  }

  func decideAll() throws {
    var round = 0
    var idle = 0
    var deaths = 0
    var before = progress(countsTicks: false)
    var entriesBefore: [Int64] = []
    var isTicking = false
    // Partitions that were folded, and those of them that stopped behind it: those are folded anew once a minute, which is no progress.
    var folded: Set<Int> = []
    var standing: Set<Int> = []
    while idle < Self.idleRoundsMax || isTicking, deaths < Self.deathsMax {
      round += 1
      guard round <= Self.roundsMax else { throw Judge.Failure(words: "something goes on for ever after everything was healed") }
      let crashesBefore = crashes
      for _ in 0..<Self.stepsInRound {
        log.land()
        listen()
        try share()
        for actor in validators { step(actor) }
      }
      deaths += crashes - crashesBefore
      log.land()
      let after = progress(countsTicks: false)
      let all = progress(countsTicks: true)
      isTicking = zip(after, all).contains { $0 == nil && $1 != nil }
      let isResealing = validators.contains { $0.loop.isResealing }
      let statuses = validators.flatMap(\.loop.partitions)
      standing.formUnion(statuses.filter { $0.isStopped && folded.contains($0.partition) }.map(\.partition))
      folded.formUnion(validators.flatMap(\.loop.restoring.keys))
      // Folding and sealing anew may take many steps in which nothing is decided.
      let restoring = validators.flatMap { $0.loop.restoring.filter { !standing.contains($0.key) }.sorted { $0.key < $1.key }.map(\.value) }
      let entries = (isResealing ? statuses.map(\.position.offset) : []) + restoring
      idle = after == before && entries == entriesBefore && crashes == crashesBefore ? idle + 1 : 0
      (before, entriesBefore) = (after, entries)
      advance(milliseconds: round % 4 == 3 ? 61_000 : 300)
      let isQuiet = log.inFlight.isEmpty && sender.isIdle && crashes == crashesBefore && !isResealing
      if round >= Self.roundsMin, isQuiet, all.allSatisfy({ $0 == nil }) { return }
    }
  }

  /// How far each partition got that is not decided yet, as its owners say; nil where an owner has decided all.
  ///
  /// Where a partition stands still the others go on ticking for ever, which is no progress.
  private func progress(countsTicks: Bool) -> [Int64?] {
    var decided: [Int: Int64] = [:]
    for status in validators.flatMap(\.loop.partitions) where status.isDeciding {
      decided[status.partition] = max(decided[status.partition] ?? -1, SourceNumber(status.position.source).offset)
    }
    return (0..<plan.partitions).map { partition in
      let records = log.contents(of: TopicPartition(.events, partition))
      let last = records.last { countsTicks || $0.value != ValidatorLoop.tick.value }?.offset ?? -1
      let source = decided[partition] ?? -2
      return source >= last ? nil : source
    }
  }

  /// Whether a partition is not decided because its owner waits for an operator, who may find that all is well again.
  private var standsStill: Bool {
    (0..<plan.partitions).contains { partition in
      guard heard.contains(where: { $0.stops(partition) }) else { return false }
      let history = History(partition, of: self)
      return !history.isDecided && (history.conflict == nil || has(.sourceResets))
    }
  }

  /// Gives partitions that nobody living owns to somebody.
  private func share() throws {
    if validators.isEmpty { try addValidator() }
    let owners = log.owners(of: Self.group)
    for (partition, owner) in owners.enumerated() where !validators.contains(where: { $0.member.number == owner }) {
      log.move([partition], of: Self.group, to: random.pick(validators)?.member.number)
    }
  }

  /// Lets the readers come to the end: those that rest ask again about partitions that were silent.
  ///
  /// Whether they got there is the judge's to say.
  private func finishReaders() {
    for round in 1...Self.readerRoundsMax {
      for reader in readers { step(reader) }
      advance(milliseconds: 61_000)
      if round >= Self.readerRoundsMin, readers.allSatisfy(\.isAtEnd) { return }
    }
  }
}

extension PipelineAlarm {
  /// Whether the alarm says that a partition stands still until an operator acts.
  fileprivate func stops(_ partition: Int) -> Bool {
    switch self {
    case .eventsTailLost(partition, _), .eventsExpired(partition, _, _): true
    default: false
    }
  }
}
