import LodgingDomain
import LodgingWire

/// Folds all partitions of the ledger into a read model.
///
/// It belongs to one thread. Position and tables move in one transaction, so a loop that is dropped at any point is replaced by a new one
/// that goes on.
public final class ProjectionLoop {
  private let log: any EventLog
  private let model: any ReadModel
  private let clock: any PipelineClock
  private let monitor: any PipelineMonitor
  private var projectors: [Projector] = []
  private var stopped: Set<Int> = []
  private var tailChecked: Instant

  /// Time spent since the loop began.
  public private(set) var time: Duration = .zero
  /// Entries folded since the loop began.
  public private(set) var entries = 0

  private static let batchEntriesMax = 8192
  private static let tailCheckSeconds: Int64 = 60

  /// Makes a loop that goes on where the read model stands; where the ledger no longer holds what the model stands on, the model is built
  /// anew.
  public init(log: any EventLog, model: any ReadModel, clock: any PipelineClock, monitor: any PipelineMonitor) throws {
    self.log = log
    self.model = model
    self.clock = clock
    self.monitor = monitor
    tailChecked = clock.now
    try resume()
    try checkTails()
  }

  /// Folds what there is, and waits at most `timeout` where that is nothing; returns how many entries counted.
  public func step(timeout: Duration) throws -> Int {
    if tailChecked.adding(seconds: Self.tailCheckSeconds) <= clock.now { try checkTails() }
    let start = ContinuousClock.now
    var batch = ProjectionBatch()
    for index in projectors.indices where !stopped.contains(index) && batch.entries < Self.batchEntriesMax {
      try fold(index, into: &batch)
    }
    if !batch.positions.isEmpty {
      try model.commit(batch)
      entries += batch.entries
      time += ContinuousClock.now - start
    } else {
      let positions = projectors.filter { !stopped.contains($0.partition) }.map {
        (TopicPartition(.ledger, $0.partition), $0.fold.cursor.next)
      }
      try log.waitForRecords(after: Dictionary(uniqueKeysWithValues: positions), timeout: timeout)
    }
    return batch.entries
  }

  /// The source that is folded last, by partition; none before genesis.
  public var sources: [Int: Int64] {
    Dictionary(
      uniqueKeysWithValues: projectors.compactMap { projector in projector.fold.cursor.position.map { (projector.partition, $0.source) } })
  }

  private func resume() throws {
    let positions = try model.positions()
    projectors = (0..<(try log.partitions(of: .ledger))).map { Projector(partition: $0, resuming: positions[$0]) }
    stopped.removeAll()
  }

  private func fold(_ index: Int, into batch: inout ProjectionBatch) throws {
    let ledger = TopicPartition(.ledger, index)
    let from = projectors[index].fold.cursor.next
    guard try log.bounds(of: ledger).end > from else { return }
    var stop: FoldStop?
    let room = Self.batchEntriesMax
    let next = try log.walk(ledger, from: from) { record in
      stop = projectors[index].take(record, into: &batch)
      return stop == nil && batch.entries < room
    }
    projectors[index].skip(to: next)
    projectors[index].finish(&batch)
    guard let stop else { return }
    stopped.insert(index)
    let offset = projectors[index].fold.cursor.next
    switch stop {
    case .noGenesis: monitor.alarm(.genesisRefused(partition: index, reason: "the ledger does not begin with a genesis entry"))
    case .unknownEntry: monitor.alarm(.unknownEntry(partition: index, offset: offset))
    }
  }

  /// Compares the last folded entry of each partition with what the log holds there; a difference empties the model and folds again.
  private func checkTails() throws {
    tailChecked = clock.now
    for projector in projectors {
      guard let position = projector.fold.cursor.position else { continue }
      let ledger = TopicPartition(.ledger, projector.partition)
      let chain = try log.fetch(ledger, at: position.offset) { $0.chainValue } ?? nil
      guard chain != position.chain else { continue }
      monitor.alarm(.ledgerTailLost(partition: projector.partition, offset: position.offset))
      try model.reset()
      return try resume()
    }
  }
}

/// It belongs to one thread.
@available(*, unavailable)
extension ProjectionLoop: Sendable {}
