import LodgingDomain
package import LodgingPipeline
import LodgingStore
import Logging

/// Sees to it that what was appended is decided and folded: does so itself where no other process does, else waits for the one that does.
///
/// It belongs to one thread.
package final class Worker {
  private let register: Register
  private let validator: ValidatorLoop
  private let projections: any PartitionGroup
  private var fold: ProjectionLoop?
  private var retention: EventRetention?
  private var copying: BackgroundThread<Void>?
  private var copyChecked: Instant?

  /// How long another process may take to decide.
  package static let decisionTimeout = Duration.seconds(60)
  /// How long a partition of our own may stand still: restoring may be tried again.
  private static let restoreTimeout = Duration.seconds(10)
  /// A partition whose ledger time is older than this gets a tick.
  private static let tickAfterSeconds: Int64 = 60

  /// Makes a worker, which owns nothing until it is asked to settle something.
  package init(_ register: Register, settings: ValidatorSettings = ValidatorSettings()) throws {
    self.register = register
    var settings = settings
    settings.tickAfterSeconds = nil
    validator = try ValidatorLoop(
      context: register.validatorContext(settings), group: try register.log.joinDeciding())
    projections = register.log.joinFolding()
  }

  /// Gives everything back.
  package func close() {
    joinCopy()
    register.monitor.tell()
    validator.leave()
    projections.leave()
  }

  /// Where the validator's time went.
  package var times: StageTimes { validator.times }

  /// Returns once every given source is decided and folded into the read model.
  ///
  /// Only a fold that stands on the ledger as it is now counts: where the log was put back, the read model is folded anew before this
  /// returns. Throws ``ServiceError/partitionStopped(_:)`` where a partition stands still,
  /// ``ServiceError/clockBehind(partition:appended:now:)`` at once where this machine's clock keeps anybody from deciding, and
  /// ``ServiceError/notDecidedInTime(partition:source:)`` where another process takes too long; the events are stored in every case.
  package func settle(_ sources: [Int: Int64]) throws {
    var quietSince = ContinuousClock.now
    var timeout = Duration.zero
    while true {
      let progress = try step(timeout: timeout)
      guard let open = try firstUnfolded(of: sources) else { return }
      guard progress == 0, !validator.isRestoring else {
        quietSince = ContinuousClock.now
        timeout = Self.stepTimeout
        continue
      }
      // What comes ends the wait, so long ones cost nothing but the looks in between.
      timeout = min(max(timeout * 2, Self.stepTimeout), Self.stepTimeoutMax)
      try checkClock(of: open.partition, at: open.source)
      let quiet = ContinuousClock.now - quietSince
      if let own = status(of: open.partition), own.isStopped || (!own.isDeciding && quiet > Self.restoreTimeout) {
        throw ServiceError.partitionStopped(open.partition)
      }
      guard quiet < Self.decisionTimeout else {
        guard status(of: open.partition) == nil else { throw ServiceError.partitionStopped(open.partition) }
        throw ServiceError.notDecidedInTime(partition: open.partition, source: open.source)
      }
    }
  }

  /// Decides and folds until `isDone`, which is asked before each step; returns false where nothing moves for too long before that.
  package func work(until isDone: () throws -> Bool) throws -> Bool {
    var quietSince = ContinuousClock.now
    while try !isDone() {
      if try step(timeout: Self.stepTimeout) > 0 || validator.isResealing || validator.isRestoring { quietSince = ContinuousClock.now }
      guard ContinuousClock.now - quietSince < Self.decisionTimeout else { return false }
    }
    return true
  }

  /// Decides events of the partitions that this process holds and folds entries; returns how many there were.
  private func step(timeout: Duration) throws -> Int {
    defer { register.monitor.tell(after: Self.alarmsGathered) }
    return try validator.step(timeout: timeout) + foldOnce(timeout: timeout)
  }

  /// For how long the same alarm of many partitions is gathered into one line.
  private static let alarmsGathered = Duration.seconds(1)

  /// How long a step waits for something to do.
  private static let stepTimeout = Duration.milliseconds(10)
  /// The same after a while in which there was nothing.
  private static let stepTimeoutMax = Duration.milliseconds(160)

  /// Throws ``ServiceError/partitionStopped(_:)`` where this process holds the partition and an operator must act before anything more is
  /// decided there, and ``ServiceError/clockBehind(partition:appended:now:)`` where what is appended would be dated as late as the log's end
  /// and wait for the clock; so that nothing is appended that nobody would decide.
  package func checkStanding(of partition: Int) throws {
    if validator.partitions.isEmpty { _ = try validator.step(timeout: .zero) }
    while validator.isRestoring { _ = try validator.step(timeout: .zero) }
    if status(of: partition)?.isStopped == true { throw ServiceError.partitionStopped(partition) }
    let end = try register.log.end(of: TopicPartition(.events, partition))
    if end > 0 { try checkClock(of: partition, at: end - 1) }
  }

  /// Throws ``ServiceError/clockBehind(partition:appended:now:)`` where an event is dated so late that no validator with this machine's clock
  /// decides it while a command waits.
  private func checkClock(of partition: Int, at source: Int64) throws {
    let now = register.clock.now
    let place = TopicPartition(.events, partition)
    let appended = try register.log.fetch(place, at: SourceNumber(source).offset) { $0.appended }
    let wait = Self.decisionTimeout.components.seconds + ValidatorSettings().clockBehindMaxSeconds
    guard let appended, appended > now.adding(seconds: wait) else { return }
    throw ServiceError.clockBehind(partition: partition, appended: appended, now: now)
  }

  private func status(of partition: Int) -> PartitionStatus? { validator.partitions.first { $0.partition == partition } }

  /// Decides and folds everything that the events log holds now, brings ledger time up to date where no validator runs, and removes events
  /// that were decided long ago.
  package func settleAll() throws {
    try settle(try register.lastSources())
    try tickStalePartitions()
    try settle(try register.lastSources())
    trimEvents()
    tendCopies()
  }

  /// How often is looked whether the register should be copied, in seconds.
  private static let copyCheckSeconds: Int64 = 600

  /// Only who folds copies the register, on a thread of its own; what cannot be copied now is no reason to fail.
  private func tendCopies() {
    let now = register.clock.now
    guard fold != nil, copyChecked.map({ $0.adding(seconds: Self.copyCheckSeconds) <= now }) ?? true else { return }
    copyChecked = now
    joinCopy()
    do {
      guard try register.store.isCopyDue(at: now) else { return }
      copying = BackgroundThread("register copy") { [store = register.store] in try store.makeCopy(at: now) }
    } catch {
      tellCopyFailed(error)
    }
  }

  private func joinCopy() {
    do { try copying?.join() } catch { tellCopyFailed(error) }
    copying = nil
  }

  private func tellCopyFailed(_ error: any Error) {
    register.logger.warning("the register could not be copied: \(error)")
  }

  /// How long one call may spend on old events.
  private static let trimBudget = Duration.milliseconds(200)

  /// Only who decides looks after the events log; what cannot be removed now is no reason to fail.
  private func trimEvents() {
    guard !validator.partitions.isEmpty else { return }
    do {
      if retention == nil { retention = try EventRetention(register) }
      try retention?.applyIfDue(budget: Self.trimBudget)
    } catch {
      register.logger.warning("decided events could not be removed from the events log: \(error)")
    }
  }

  /// Between commands nobody appends ticks, so presences would stand still in partitions without events.
  private func tickStalePartitions() throws {
    repeat { _ = try validator.step(timeout: .zero) } while validator.isRestoring
    let stale = register.clock.now.adding(seconds: -Self.tickAfterSeconds)
    try tick(validator.partitions.filter { $0.isDeciding && $0.now < stale }.map(\.partition))
  }

  /// Lets ledger time pass in partitions where nothing happened, by a tick for each, which is durable when this returns.
  ///
  /// Throws ``ServiceError/appendFailed(_:)``; ticks that were appended before stay.
  package func tick(_ partitions: [Int]) throws {
    guard !partitions.isEmpty else { return }
    let appender = try register.log.makeAppender()
    for start in stride(from: 0, to: partitions.count, by: LogLimits.submissionsInFlightMax) {
      let some = partitions[start..<min(start + LogLimits.submissionsInFlightMax, partitions.count)]
      for partition in some { try appender.submit([ValidatorLoop.tick], to: TopicPartition(.events, partition), tag: 0) }
      for acknowledgement in try appender.settle(some.count) {
        if case .failure(let error) = acknowledgement.result { throw ServiceError.appendFailed("\(error)") }
      }
    }
  }

  private func foldOnce(timeout: Duration) throws -> Int {
    if case .assigned = try projections.poll(timeout: .zero) { fold = try register.makeProjectionLoop() }
    return try fold?.step(timeout: timeout) ?? 0
  }

  private func firstUnfolded(of sources: [Int: Int64]) throws -> (partition: Int, source: Int64)? {
    let folded = try fold?.sources ?? foldedElsewhere(of: sources.keys)
    return sources.first { (folded[$0.key] ?? -1) < $0.value }.map { ($0.key, $0.value) }
  }

  /// How far another process folded these partitions, as far as what it stands on is still in the ledger.
  private func foldedElsewhere(of partitions: some Sequence<Int>) throws -> [Int: Int64] {
    let positions = try register.store.read { try $0.chainPositions() }
    var folded: [Int: Int64] = [:]
    for partition in partitions {
      guard let position = positions[partition], try register.log.holds(position, of: partition) else { continue }
      folded[partition] = position.source
    }
    return folded
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension Worker: Sendable {}

extension Register {
  /// The number of the last source of each partition of the events log that holds any.
  package func lastSources() throws -> [Int: Int64] {
    var sources: [Int: Int64] = [:]
    let positions = try store.read { try $0.chainPositions() }
    for partition in 0..<log.partitionCount {
      let end = try log.end(of: TopicPartition(.events, partition))
      if end > 0 { sources[partition] = self.sources(of: partition, after: positions[partition]).at(end - 1) }
    }
    return sources
  }
}
