public import LodgingDomain
public import LodgingWire

/// Folds all partitions of the ledger into a read model.
///
/// It belongs to one thread. Position and tables move in one transaction, so a loop that is dropped at any point is replaced by a new one
/// that goes on.
public final class ProjectionLoop {
  private let log: any EventLog
  private let model: any ReadModel
  private let clock: any PipelineClock
  private let monitor: any PipelineMonitor
  private let version: LedgerVersion
  private let notices: NoticeBook?
  private let commits: CommitsBeside
  /// The revision and the position of the notices that the model's alerts stand on.
  private var held: (revision: Int, position: NoticePosition)?
  private var projectors: [Projector] = []
  private var stopped: Set<Int> = []
  /// Partitions about which the log did not answer; they wait for those that get on.
  private var silent = SilentPartitions<Int>()
  /// Whether a question of this step was in vain.
  private var hasWaited = false
  /// When all tails were there last; nil where they are to be looked at.
  private var tailChecked: Instant?
  /// Whether a step failed, so that the folds may be ahead of the model.
  private var mustResume = false

  /// Time spent since the loop began.
  public private(set) var time: Duration = .zero
  /// Entries folded since the loop began.
  public private(set) var entries = 0
  /// Whether the last step came to the end of all partitions that answer, as they were when it began.
  package private(set) var isCaughtUp = false
  /// How often the read model went back since the loop began, to a copy or to nothing, because the ledger lost what it stood on.
  public private(set) var rebuilds = 0

  private let batchEntriesMax: Int
  /// How many batches one step takes; all but the last are written while the next one is folded.
  private static let batchesMax = 3
  private static let tailCheckSeconds: Int64 = 60

  /// Makes a loop that goes on where the read model stands; where the ledger no longer holds what the model stands on, the model goes back
  /// to a copy that it does hold, or to nothing.
  ///
  /// - Parameters:
  ///   - log: The log.
  ///   - model: The read model.
  ///   - clock: The clock, for how often it is looked whether the ledger lost its tail.
  ///   - monitor: Who hears of trouble.
  ///   - version: The newest version of the ledger that this reader knows.
  /// - Throws: What log and model throw.
  public convenience init(
    log: any EventLog, model: any ReadModel, clock: any PipelineClock, monitor: any PipelineMonitor, version: LedgerVersion = .newest
  ) throws {
    try self.init(log: log, model: model, clock: clock, monitor: monitor, version: version, notices: nil)
  }

  /// The same with notices that stays are held against; they are followed here once, and by somebody else from then on.
  ///
  /// Batches of `batchEntriesMax` entries are written in the `background`, which is nobody else's, while the next one is folded.
  package init(
    log: any EventLog, model: any ReadModel, clock: any PipelineClock, monitor: any PipelineMonitor, version: LedgerVersion = .newest,
    notices: NoticeBook?, background: any BackgroundWork = ImmediateWork(), batchEntriesMax: Int = 16_384
  ) throws {
    self.log = log
    self.version = version
    self.notices = notices
    self.model = model
    self.clock = clock
    self.monitor = monitor
    commits = CommitsBeside(model: model, background: background)
    self.batchEntriesMax = batchEntriesMax
    try readNotices()
    try resume()
    try checkTails()
  }

  /// Folds what there is, as much as some batches take, and waits at most `timeout` where that is nothing; returns how many entries counted.
  ///
  /// When it returns all of that is in the read model, but for what went back with a tail that the ledger lost meanwhile. Whatever this throws,
  /// the next step goes on from what the read model holds.
  public func step(timeout: Duration) throws -> Int {
    if mustResume { try resume() }
    mustResume = true
    do {
      let count = try foldAll(timeout: timeout)
      mustResume = false
      return count
    } catch {
      commits.giveUp()
      throw error
    }
  }

  /// Folds until it was at the end of all partitions in one step, and calls `progress` after each step.
  ///
  /// Throws ``LogError/unavailable(_:)`` where a partition does not answer, and what log and model throw; what was folded stays.
  package func foldToEnd(_ progress: () -> Void = {}) throws {
    repeat {
      _ = try step(timeout: .zero)
      if let (index, reason) = silent.reasons.min(by: { $0.key < $1.key }) {
        throw LogError.unavailable("\(TopicPartition(.ledger, index)): \(reason)")
      }
      progress()
    } while !isCaughtUp
  }

