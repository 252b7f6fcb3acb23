package import LodgingDomain
import LodgingWire

/// Publishes the figures of units and the alerts of a read model on the topics `occupancy` and `alerts`.
///
/// What must be published follows from two things that are durable, the read model and the topics themselves: a publisher reads both when it
/// begins, compares them, and writes what differs; from then on it compares what changes in either. So a process that dies at any point
/// loses nothing, and any number of publishers may run beside each other: they write the same content for the same position of the ledger,
/// and each looks at what the others write. Under a key
///
/// - a record with this publisher's own content is left alone, whatever position it names;
/// - one that names a position which the ledger holds and this publisher has not folded is left alone until it has;
/// - any other one is written over: it is older, or stands on a tail that the ledger lost, whatever its offset. Before it does so to
///   somebody else's record, the publisher looks whether the ledger still holds its own position, since it may be the one who is wrong.
///
/// A key is written at most about once a second, one slice of records is awaited at a time, and memory grows with the number of keys only.
/// It belongs to the thread that folds, which calls ``step(next:isCaughtUp:silent:)`` after each step of the fold. It waits there for no
/// append, and for an answer that does not come once in a step and with pauses: the keys of a partition that does not answer, or that leaves
/// an append without an answer, are held back, and the others are published meanwhile.
package final class Publisher {
  let log: any EventLog
  let source: any PublicationSource
  let clock: any PipelineClock
  let appender: any LogAppender
  let ledgerPartitions: Int
  private let outputs: [Topic: Int]
  /// The partitions of the output.
  private let places: [TopicPartition]

  /// Where it stands.
  private enum Phase {
    /// The fold is not at the ledger's end yet, or fell back.
    case waiting
    /// The topics are read from their start.
    case reading
    /// Everything was queued once, and changes follow.
    case publishing
  }

  /// How far the comparison of everything is that each beginning makes.
  private enum Comparison {
    case queued
    case underWay
    case done
  }

  private var phase = Phase.waiting
  private var comparison = Comparison.done
  private var comparedAt: Instant
  private var roundAt: Instant?
  private var sums: OccupancySums
  private let makeSums: () -> OccupancySums
  /// Keys to look at in this round, and in the next.
  private var round = KeyQueue()
  private var queue = KeyQueue()

  var positions: [Int: PartitionProgress] = [:]
  var view = PublishedView()
  /// Keys that are ahead of the fold.
  var ahead: Set<PublishedKey> = []
  var flight = PublisherFlight()
  /// Whether the ledger holds what a partition's fold stands on, and where the ledger ends; asked once a round.
  var isHeld: [Int: Bool] = [:]
  var ends: [Int: Int64] = [:]

  /// Partitions that do not answer, those of the output and those of the ledger.
  private var silent = SilentPartitions<TopicPartition>()
  /// Partitions of the ledger that did not answer the fold.
  private var unfolded: Set<Int> = []
  /// Whether a question of this step was in vain.
  private var hasWaited = false
  /// The partitions of the output that were read to their ends in this round; only there is written.
  private var current: Set<TopicPartition> = []
  /// Keys that were held back in this round because of their partition.
  private var heldBack = 0

  private(set) var counted = PublisherFigures()

  /// The least time between two records of one key.
  private static let roundMilliseconds: Int64 = 1000
  /// How often everything is compared anew, in case the topics lost what was acknowledged.
  private static let comparisonSeconds: Int64 = 3600
  /// Records that are submitted at once.
  private static let sliceRecordsMax = 2000
  /// Keys that are compared in one step.
  private static let stepKeysMax = 20_000
  /// Records of the output that are read in one step.
  private static let readRecordsMax = 50_000

  /// Makes a publisher that has done nothing.
  ///
  /// - Parameters:
  ///   - log: The log with the ledger and the two topics.
  ///   - source: The read model.
  ///   - clock: The clock, for how often is written.
  ///   - province: The province of a commune.
  /// - Throws: ``LogError/unknownTopic(_:)`` where a topic is missing, and what the log throws.
  package init(
    log: any EventLog, source: any PublicationSource, clock: any PipelineClock, province: @escaping (CommuneCode) -> ProvinceCode?
  ) throws(LogError) {
    self.log = log
    self.source = source
    self.clock = clock
    ledgerPartitions = try log.partitions(of: .ledger)
    let counts = [(Topic.occupancy, try log.partitions(of: .occupancy)), (.alerts, try log.partitions(of: .alerts))]
    outputs = Dictionary(uniqueKeysWithValues: counts)
    places = counts.flatMap { topic, count in (0..<count).map { TopicPartition(topic, $0) } }
    appender = try log.makeAppender()
    makeSums = { OccupancySums(province: province) }
    sums = makeSums()
    comparedAt = clock.now
  }

  /// What was done and is to be done.
  package var figures: PublisherFigures {
    var figures = counted
    (figures.pending, figures.waiting) = (round.count + queue.count + flight.keyCount, ahead.count)
    figures.heldBack = heldBack + flight.lateKeyCount(at: clock.now)
    let since = [round.since, queue.since, flight.since].compactMap { $0 }.min()
    figures.lagMilliseconds = since.map { max(0, clock.now - $0) } ?? 0
    return figures
  }

  /// Why partitions of the two topics do not answer.
  package var silentPlaces: [TopicPartition: String] { silent.reasons.filter { $0.key.topic != .ledger } }

  /// Does what there is to do without waiting for it.
  ///
  /// - Parameters:
  ///   - next: The offset that the fold reads next, by partition.
  ///   - isCaughtUp: Whether the fold was at the ledger's end just now, where that answers; nothing is published before it was once.
  ///   - silent: Partitions of the ledger that do not answer the fold; they are not asked here.
  /// - Throws: What log and read model throw; what was not published is tried again by the next step.
  package func step(next: [Int: Int64], isCaughtUp: Bool, silent: Set<Int>) throws {
    (unfolded, hasWaited) = (silent, false)
    let changes = source.takeChanges()
    if changes.isReplaced { phase = .waiting }
    if phase == .publishing { take(changes) }
    try settle()
    guard !flight.isAwaited(at: clock.now) else { return }
    switch phase {
    case .waiting:
      guard isCaughtUp, flight.isEmpty else { return }
      view = PublishedView()
      flight.forgetLandings()
      phase = .reading
      try begin()
    case .reading: try begin()
    case .publishing: try publish(next)
    }
  }

  // MARK: Beginning

  /// Reads the topics, and once they are read queues everything that either side holds; partitions that do not answer are read in a later
  /// round.
  private func begin() throws {
    guard try readOutput() else { return }
    let contents = try source.everything()
    positions = contents.positions
    sums = makeSums()
    for (id, placed) in contents.establishments { _ = sums.put(placed, of: id) }
    (round, queue, ahead) = (KeyQueue(), KeyQueue(), [])
    let now = clock.now
    queue.add(sums.keys, at: now)
    queue.add(contents.alerts.lazy.map { .alert($0) }, at: now)
    queue.add(view.entries.keys, at: now)
    (comparedAt, comparison, phase) = (now, .queued, .publishing)
  }

  private func take(_ changes: PublicationChanges) {
    positions.merge(changes.positions) { $1 }
    let now = clock.now
    for (id, placed) in changes.establishments { queue.add(sums.put(placed, of: id), at: now) }
    queue.add(changes.alerts.lazy.map { .alert($0) }, at: now)
  }

  // MARK: Rounds

  private func publish(_ next: [Int: Int64]) throws {
    if round.isEmpty {
      if comparison == .underWay, heldBack == 0, flight.isEmpty { (comparison, counted.hasCompared) = (.done, true) }
      guard try beginRound() else { return }
      try send(view.strays.map { PublisherDraft(deleting: $0) })
    }
    var keys = 0
    while !round.isEmpty, !flight.isAwaited(at: clock.now), keys < Self.stepKeysMax {
      let since = round.since ?? clock.now
      let slice = round.take(Self.sliceRecordsMax)
      keys += slice.count
      let (ready, others) = slice.divided { isWritable(place(of: $0)) }
      queue.add(others, at: since)
      heldBack += others.count
      guard !ready.isEmpty else { continue }
      do {
        try send(try drafts(for: ready, next: next))
      } catch {
        queue.add(ready, at: clock.now)
        throw error
      }
    }
  }

  /// Whether a partition of the output is known up to its end and holds nothing that is on its way.
  private func isWritable(_ place: TopicPartition) -> Bool { current.contains(place) && !flight.holds(place) }

  private func place(of key: PublishedKey) -> TopicPartition {
    TopicPartition(key.topic, key.partition(among: outputs[key.topic] ?? 1))
  }

  /// Reads what others wrote and takes up all keys that wait; false where it is too early, or there is nothing.
  private func beginRound() throws -> Bool {
    let now = clock.now
    if let roundAt, roundAt <= now, now < roundAt.adding(milliseconds: Self.roundMilliseconds) { return false }
    roundAt = now
    guard try readOutput() else { return false }
    if comparedAt > now || comparedAt.adding(seconds: Self.comparisonSeconds) <= now, queue.isEmpty {
      phase = .waiting
      return false
    }
    queue.add(ahead, at: now)
    ahead = []
    guard !current.isEmpty else {
      heldBack = queue.count
      return false
    }
    (isHeld, ends, heldBack) = ([:], [:], 0)
    (round, queue) = (queue, KeyQueue())
    if comparison == .queued { comparison = .underWay }
    return !round.isEmpty || !view.strays.isEmpty
  }

  /// Reads on to the ends of the topics' partitions until one does not answer; those behind it are read in the next round.
  ///
  /// False where more is left than a step may read, or a partition lost what was read or acknowledged.
  private func readOutput() throws(LogError) -> Bool {
    var left = Self.readRecordsMax
    current = []
    for place in silent.due(of: places, at: clock.time) {
      guard let isRead = try ask(place, { () throws(LogError) in try readOn(place, atMost: &left) }) else { break }
      guard isRead else { return false }
      current.insert(place)
    }
    return true
  }

  private func readOn(_ place: TopicPartition, atMost left: inout Int) throws(LogError) -> Bool {
    let known = view.next[place] ?? 0
    let end = try log.end(of: place)
    guard end >= max(known, flight.landed(at: place)) else {
      phase = .waiting
      return false
    }
    guard end > known else { return true }
    let start = try log.bounds(of: place).start
    let partitions = outputs[place.topic] ?? 1
    var foreign: [PublishedKey] = []
    // What was read before the log fell silent is not read again.
    defer { if phase == .publishing { queue.add(foreign, at: clock.now) } }
    let reached = try log.walk(place, from: max(start, known)) { record in
      guard left > 0 else { return false }
      left -= 1
      if let key = view.take(record, at: place, among: partitions, ledger: ledgerPartitions) { foreign.append(key) }
      return true
    }
    view.skip(to: reached, of: place)
    return left > 0
  }

  /// Asks about a partition; nil where it does not answer, and then nothing more is asked in the step.
  private func ask<Answer>(_ place: TopicPartition, _ question: () throws(LogError) -> Answer) throws(LogError) -> Answer? {
    guard !hasWaited, !silent.isResting(place, at: clock.time) else { return nil }
    let start = clock.time
    do throws(LogError) {
      let answer = try question()
      silent.answers(place)
      return answer
    } catch {
      guard case .unavailable = error else { throw error }
      hasWaited = true
      silent.fails(place, "\(error)", since: start, at: clock.time)
      return nil
    }
  }

  /// Asks about a partition of the ledger; nil where it does not answer, and then the keys that depend on it wait.
  func askLedger<Answer>(_ partition: Int, _ question: () throws(LogError) -> Answer) throws(LogError) -> Answer? {
    guard !unfolded.contains(partition) else { return nil }
    return try ask(TopicPartition(.ledger, partition), question)
  }

  // MARK: In flight

  private func settle() throws {
    guard !flight.isEmpty else { return }
    let now = clock.now
    var failure: LogError?
    for acknowledgement in try appender.acknowledgements(timeout: .zero) {
      guard let drafts = flight.take(acknowledgement) else { continue }
      switch acknowledgement.result {
      case .success:
        counted.published[acknowledgement.place.topic, default: 0] += drafts.count
        counted.again[acknowledgement.place.topic, default: 0] += drafts.count(where: \.isOverForeign)
      case .failure(let error):
        failure = failure ?? error
        queue.add(drafts.compactMap(\.key), at: now)
      }
    }
    if flight.isOverdue(at: now) {
      appender.purge()
      queue.add(flight.giveUp(), at: now)
      failure = failure ?? .unavailable("what was published is not acknowledged")
    }
    if let failure { throw failure }
  }

  /// Submits records, each partition's together; what is to be deleted where nothing can be written now is deleted in a later round.
  private func send(_ drafts: [PublisherDraft]) throws(LogError) {
    let now = clock.now
    let places = Dictionary(grouping: drafts) { $0.place(among: outputs) }.filter { isWritable($0.key) }
    for (place, drafts) in places.sorted(by: { ($0.key.topic.name, $0.key.partition) < ($1.key.topic.name, $1.key.partition) }) {
      for draft in drafts {
        if let key = draft.key, let content = draft.fingerprint { view.sends(content, at: draft.positions, under: key) }
      }
      let tag = flight.open(drafts, to: place, at: now)
      do throws(LogError) {
        try appender.submit(drafts.map(\.record), to: place, tag: tag)
      } catch {
        flight.withdraw(tag)
        throw error
      }
    }
  }

  /// The content of a key of occupancy now.
  func occupancy(of unit: UnitCode, partition: Int) -> Occupancy { sums.occupancy(of: unit, partition: partition) }
}

extension [PublishedKey] {
  /// Those for which `isFirst` says yes, and the others, both in order.
  fileprivate func divided(_ isFirst: (PublishedKey) -> Bool) -> (first: [PublishedKey], others: [PublishedKey]) {
    reduce(into: ([], [])) { parts, key in if isFirst(key) { parts.0.append(key) } else { parts.1.append(key) } }
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension Publisher: Sendable {}
