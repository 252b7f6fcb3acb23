import LodgingDomain
import LodgingPipeline
import LodgingTesting

/// The end of a world: everything heals, and everything that is left must get decided.
extension World {
  private static let roundsMin = 10
  private static let roundsMax = 120

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
      for record in workload.last(of: site, at: clock.now) { try send(record) }
    }
    log.land()
    try decideAll()
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
    var deaths = 0
    while round < Self.roundsMax, deaths < 400 {
      try share()
      let before = crashes
      for actor in validators { step(actor) }
      log.land()
      deaths += crashes - before
      if crashes == before { round += 1 }
      advance(milliseconds: round % 4 == 3 ? 61_000 : 300)
      if round >= Self.roundsMin, crashes == before, isDecided { return }
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

  private var isDecided: Bool {
    guard log.inFlight.isEmpty else { return false }
    return (0..<plan.partitions).allSatisfy { partition in
      let history = History(partition, of: self)
      return history.isDecided || history.conflict != nil
    }
  }

  private func finishReaders() {
    for _ in 0..<5 {
      for reader in readers { step(reader) }
      advance(milliseconds: 61_000)
    }
  }
}
