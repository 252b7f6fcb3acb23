import LodgingDomain
package import LodgingPipeline
import Synchronization

/// How far something is behind a log.
package struct Lag: Hashable, Sendable {
  /// Records that are not taken.
  package var records: Int64 = 0
  /// How long ago the oldest of them was appended, in seconds.
  package var seconds: Double = 0

  /// Makes a lag from its parts.
  package init(records: Int64 = 0, seconds: Double = 0) {
    self.records = records
    self.seconds = seconds
  }
}

/// What was measured of one partition.
package struct PartitionSample: Sendable {
  /// The partition.
  package var partition: Int
  /// What its events log holds.
  package var events: LogBounds?
  /// What its ledger holds.
  package var ledger: LogBounds?
  /// What is not decided; nil where nobody here knows it now.
  package var undecided: Lag?
  /// What is not folded; nil where this node folds nothing.
  package var unfolded: Lag?
}

/// Measures how far deciding and folding are behind the logs, and warns long before events would expire undecided.
///
/// It asks the log about every partition, so it works beside the loops, on a thread of its own.
package struct LagSampler: Sendable {
  let log: any EventLog
  let clock: any PipelineClock
  let progress: FoldProgress?
  let owned: OwnedPartitions
  let status: NodeStatus
  let monitor: any PipelineMonitor
  let retentionSeconds: Int64?
  private let silent = Silence()

  /// Makes a sampler; without `progress` nothing is told of folding, without `retentionSeconds` there is no alarm.
  package init(
    log: any EventLog, clock: any PipelineClock, progress: FoldProgress?, owned: OwnedPartitions, status: NodeStatus,
    monitor: any PipelineMonitor, retentionSeconds: Int64?
  ) {
    self.log = log
    self.clock = clock
    self.progress = progress
    self.owned = owned
    self.status = status
    self.monitor = monitor
    self.retentionSeconds = retentionSeconds
  }

  /// At which share of the retention an undecided event raises an alarm.
  private static let alarmingShare = 0.25

  /// How long one sample may wait for partitions that do not answer.
  private static let waitMax = Duration.seconds(6)

  /// Measures all partitions; returns each one's figures and the largest share of the retention that an undecided event has used.
  ///
  /// Of a partition about which the log does not answer there are no figures, or not all; where this node folds and its ledger is silent, it
  /// counts as behind by one record. Throws what else the log throws.
  package func sample() throws -> (samples: [PartitionSample], retentionShare: Double) {
    let count = try log.partitions(of: .ledger)
    // The ends before the positions, so that who is not behind was not behind at the time of the ends.
    var samples = (0..<count).map { PartitionSample(partition: $0) }
    try ask(silent.with { $0.due(of: Array(0..<count), at: clock.time) }) { partition in
      samples[partition].ledger = try log.bounds(of: TopicPartition(.ledger, partition))
      samples[partition].events = try log.bounds(of: TopicPartition(.events, partition))
      silent.with { $0.answers(partition) }
    }
    let version = progress?.version
    let decided = owned.sources
    try ask(samples.indices.filter { samples[$0].ledger != nil }) { partition in
      let sample = samples[partition]
      let folded = version?.positions[partition]
      if version != nil { samples[partition].unfolded = try sample.ledger.map { try unfolded(partition, after: folded, held: $0) } }
      // What is decided is known here to whoever decides, and to a reader that has read everything.
      let source = decided[partition] ?? (samples[partition].unfolded?.records == 0 ? folded?.source : nil)
      guard let source, let events = sample.events else { return }
      samples[partition].undecided = try undecided(partition, after: SourceNumber(source).offset, held: events)
    }
    if let version { tell(samples, version) }
    return (samples, alarm(samples))
  }

  /// Asks about partitions in turn; those that do not answer, and those left when too long was waited for such, are passed over.
  private func ask(_ partitions: [Int], _ question: (Int) throws -> Void) throws {
    let start = ContinuousClock.now
    for partition in partitions {
      let isSilent = silent.with { $0.reasons[partition] != nil }
      guard !isSilent || ContinuousClock.now - start < Self.waitMax else { continue }
      let asked = clock.time
      do {
        try question(partition)
      } catch LogError.unavailable(let reason) {
        silent.with { _ = $0.fails(partition, reason, since: asked, at: clock.time) }
        monitor.alarm(.readFailed(partition: partition, reason: "\(LogError.unavailable(reason))"))
      }
    }
  }

  private func tell(_ samples: [PartitionSample], _ version: RegisterVersion) {
    // Where the ledger does not answer, something may stand behind what is folded.
    let lags = samples.map { $0.unfolded ?? Lag(records: 1) }
    let ends = samples.map { $0.ledger?.end ?? (version.positions[$0.partition]?.offset ?? -1) + 2 }
    let behind = lags.map(\.records)
    let all = ends.reduce(0, +)
    status.folds(
      HealthReport.Folding(
        entries: max(0, all - behind.reduce(0, +)), of: all, partitionsBehind: behind.count { $0 > 0 }, asOf: version.asOf),
      lagSeconds: lags.map(\.seconds).max() ?? 0, ends: ends, behind: behind)
  }

  /// Raises the alarm of the partition whose oldest undecided event is nearest to its end.
  private func alarm(_ samples: [PartitionSample]) -> Double {
    guard let retentionSeconds, let worst = samples.max(by: { $0.undecidedSeconds < $1.undecidedSeconds }) else { return 0 }
    let share = worst.undecidedSeconds / Double(retentionSeconds)
    if share >= Self.alarmingShare {
      monitor.alarm(
        .undecidedForLong(partition: worst.partition, seconds: Int64(worst.undecidedSeconds), retentionSeconds: retentionSeconds))
    }
    return share
  }

  // MARK: One partition

  /// What of the ledger is not folded: nothing where all that comes after the position is ignored.
  private func unfolded(_ partition: Int, after position: ChainPosition?, held: LogBounds) throws -> Lag {
    let next = position.map { $0.offset + 1 } ?? held.start
    guard held.end > next else { return Lag() }
    var cursor = position.map { ChainCursor(partition: partition, after: $0) } ?? ChainCursor(partition: partition)
    var appended: Instant?
    var first = held.end
    var reached = next
    while appended == nil, reached < held.end {
      let from = reached
      // A look at one record leaves alone what the fold has fetched ahead.
      reached = try log.read(TopicPartition(.ledger, partition), from: from, limit: ReadLimit(records: 1)) { record in
        if case .ignored = cursor.take(record.value, at: record.offset) { return }
        (appended, first) = (record.appended, record.offset)
      }
      guard reached > from else { break }
    }
    guard let appended else { return Lag() }
    return Lag(records: held.end - first, seconds: seconds(since: appended))
  }

  private func undecided(_ partition: Int, after source: Int64, held: LogBounds) throws -> Lag {
    let next = max(source + 1, held.start)
    guard held.end > next else { return Lag() }
    var appended: Instant?
    _ = try log.read(TopicPartition(.events, partition), from: next, limit: ReadLimit(records: 1)) { record in appended = record.appended }
    return Lag(records: held.end - next, seconds: appended.map(seconds) ?? 0)
  }

  private func seconds(since appended: Instant) -> Double { Double(max(0, clock.now - appended)) / 1000 }
}

extension PartitionSample {
  fileprivate var undecidedSeconds: Double { undecided?.seconds ?? 0 }
}

/// Which partitions did not answer; one thread asks.
private final class Silence: Sendable {
  private let partitions = Mutex(SilentPartitions<Int>())

  /// Reads or changes what is known.
  func with<Result: Sendable>(_ body: (inout SilentPartitions<Int>) -> Result) -> Result { partitions.withLock { body(&$0) } }
}

/// Which partitions this process decides, and up to which source.
package final class OwnedPartitions: Sendable {
  private let byThread = Mutex<[Int: [Int: Int64]]>([:])

  /// Nothing is owned yet.
  package init() {}

  /// The last decided source of each partition.
  package var sources: [Int: Int64] { byThread.withLock { $0.values.reduce(into: [:]) { all, part in all.merge(part) { max($0, $1) } } } }

  /// What a validator's thread owns now.
  package func set(_ statuses: [PartitionStatus], thread: Int) {
    let sources = Dictionary(statuses.map { ($0.partition, $0.position.source) }, uniquingKeysWith: max)
    byThread.withLock { $0[thread] = sources }
  }
}
