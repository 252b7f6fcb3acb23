import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingSynthetic

/// Starts a validator on the log that `decide-on-disk` left, and prints how long it took to the first decision and until all partitions
/// decide again.
struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "restart", abstract: "Measures the start of a validator.")

  @Option(help: "The folder that was prepared.") var data: String
  @Option(help: "How many days after the demo's evening it was prepared for.") var days: Int64 = 0
  @Option(help: "The folder that `decide-on-disk` was given.") var log: String
  @Flag(help: "Leaves the snapshots aside, for the whole ledger to be folded.") var withoutSnapshots = false

  func run() throws {
    let folder = DataFolder(data)
    let clock = SimulatedClock(EveningClock.end.adding(days: days).adding(minutes: 1))
    let kept = try LoadScratch(at: log)
    let partitions = try leaveTicks(clock)
    let spent = ProcessorTime.process
    let start = ContinuousClock.now
    let keys = try FileKeyRing(opening: folder.keys)
    let log = try EmbeddedLog(directory: kept.path, clock: clock)
    let scratch = withoutSnapshots ? try LoadScratch(in: data) : kept
    defer { if withoutSnapshots { scratch.remove() } }
    let loop = try ValidatorLoop(
      context: try scratch.context(log, keys: keys, directory: folder.directory, clock: clock),
      group: try log.join(group: "validator", topic: .events))
    defer { loop.leave() }
    var first: Double?
    while loop.decidedEvents < partitions {
      _ = try loop.step(timeout: .milliseconds(1))
      if first == nil, loop.decidedEvents > 0 { first = (ContinuousClock.now - start).inSeconds }
    }
    let (all, cpu) = ((ContinuousClock.now - start).inSeconds, ProcessorTime.process - spent)
    let entries = try (0..<partitions).reduce(0) { $0 + Int(try log.end(of: TopicPartition(.ledger, $1))) }
    try Output.json(
      RestartResult(
        entries: entries, partitions: partitions, firstDecisionSeconds: first ?? all, allDecideSeconds: all, cpuSeconds: cpu,
        fromSnapshot: Int(loop.restored.fromSnapshot.states),
        entriesFolded: Int(loop.restored.fromSnapshot.entries + loop.restored.fromGenesis.entries),
        peakMemoryMib: ProcessMemory.peakMiB))
  }

  /// Leaves something to decide in each partition, and returns how many there are.
  private func leaveTicks(_ clock: SimulatedClock) throws -> Int {
    let log = try EmbeddedLog(directory: log, clock: clock)
    let appender = try log.makeAppender()
    for partition in 0..<log.partitionCount { try appender.submit([ValidatorLoop.tick], to: TopicPartition(.events, partition), tag: 0) }
    for acknowledgement in try appender.settle(log.partitionCount) { _ = try acknowledgement.result.get() }
    return log.partitionCount
  }
}

/// What a start took.
struct RestartResult: Encodable {
  var entries: Int
  var partitions: Int
  var firstDecisionSeconds: Double
  var allDecideSeconds: Double
  var cpuSeconds: Double
  var fromSnapshot: Int
  var entriesFolded: Int
  var peakMemoryMib: Int
}