  private func foldAll(timeout: Duration) throws -> Int {
    (isCaughtUp, hasWaited) = (false, false)
    if tailChecked.map({ $0 > clock.now || $0.adding(seconds: Self.tailCheckSeconds) <= clock.now }) ?? true { try checkTails() }
    let start = ContinuousClock.now
    var found = notices?.set.flatMap { $0.revision == held?.revision ? nil : $0 }
    var count = 0
    for number in 1...Self.batchesMax {
      let gathered = try gather(with: number == 1 ? found?.set : nil)
      try commits.end()
      guard case .batch(let batch) = gathered else {
        if case .recovered = gathered { found = nil } else if number == 1 { try waitForRecords(hasWaited ? .zero : timeout) }
        break
      }
      count += batch.entries
      // Where nothing is folded meanwhile, it is written here.
      guard batch.entries >= batchEntriesMax, number < Self.batchesMax else {
        try model.commit(batch)
        break
      }
      commits.begin(batch)
    }
    if let found { held = (found.revision, found.set.position) }
    entries += count
    if count > 0 { time += ContinuousClock.now - start }
    return count
  }

  /// What folding came to.
  private enum Gathered {
    case batch(ProjectionBatch)
    /// Nothing follows in any partition that answers.
    case nothing
    /// A ledger lost its tail, and the folds stand where the read model does.
    case recovered
  }

  /// Folds what follows in all partitions that answer, as much as a batch takes.
  private func gather(with notices: NoticeSet?) throws -> Gathered {
    var batch = ProjectionBatch()
    batch.notices = notices
    var left = silent.due(of: Array(projectors.indices), at: clock.time).filter { !stopped.contains($0) }[...]
    while let index = left.first, batch.entries < batchEntriesMax {
      // What was folded of a partition before it fell silent is in the batch; the others are read in the next step, since each may let this
      // one wait.
      guard let isFolded = try ask(index, { try fold(index, into: &batch) }) else { break }
      guard isFolded else {
        // Nothing of the batch is kept: the folds that it comes from are begun anew.
        try commits.end()
        try recover(index)
        return .recovered
      }
      left.removeFirst()
    }
    isCaughtUp = batch.entries < batchEntriesMax && left.allSatisfy { silent.reasons[$0] != nil }
    return batch.positions.isEmpty && notices == nil ? .nothing : .batch(batch)
  }

  private func waitForRecords(_ timeout: Duration) throws {
    // What has come for one that rests would end the wait at once.
    let positions = projectors.filter { !stopped.contains($0.partition) && silent.reasons[$0.partition] == nil }.map {
      (TopicPartition(.ledger, $0.partition), $0.fold.cursor.next)
    }
    try log.waitForRecords(after: Dictionary(uniqueKeysWithValues: positions), timeout: timeout)
  }

  /// Asks the log about a partition; nil where it does not answer, and then nothing more is asked in the step.
  private func ask<Answer>(_ index: Int, _ question: () throws -> Answer) throws -> Answer? {
    guard !hasWaited else { return nil }
    let start = clock.time
    do {
      let answer = try question()
      silent.answers(index)
      return answer
    } catch let error as LogError {
      guard case .unavailable = error else { throw error }
      hasWaited = true
      silent.fails(index, "\(error)", since: start, at: clock.time)
      monitor.alarm(.readFailed(partition: index, reason: "\(error)"))
      return nil
    }
  }

  /// The last entry that is folded and in the read model, by partition; none before genesis.
  public var positions: [Int: ChainPosition] {
    Dictionary(
      uniqueKeysWithValues: projectors.compactMap { projector in projector.fold.cursor.position.map { (projector.partition, $0) } })
  }

  /// Ledger time at those entries.
  public var times: [Int: Instant] {
    Dictionary(uniqueKeysWithValues: projectors.filter { $0.fold.cursor.position != nil }.map { ($0.partition, $0.fold.state.now) })
  }

  /// The offset that is read next, by partition: what lies before it is folded or ignored.
  package var nextOffsets: [Int: Int64] { Dictionary(uniqueKeysWithValues: projectors.map { ($0.partition, $0.fold.cursor.next) }) }

