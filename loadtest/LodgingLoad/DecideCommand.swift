import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingSynthetic

/// Decides the evening of a prepared folder in memory, and prints what that cost: the validator's own part of the work.
struct DecideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "decide", abstract: "Measures the validator without a log.")

  @Option(help: "The folder that was prepared.") var data: String
  @Option(help: "Partitions that it was prepared for.") var partitions = 64
  @Option(help: "How many days after the demo's evening it was prepared for.") var days: Int64 = 0
  @Option(help: "Measures the last so many events of the evening only; those before are decided first.") var last: Int?

  func run() throws {
    let folder = DataFolder(data)
    let keys = try FileKeyRing(opening: folder.keys)
    let log = try BufferLog(folder: data, partitions: partitions)
    let clock = SimulatedClock(EveningClock.end.adding(days: days))
    _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: clock.now)
    let scratch = try LoadScratch(in: data)
    defer { scratch.remove() }
    let loop = try ValidatorLoop(
      context: try scratch.context(log, keys: keys, directory: folder.directory, clock: clock),
      group: try log.join(group: "validator", topic: .events))
    defer { loop.leave() }
    let opened = try decide(log.showNext(), loop)
    let shown = log.showNext()
    // A step decides many, so these may be a few more.
    let before = try decide(atLeast: shown - min(last ?? shown, shown), loop)
    let times = loop.times
    let evening = try decide(shown - before, loop)
    let size = log.ledgerSize
    try Output.json(
      DecideResult(
        establishments: opened, before: before, evening: evening,
        stages: StageNanoseconds(loop.times, since: times, events: evening.events), outcomes: OutcomeCounts(loop.counts),
        entries: size.entries, ledgerBytes: size.bytes, peakMemoryMib: ProcessMemory.peakMiB))
  }

  private func decide(_ count: Int, _ loop: ValidatorLoop) throws -> LoadPhase {
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    let decided = try decide(atLeast: count, loop)
    guard decided == count else { throw LoadError.miscount(what: "events decided", expected: count, counted: decided) }
    return LoadPhase(events: decided, since: start, spent: spent)
  }

  private func decide(atLeast count: Int, _ loop: ValidatorLoop) throws -> Int {
    let before = loop.decidedEvents
    while loop.decidedEvents < before + Int64(count) { _ = try loop.step(timeout: .zero) }
    return Int(loop.decidedEvents - before)
  }
}

/// What deciding cost.
struct DecideResult: Encodable {
  var establishments: LoadPhase
  /// Events of the evening that were decided before what was measured.
  var before: Int
  var evening: LoadPhase
  var stages: StageNanoseconds
  var outcomes: OutcomeCounts
  var entries: Int
  var ledgerBytes: Int
  var peakMemoryMib: Int
}

/// What events came to.
struct OutcomeCounts: Encodable {
  var accepted: Int64, flagged: Int64, rejected: Int64, duplicate: Int64, undecodable: Int64

  init(_ counts: DecisionCounts) {
    accepted = counts.accepted
    flagged = counts.flagged
    rejected = counts.rejected
    duplicate = counts.duplicate
    undecodable = counts.undecodable
  }
}

/// Wall time of a validator's stages, in nanoseconds an event.
struct StageNanoseconds: Encodable {
  var read: Int, decode: Int, open: Int, lookUp: Int, decide: Int, append: Int

  init(_ times: StageTimes, since before: StageTimes, events: Int) {
    func each(_ stage: KeyPath<StageTimes, Duration>) -> Int {
      events > 0 ? Int((times[keyPath: stage] - before[keyPath: stage]).inSeconds * 1e9) / events : 0
    }
    (read, decode, open) = (each(\.read), each(\.decode), each(\.open))
    (lookUp, decide, append) = (each(\.lookUp), each(\.decide), each(\.append))
  }
}
