public import LodgingDomain
public import LodgingWire

/// The validator: reads the events of the partitions that it owns, decides each exactly once, and appends the decisions to the ledger.
///
/// It belongs to one thread, which calls ``step(timeout:)`` until it is told to end. Between two steps nothing but the ledger needs to
/// survive: a loop that is dropped at any point is replaced by a new one that restores.
public final class ValidatorLoop {
  private let context: ValidatorContext
  private let group: any PartitionGroup
  private let appender: any LogAppender
  private var reader: RecordReader
  private var gatherer: FactGatherer
  private var owners = PartitionOwners()
  private var stage = EventStage()
  private var prepared = PreparedEvents()
  private var entries = EntryBatch()
  private var nextTag: UInt64 = 0
  private var inquiry = StepInquiry()
  /// How many entries this step may still fold to restore states.
  private var restoreRoom = 0
  /// Whether the last step waited in vain before it read events, so that this one reads first.
  private var hasWaitedBeforeReading = false
  /// What was acknowledged and cannot be judged before the log answers.
  private var unjudged: [Acknowledgement] = []
  /// Whether the last step waited in vain to judge it, so that this one asks about other silent partitions first.
  private var hasWaitedToJudge = false

  /// Time spent by stage since the loop began.
  public private(set) var times = StageTimes()
  /// Events decided, and known to be in the ledger, since the loop began.
  public private(set) var decidedEvents: Int64 = 0
  /// What those were, by outcome.
  public private(set) var counts = DecisionCounts()
  /// What was restored since the loop began.
  public private(set) var restored = RestoreCounts()
  /// When the oldest record of the last step was appended; nil where the step had none.
  public private(set) var oldestInStep: Instant?

  /// Makes a validator that decides the partitions which the group assigns to it.
  ///
  /// Throws where the log does not hold the topics.
  public init(context: ValidatorContext, group: any PartitionGroup) throws(LogError) {
    self.context = context
    self.group = group
    appender = try context.log.makeAppender()
    reader = RecordReader(partitions: try context.log.partitions(of: .events))
    gatherer = FactGatherer(context)
  }

  /// The partitions that are owned, with how each stands; those that the ledger was not begun with are left out.
  public var partitions: [PartitionStatus] { owners.inOrder.filter { !$0.isSurplus }.map(\.status) }

  /// Whether stays are being sealed anew, which may take many steps.
  public var isResealing: Bool { owners.inOrder.contains(where: \.isResealing) }

  /// Whether states are being restored about which the log answers, which may take many steps.
  public var isRestoring: Bool { owners.inOrder.contains { $0.phase == .mustRestore && !$0.isDoubtful } }

  /// The offset that is folded next, of each partition whose state is being restored and that was begun with.
  package var restoring: [Int: Int64] {
    owners.inOrder.reduce(into: [:]) { $0[$1.partition] = $1.restoration?.fold.cursor.next }
  }

  /// The version that the ledger of some partition goes on in, where this program does not know it; nil otherwise.
  ///
  /// Nothing is decided there by this program any more. Whoever runs the loop gives the partitions back, so that others that know the
  /// version take them.
  public var neededVersion: LedgerVersion? { owners.inOrder.lazy.compactMap(\.neededVersion).first }

  /// Does what there is to do, and waits at most `timeout` where that is nothing; returns how many events were handed to the log.
  public func step(timeout: Duration) throws(LogError) -> Int {
    context.changes?.follow()
    inquiry.beginStep()
    restoreRoom = context.settings.restoreEntriesMax
    gatherer.forgetDestroyed()
    // Where nothing is decided or restored, waiting for the group is all there is to do.
    try followGroup(timeout: owners.inOrder.contains { $0.phase == .deciding || $0.phase == .mustRestore } ? .zero : timeout)
    prepareOwners()
    purgeIfNeeded()
    try sealAnew()
    let events = try readAndDecide()
    guard oldestInStep != nil || hasWork else {
      askDoubtful()
      try waitForWork(isResealing || isRestoring || inquiry.hasWaited ? .zero : timeout)
      return 0
    }
    if hasWaitedToJudge { askDoubtful() }
    let hasWaited = inquiry.hasWaited
    try settle()
    hasWaitedToJudge = inquiry.hasWaited && !hasWaited
    askDoubtful()
    return events
  }