  /// Partitions about which the log did not answer when it was last asked; what is behind their positions is not folded.
  package var silentPartitions: Set<Int> { Set(silent.reasons.keys) }

  /// Partitions that stand still until an operator acts.
  public var stoppedPartitions: Set<Int> { stopped }

  /// The number of the source that is folded last, by partition; none before genesis.
  public var sources: [Int: Int64] {
    Dictionary(
      uniqueKeysWithValues: projectors.compactMap { projector in projector.fold.cursor.position.map { (projector.partition, $0.source) } })
  }

  /// Up to where the notices are read that the read model's stays are held against; nil where they are held against none.
  package var noticePosition: NoticePosition? { held?.position }

  /// Whether there are notices that the read model's stays are not held against yet.
  package var hasNewNotices: Bool { notices?.revision.map { $0 != held?.revision } ?? false }

  /// What was known goes on where the topic cannot be read; where nothing was, nothing is folded, or all alerts of notices would go.
  private func readNotices() throws {
    do throws(LogError) {
      try notices?.follow(log)
    } catch {
      guard notices?.revision != nil else { throw error }
    }
  }

  private func resume() throws {
    let positions = try model.positions()
    held = nil
    projectors = (0..<(try log.partitions(of: .ledger))).map { Projector(partition: $0, resuming: positions[$0], version: version) }
    stopped.removeAll()
  }

  /// Folds what follows in one partition; false where the last record that was read is not there any more, and then nothing was folded.
  private func fold(_ index: Int, into batch: inout ProjectionBatch) throws -> Bool {
    let ledger = TopicPartition(.ledger, index)
    let end = try log.end(of: ledger)
    guard end >= projectors[index].fold.cursor.next else { return false }
    guard end > projectors[index].fold.cursor.next else { return true }
    var last = projectors[index].last
    var isLost = false
    var stop: FoldStop?
    let room = batchEntriesMax
    // What was taken before the log fell silent counts too.
    defer { projectors[index].finish(&batch) }
    let next = try log.walk(ledger, from: last?.offset ?? projectors[index].fold.cursor.next) { record in
      if let mark = last {
        last = nil
        isLost = !mark.fits(record)
        return !isLost
      }
      stop = projectors[index].take(record, into: &batch)
      return stop == nil && batch.entries < room
    }
    guard !isLost else { return false }
    projectors[index].skip(to: next)
    guard let stop else { return true }
    stopped.insert(index)
    let offset = projectors[index].fold.cursor.next
    switch stop {
    case .noGenesis:
      monitor.alarm(.genesisRefused(partition: index, reason: "the ledger does not begin with a genesis entry"))
    case .unknownEntry: monitor.alarm(.unknownEntry(partition: index, offset: offset))
    case .laterVersion(let needed): monitor.alarm(.laterVersion(partition: index, offset: offset, needed: needed))
    }
    return true
  }

  // MARK: Lost tails

  /// Looks in each partition that answers whether the last record that was read is still there; where one does not answer, the next step
  /// looks again.
  private func checkTails() throws {
    tailChecked = nil
    for index in projectors.indices where silent.reasons[index] == nil {
      guard let last = projectors[index].last else { continue }
      let isThere = try ask(index) { try log.fetch(TopicPartition(.ledger, index), at: last.offset) { last.fits($0) } ?? false }
      guard let isThere else { return }
      guard isThere else { return try recover(index) }
    }
    tailChecked = clock.now
  }

  /// Goes on after a partition's ledger lost its tail: from the last entry that counts if that is still there, else from an earlier state
  /// of the whole model, or from nothing.
  ///
  /// Where a partition that must be looked at for this does not answer, this one waits as if it were silent itself; the others get on.
  private func recover(_ index: Int) throws {
    guard let counted = projectors[index].counted else { return try resume() }
    monitor.alarm(.ledgerTailLost(partition: index, offset: counted.offset))
    _ = try ask(index) {
      guard try log.fetch(TopicPartition(.ledger, index), at: counted.offset, { counted.fits($0) }) != true else { return }
      try model.goBack { partition, position in try log.holds(position, of: partition) }
      rebuilds += 1
    }
    try resume()
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension ProjectionLoop: Sendable {}
