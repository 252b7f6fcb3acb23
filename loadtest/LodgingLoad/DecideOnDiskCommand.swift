import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingSynthetic

/// Pours and decides an evening on the embedded log, and prints what deciding it cost.
///
/// One evening after the other on the same log shows whether an event costs more where the ledger is longer and more stays are open.
struct DecideOnDiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "decide-on-disk", abstract: "Measures the validator on the embedded log.")

  @Option(help: "The folder that was prepared.") var data: String
  @Option(help: "Partitions that it was prepared for.") var partitions = 64
  @Option(help: "How many days after the demo's evening it was prepared for.") var days: Int64 = 0
  @Option(help: "The folder of the log and of what the validator keeps, which stays; made where there is none.") var log: String
  @Option(help: "Entries of a partition between two snapshots.") var snapshotEntries: Int64 = 20_000

  func run() throws {
    let folder = DataFolder(data)
    let keys = try FileKeyRing(opening: folder.keys)
    let clock = SimulatedClock(EveningClock.start.adding(days: days).adding(hours: -3))
    let scratch = try LoadScratch(at: log)
    let log = try EmbeddedLog(directory: scratch.path, clock: clock, settings: LogSettings(partitions: partitions))
    let isFirst = try Self.entries(log) == 0
    if isFirst { _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: clock.now) }
    let pouring = DatedPouring(log: log, clock: clock)
    let loop = try ValidatorLoop(
      context: try scratch.context(log, keys: keys, directory: folder.directory, clock: clock, snapshotEntries: snapshotEntries),
      group: try log.join(group: "validator", topic: .events))
    defer { loop.leave() }
    repeat { _ = try loop.step(timeout: .zero) } while loop.isRestoring
    // The establishments are there since the first evening.
    if isFirst { _ = try decide(try pouring.pour(.establishments, of: data), loop) }
    let evening = try decide(try pouring.pour(.evening, of: data), loop)
    try Output.json(
      DiskResult(
        evening: evening, entries: try Self.entries(log), logBytes: try Self.size(of: log), snapshotBytes: scratch.snapshotBytes,
        peakMemoryMib: ProcessMemory.peakMiB))
  }

  private func decide(_ count: Int, _ loop: ValidatorLoop) throws -> LoadPhase {
    let before = loop.decidedEvents
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    while loop.decidedEvents < before + Int64(count) { _ = try loop.step(timeout: .milliseconds(1)) }
    let phase = LoadPhase(events: Int(loop.decidedEvents - before), since: start, spent: spent)
    guard phase.events == count else { throw LoadError.miscount(what: "events decided", expected: count, counted: phase.events) }
    return phase
  }

  /// Entries of the ledger, over all partitions.
  private static func entries(_ log: EmbeddedLog) throws -> Int {
    try (0..<log.partitionCount).reduce(0) { $0 + Int(try log.end(of: TopicPartition(.ledger, $1))) }
  }

  private static func size(of log: EmbeddedLog) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: log.directory + "/log.sqlite")
    return (attributes[.size] as? NSNumber)?.intValue ?? 0
  }
}

/// What deciding on the embedded log came to.
struct DiskResult: Encodable {
  var evening: LoadPhase
  var entries: Int
  var logBytes: Int
  var snapshotBytes: Int
  var peakMemoryMib: Int
}