  /// Gives all partitions back, once snapshots that are due are written; what is in flight may still land, and then counts.
  public func leave() {
    inquiry.beginStep()
    // What waits behind a snapshot that is being written is written too.
    context.background.finish()
    for owner in owners.inOrder {
      if !owner.isDoubtful { tendSnapshots(owner) }
      owner.giveBack()
    }
    context.background.finish()
    group.leave()
    owners.removeAll()
  }

  // MARK: Ownership

  private func followGroup(timeout: Duration) throws(LogError) {
    switch try group.poll(timeout: timeout) {
    case .assigned(let partitions):
      for partition in partitions where owners[partition] == nil {
        owners.add(PartitionOwner(partition: partition, context: context))
      }
    case .revoked(let partitions):
      for partition in partitions { owners.remove(partition)?.giveBack() }
    case nil: return
    }
  }

  /// How long one step may begin to restore partitions before those that are restored are decided again; what is folded is counted in entries.
  private static let restoreTimeMax: Duration = .milliseconds(500)

  private func prepareOwners() {
    defer { hasWaitedBeforeReading = inquiry.hasWaited }
    guard !hasWaitedBeforeReading else { return }
    let start = ContinuousClock.now
    var sound = owners.inTurn.filter { !$0.isDoubtful }
    if sound.contains(where: { $0.restoration != nil }) {
      // What was begun is ended first: one partition after the other is decided again, and few half-done states are held.
      sound = sound.filter { $0.restoration != nil } + sound.filter { $0.restoration == nil }
    }
    // With a snapshot goes a part of the id index, and many come due together: one of them a step holds the others up for a moment only.
    var hasTended = false
    for owner in sound {
      if owner.phase != .deciding {
        if owner.phase == .mustRestore, restoreRoom <= 0 || ContinuousClock.now - start > Self.restoreTimeMax { continue }
        _ = inquiry.ask(owner) { claim(owner) }
      }
      guard owner.phase == .deciding else { continue }
      checkTails(owner)
      guard !hasTended, owner.hasSnapshotToTend else { continue }
      tendSnapshots(owner)
      hasTended = true
    }
  }

  /// Asks about partitions that did not answer before, once all else of the step is done, until one of them lets it wait again.
  private func askDoubtful() {
    for owner in inquiry.silentInOrder(owners.inOrder) {
      let isAnswered = inquiry.ask(owner) {
        if owner.phase == .deciding { owner.askAgain() } else { claim(owner) }
      }
      guard isAnswered else { return }
    }
  }

  private func claim(_ owner: PartitionOwner) {
    if owner.phase == .steppedBack {
      do throws(LogError) {
        owner.isDoubtful = false
        let isOurs = try group.confirmOwnership(of: owner.partition, position: owner.acknowledgedOffset + 1)
        if isOurs { owner.phase = .mustRestore }
      } catch {
        owner.isDoubtful = true
      }
    }
    if owner.phase == .stopped, context.clock.hasPassed(seconds: context.settings.tailCheckSeconds, since: owner.stopped) {
      owner.phase = .mustRestore
    }
    guard owner.phase == .mustRestore else { return }
    // Who was silent is asked in any case, since nothing else tells that it answers again.
    var room = max(1, restoreRoom)
    owner.restore(atMost: &room)
    restoreRoom = min(restoreRoom, room)
    if owner.phase == .deciding {
      reader.partitions = min(reader.partitions, owner.partitions)
      // Also where no event comes: whoever asks the group then knows who decides here.
      group.publish(position: owner.acknowledgedOffset + 1, of: owner.partition)
    }
    restored += owner.restored
    owner.restored = RestoreCounts()
    owner.noteClaim()
  }

  private func checkTails(_ owner: PartitionOwner) {
    guard context.clock.hasPassed(seconds: context.settings.tailCheckSeconds, since: owner.tailChecked) else { return }
    _ = inquiry.ask(owner) { owner.checkTails() }
  }

  private func tendSnapshots(_ owner: PartitionOwner) {
    if owner.hasSnapshotToTend { _ = inquiry.ask(owner) { owner.tendSnapshots() } }
  }

  private var hasWork: Bool { owners.inOrder.contains { !$0.inFlight.isEmpty } }

