import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingSynthetic
import Synchronization

/// Folds the ledger of evenings that went through `flow` into a new register, with nobody else at work: the projections' own part.
///
/// All partitions come to light evenly, as they do while validators write; a rebuild folds one after the other instead.
struct FoldCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "fold", abstract: "Measures the projections alone.")

  @Option(help: "The folder of a log.") var log: String
  @Option(help: "The folder of the register; it goes on where that stands.") var register: String
  @Option(help: "Entries from one figure to the next.") var every = 250_000
  @Option(help: "Entries that come to light between two steps, over all partitions.") var step = 49_152
  @Option(help: "How many entries are folded at most.") var entries = Int.max

  func run() throws {
    let clock = SimulatedClock(EveningClock.start)
    let ledger = try UnveiledLedger(EmbeddedLog(directory: log, clock: clock, settings: LogSettings(isReadOnly: true)))
    let store = try RegisterStore(directory: register, catalogue: try UnitFiles.catalogue())
    ledger.unveil(store: try store.read { try $0.chainPositions() }.mapValues { $0.offset + 1 })
    let loop = try ProjectionLoop(
      log: ledger, model: store, clock: clock, monitor: LoudMonitor(), notices: nil, background: SerialWork())
    var (folded, due, told) = (0, every, 0)
    var (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    while folded < entries, ledger.unveil(step) || !loop.isCaughtUp {
      folded += try loop.step(timeout: .zero)
      guard folded >= due || (ledger.isUnveiled && loop.isCaughtUp) else { continue }
      try Output.json(LoadPhase(events: folded - told, since: start, spent: spent))
      (due, told, start, spent) = (folded + every, folded, ContinuousClock.now, ProcessorTime.process)
    }
    guard entries == .max else { return }
    let reached = try store.read { try $0.chainPositions() }.values.reduce(0) { $0 + Int($1.offset) + 1 }
    guard reached == ledger.count else { throw LoadError.miscount(what: "entries folded", expected: ledger.count, counted: reached) }
  }
}

/// A log whose ledger shows a little more of each partition at each step, in proportion to what it has.
final class UnveiledLedger: EventLog {
  private let log: EmbeddedLog
  private let ends: [Int64]
  private let shown: Mutex<[Int64]>

  init(_ log: EmbeddedLog) throws {
    self.log = log
    ends = try (0..<log.partitionCount).map { try log.end(of: TopicPartition(.ledger, $0)) }
    shown = Mutex(Array(repeating: 0, count: ends.count))
  }

  /// Entries, over all partitions.
  var count: Int { Int(ends.reduce(0, +)) }

  var isUnveiled: Bool { shown.withLock { $0 == ends } }

  /// Shows what lies before these offsets.
  func unveil(store positions: [Int: Int64]) {
    shown.withLock { shown in
      for (partition, offset) in positions { shown[partition] = offset }
    }
  }

  /// Shows so many entries more, over all partitions; false where everything was shown before.
  func unveil(_ entries: Int) -> Bool {
    shown.withLock { shown in
      guard shown != ends else { return false }
      let (all, seen) = (ends.reduce(0, +), shown.reduce(0, +))
      let next = min(all, seen + Int64(entries))
      for index in ends.indices { shown[index] = max(shown[index], next == all ? ends[index] : ends[index] * next / all) }
      return true
    }
  }

  func partitions(of topic: Topic) throws(LogError) -> Int { try log.partitions(of: topic) }

  func bounds(of place: TopicPartition) throws(LogError) -> LogBounds {
    var bounds = try log.bounds(of: place)
    if place.topic == .ledger { bounds.end = shown.withLock { $0[place.partition] } }
    return bounds
  }

  func read(
    _ place: TopicPartition, from offset: Int64, limit: ReadLimit, _ body: (borrowing LogRecord) throws(LogError) -> Void
  ) throws(LogError) -> Int64 {
    var limit = limit
    let end = try bounds(of: place).end
    limit.records = min(limit.records, Int(end - offset))
    guard limit.records > 0 else { return offset }
    return try log.read(place, from: offset, limit: limit, body)
  }

  func waitForRecords(after positions: [TopicPartition: Int64], timeout: Duration) throws(LogError) {}

  func makeAppender() throws(LogError) -> any LogAppender { try log.makeAppender() }

  func join(group: String, topic: Topic) throws(LogError) -> any PartitionGroup { try log.join(group: group, topic: topic) }
}
