import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// The end of a world: everything heals, and everything that is left must get decided.
extension World {
  private static let roundsMin = 10
  /// Rounds in which nothing is decided, after which nothing is expected any more.
  private static let idleRoundsMax = 16
  private static let deathsMax = 400

  /// Heals and runs until everything is decided or stands still for a good reason; what comes of it is the judge's to say.
  func heal() throws {
    endMisfortune()
    settleInFlight()
    advance(milliseconds: 500_000)
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
    for place in places { log.setAppendTimes(of: place, .clock) }
    snapshots.setFailsPublishing(false)
    directory.failLookUps(0)
    for reader in readers { reader.model.failCommits(0) }
    // A limit set for a crash that did not come to pass is taken back.
    for actor in validators { actor.power.cut(after: .max) }
  }

  private func settleInFlight() {
    for submission in log.inFlight {
      let lands = random.chance(3, of: 4)
      trace.add("\(submission.place) \(lands ? "lands" : "loses") what was in flight of \(submission.appender) tag \(submission.tag)")
      if lands { log.land(submission) } else { log.drop(submission) }
    }
  }

  private func decideAll() throws {
    var round = 0
    var idle = 0
    var deaths = 0
    var before = progress
    while idle < Self.idleRoundsMax, deaths < Self.deathsMax {
      round += 1
      let crashesBefore = crashes
      for _ in 0..<3 {
        log.land()
        listen()
        try share()
        for actor in validators { step(actor) }
      }
      deaths += crashes - crashesBefore
      log.land()
      idle = progress == before && crashes == crashesBefore ? idle + 1 : 0
      before = progress
      advance(milliseconds: round % 4 == 3 ? 61_000 : 300)
      if round >= Self.roundsMin, crashes == crashesBefore, isDecided { return }
    }
  }

  /// Whether a partition is not decided because its owner waits for an operator, who may find that all is well again.
  private var standsStill: Bool {
    (0..<plan.partitions).contains { partition in !isFinished(partition) && heard.contains { $0.stops(partition) } }
  }

  /// What changes while undecided partitions get on; ticks on the others are no progress.
  private var progress: [Int64] {
    (0..<plan.partitions).map { isFinished($0) ? -1 : log.end(of: TopicPartition(.ledger, $0)) }
  }

  /// Whether everything on a partition is decided, or it stands still for a good reason.
  private func isFinished(_ partition: Int) -> Bool {
    let history = History(partition, of: self)
    return history.isDecided || history.conflict != nil
  }

  /// Gives partitions that nobody living owns to somebody.
  private func share() throws {
    if validators.isEmpty { try addValidator() }
    let owners = log.owners(of: Self.group)
    for (partition, owner) in owners.enumerated() where !validators.contains(where: { $0.member.number == owner }) {
      log.move([partition], of: Self.group, to: random.pick(validators)?.member.number)
    }
  }

  private var isDecided: Bool {
    guard log.inFlight.isEmpty, sender.isIdle else { return false }
    return (0..<plan.partitions).allSatisfy(isFinished)
  }

  private func finishReaders() {
    for _ in 0..<5 {
      for reader in readers { step(reader) }
      advance(milliseconds: 61_000)
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