  /// How many more submissions the log takes; a reading of a partition makes one at most.
  private var roomInFlight: Int { max(0, LogLimits.submissionsInFlightMax - owners.inOrder.reduce(0) { $0 + $1.inFlight.count }) }

  // MARK: One step

  /// Seals identities of open stays to a later month's key, a slice of a few partitions at a time; see ``PartitionOwner/tendReseals()``.
  private func sealAnew() throws(LogError) {
    var room = roomInFlight
    var begun = owners.inOrder.count(where: \.holdsPlaceToReseal)
    let share = FlightShare(owners.inOrder, context.settings)
    for owner in owners.inOrder where room > 0 && share.room(of: owner) > 0 && !owner.isDoubtful {
      guard owner.resealing != nil || begun < context.settings.resealingMax else { continue }
      begun -= owner.holdsPlaceToReseal ? 1 : 0
      var batch: EntryBatch?
      _ = inquiry.ask(owner) { batch = owner.tendReseals() }
      begun += owner.holdsPlaceToReseal ? 1 : 0
      guard let batch else { continue }
      try submit(batch, of: owner, holdsReseals: true)
      room -= 1
    }
  }

  /// Reads events of one partition after the other and decides them a block at a time; returns how many were handed to the log.
  private func readAndDecide() throws(LogError) -> Int {
    oldestInStep = nil
    guard !owners.isEmpty else { return 0 }
    owners.takeTurns()
    let start = ContinuousClock.now
    let isTrying = owners.inOrder.contains { $0.isCautious && !$0.inFlight.isEmpty }
    let share = FlightShare(owners.inOrder, context.settings)
    let inTurn = owners.inTurn.filter { share.room(of: $0) > 0 }
    let first = inquiry.longestUnread(inTurn)
    let asked = withArrivals(inquiry.inOrder(inTurn), and: first)
    times.read += ContinuousClock.now - start
    var round = Round(submissions: roomInFlight, share: share, began: context.clock.now)
    for owner in asked where round.submissions > 0 {
      // Alone in its step, and not before the one tried last is through: whoever dies then, died of this event and of no other.
      guard !owner.isCautious else {
        guard round.read == 0, !isTrying else { continue }
        if readEvents(of: owner, atMost: 1) > 0 { break }
        continue
      }
      // Where others fill the step, the one whose turn it is gets on by one event, and is among those who answered then.
      guard try readAndDecide(owner, atLeast: owner === first ? 1 : 0, &round) else { return round.decided }
    }
    return round.decided + (try decideStage() ?? 0)
  }

  /// What one step did, and what is left to it.
  private struct Round {
    /// Events that were read.
    var read = 0
    /// Events that were decided.
    var decided = 0
    /// How many more submissions the log takes; a block of a partition makes one at most.
    var submissions: Int
    var share: FlightShare
    let began: Instant
  }

  /// How long a step goes on with partitions that it has looked at, in seconds.
  private static let goingOnMaxSeconds: Int64 = 1

  /// Reads events of a partition, block after block for as long as more of them wait and the step has room, for `least` in any case, and
  /// decides what fills a block; false where the directory does not answer.
  ///
  /// A log is asked about a partition once a step, and what waits behind the first block is there already: so a backlog is not asked about
  /// more often than it must be. Where nothing has landed since the state was restored, there is one block: whoever dies of an event soon
  /// comes as near to it as to be careful.
  private func readAndDecide(_ owner: PartitionOwner, atLeast least: Int, _ round: inout Round) throws(LogError) -> Bool {
    var isGoingOn = false
    repeat {
      let left = max(context.settings.stepEventsMax - round.read, isGoingOn ? 0 : least)
      let count = min(context.settings.partitionEventsMax, round.share.room(of: owner), left)
      guard count > 0, round.submissions > 0 else { return true }
      // A single record is looked at by itself, and costs a question.
      if isGoingOn, count == 1 || !hasMore(owner) { return true }
      let staged = readEvents(of: owner, atMost: count, isGoingOn: isGoingOn)
      guard staged > 0 else { return true }
      round.share.take(staged, of: owner)
      (round.read, round.submissions) = (round.read + staged, round.submissions - 1)
      let end = stage.items.last.map { $0.offset + 1 }
      guard stage.items.count >= context.settings.blockEventsMax else { return true }
      guard let decided = try decideStage() else { return false }
      round.decided += decided
      isGoingOn =
        staged == count && owner.phase == .deciding && owner.nextOffset == end && owner.hasReadBack && !inquiry.hasWaited
        && !context.clock.hasPassed(seconds: Self.goingOnMaxSeconds, since: round.began)
    } while isGoingOn
    return true
  }

  /// Whether more events of a partition are known to wait.
  private func hasMore(_ owner: PartitionOwner) -> Bool {
    let next = PartitionPosition(partition: owner.partition, offset: owner.nextOffset)
    return (try? context.log.mayHaveRecords(in: .events, at: [next]))?.first == true
  }

  /// Stages events of a partition and returns how many; `isGoingOn` where this step has read it already.
  private func readEvents(of owner: PartitionOwner, atMost count: Int, isGoingOn: Bool = false) -> Int {
    let (start, before) = (ContinuousClock.now, stage.items.count)
    inquiry.askForEvents(owner) { owner.readEvents(into: &stage, atMost: count, isGoingOn: isGoingOn) }
    times.read += ContinuousClock.now - start
    if let oldest = stage.items[before...].lazy.map(\.appended).min() { oldestInStep = min(oldest, oldestInStep ?? oldest) }
    return stage.items.count - before
  }

  /// Leaves out the partitions where nothing has come, but for the one whose turn it is: so each of them is read now and then all the same,
  /// and what a log does not tell, such as the loss of its tail, is noticed.
  ///
  /// One that is read alone comes first in its turn.
  private func withArrivals(_ asked: [PartitionOwner], and first: PartitionOwner?) -> [PartitionOwner] {
    guard asked.count > 1, let first else { return asked }
    if first.isCautious { return [first] + asked.filter { $0 !== first } }
    let positions = asked.map { PartitionPosition(partition: $0.partition, offset: $0.nextOffset) }
    // What is wrong with a partition comes out where it is read.
    guard let arrivals = try? context.log.mayHaveRecords(in: .events, at: positions) else { return asked }
    let now = context.clock.now.adding(seconds: context.settings.clockBehindMaxSeconds)
    return asked.indices.compactMap { index in
      let owner = asked[index]
      // What waits for the clock is there already, and nothing more need come.
      let hasCome = owner.waitingFor.map { $0 <= now } ?? arrivals[index]
      return owner === first || hasCome ? owner : nil
    }
  }

  /// Decides what is staged and returns how many records that were; nil where the directory does not answer.
  private func decideStage() throws(LogError) -> Int? {
    guard !stage.isEmpty else { return 0 }
    // Opened identities end with it, however it ends.
    defer {
      prepared.removeAll()
      stage.removeAll()
    }
    guard prepareEvents() else { return nil }
    try decideEvents()
    return stage.items.count
  }

  /// Gathers the facts of all staged events; false where the directory does not answer, and then nothing is decided in this step.
  private func prepareEvents() -> Bool {
    do {
      try stage.bytes.withUnsafeBytes { bytes in
        try gatherer.prepare(stage.items, bytes: bytes, reader: reader, into: &prepared, times: &times)
      }
      return true
    } catch {
      context.monitor.alarm(.readFailed(partition: stage.items.first?.partition ?? 0, reason: "resident directory: \(error)"))
      return false
    }
  }

  private func decideEvents() throws(LogError) {
    var clock = ContinuousClock.now
    var next = 0
    while next < stage.items.count {
      let partition = stage.items[next].partition
      let end = stage.items[next...].firstIndex { $0.partition != partition } ?? stage.items.count
      if let owner = owners[partition] {
        decide(next..<end, of: owner, into: &entries)
        times.decide += clock.lap()
        if !entries.records.isEmpty { try submit(entries, of: owner) }
        times.append += clock.lap()
      }
      next = end
    }
  }

  /// Decides the staged records of one partition, up to the first that must wait for a later step.
  private func decide(_ run: Range<Int>, of owner: PartitionOwner, into entries: inout EntryBatch) {
    entries.begin(capacity: run.count)
    owner.mayAsk = !inquiry.hasWaited
    let items = stage.items
    let isDecided = stage.bytes.withUnsafeBytes { owner.decide(run, of: items, prepared, bytes: $0, entries: &entries) }
    if !isDecided { inquiry.note(owner) }
  }

  /// Hands a batch over; where the log does not take it, the owner forgets that it decided it.
  private func submit(_ batch: EntryBatch, of owner: PartitionOwner, holdsReseals: Bool = false) throws(LogError) {
    nextTag += 1
    do throws(LogError) {
      try appender.submit(batch.records, to: owner.ledger, tag: nextTag)
      owner.inFlight.append(
        PartitionOwner.Submission(tag: nextTag, positions: batch.positions, counts: batch.counts, holdsReseals: holdsReseals))
    } catch {
      context.monitor.alarm(.appendFailed(partition: owner.partition, reason: "\(error)"))
      owner.drop()
      if case .fatal = error { throw error }
    }
  }

  private func settle() throws(LogError) {
    var clock = ContinuousClock.now
    let arrived = unjudged + (try appender.acknowledgements(timeout: unjudged.isEmpty ? .milliseconds(100) : .zero))
    unjudged.removeAll()
    for acknowledgement in arrived {
      guard let owner = owners[acknowledgement.place.partition] else { continue }
      guard isJudgeable(acknowledgement, owner) else {
        unjudged.append(acknowledgement)
        continue
      }
      let before = owner.acknowledged.source
      owner.acknowledge(acknowledgement)
      guard owner.phase == .deciding, owner.acknowledged.source > before else { continue }
      decidedEvents += owner.acknowledged.source - before
      group.publish(position: owner.acknowledgedOffset + 1, of: owner.partition)
      counts += owner.landedCounts
      owner.landedCounts = DecisionCounts()
      owner.noteProgress()
    }
    purgeIfNeeded()
    times.append += clock.lap()
  }

  /// Looks where it is due whether the history stands on which an acknowledged submission was made; false where that must be known and is
  /// not.
  private func isJudgeable(_ acknowledgement: Acknowledgement, _ owner: PartitionOwner) -> Bool {
    guard !unjudged.contains(where: { $0.place == acknowledgement.place }) else { return false }
    let must = owner.mustReadBack(before: acknowledgement)
    guard must || owner.isReadBackDue else { return true }
    return inquiry.ask(owner) { owner.readBack() } || !must
  }

  /// What is in flight of an owner that dropped its state must not be waited for; the other owners' submissions go with it and are
  /// restored too.
  private func purgeIfNeeded() {
    guard owners.inOrder.contains(where: \.mustPurge) else { return }
    appender.purge()
    for owner in owners.inOrder {
      if !owner.inFlight.isEmpty { owner.drop() }
      owner.mustPurge = false
    }
  }

  private func waitForWork(_ timeout: Duration) throws(LogError) {
    try appendTicks()
    var positions: [TopicPartition: Int64] = [:]
    for owner in owners.inOrder where owner.phase == .deciding {
      guard owner.waitingFor != nil else {
        positions[owner.events] = owner.nextOffset
        continue
      }
      // What is there already and waits for the clock would end the wait at once.
      _ = inquiry.ask(owner) { positions[owner.events] = owner.endOfEvents() }
    }
    guard !positions.isEmpty else { return }
    try context.log.waitForRecords(after: positions, timeout: timeout)
  }

  /// A record that tells nothing but the time.
  public static var tick: NewRecord {
    var value: [UInt8] = []
    WireEvent.encodeTick(into: &value)
    return NewRecord(key: [], value: value)
  }

  /// Lets ledger time go on in partitions where nothing happens; what the log does not take now is no reason to give everything up.
  private func appendTicks() throws(LogError) {
    guard let seconds = context.settings.tickAfterSeconds else { return }
    for owner in owners.inOrder where owner.phase == .deciding && context.clock.hasPassed(seconds: seconds, since: owner.lastActivity) {
      owner.lastActivity = context.clock.now
      do throws(LogError) {
        try appender.submit([Self.tick], to: owner.events, tag: 0)
      } catch {
        if case .fatal = error { throw error }
        owner.doubt(error)
        break
      }
    }
    _ = try appender.acknowledgements(timeout: .milliseconds(100))
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension ValidatorLoop: Sendable {}
