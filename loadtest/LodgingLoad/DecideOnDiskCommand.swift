import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore

/// Pours and decides an evening on the embedded log, and prints what deciding it cost.
///
/// One evening after the other on the same log shows whether an event costs more where the ledger is longer and more stays are open.
struct DecideOnDiskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "decide-on-disk", abstract: "Measures the validator on the embedded log.")

  @OptionGroup var place: EveningsPlace
  @Option(help: "Entries of a partition between two snapshots.") var snapshotEntries: Int64 = 20_000

  func run() throws {
    let evenings = try place.open()
    let (log, pouring) = (evenings.log, evenings.pouring)
    let loop = try ValidatorLoop(
      context: try evenings.context(snapshotEntries: snapshotEntries), group: try log.join(group: "validator", topic: .events))
    defer { loop.leave() }
    repeat { _ = try loop.step(timeout: .zero) } while loop.isRestoring
    // The establishments are there since the first evening.
    if evenings.isFirst { _ = try decide(try pouring.pour(.establishments, of: place.data), loop) }
    let evening = try decide(try pouring.pour(.evening, of: place.data), loop)
    let resealed = try sealAnew(loop, log)
    try Output.json(
      DiskResult(
        evening: evening, resealed: resealed, entries: try Self.entries(log), logBytes: try Self.size(of: log),
        snapshotBytes: evenings.scratch.snapshotBytes, peakMemoryMib: ProcessMemory.peakMiB))
  }

  private func decide(_ count: Int, _ loop: ValidatorLoop) throws -> LoadPhase {
    let before = loop.decidedEvents
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    while loop.decidedEvents < before + Int64(count) { _ = try loop.step(timeout: .milliseconds(1)) }
    let phase = LoadPhase(events: Int(loop.decidedEvents - before), since: start, spent: spent)
    guard phase.events == count else { throw LoadError.miscount(what: "events decided", expected: count, counted: phase.events) }
    return phase
  }

  /// What there is to do after the evening where a month's key takes nothing more: the stays that outlive it are sealed anew.
  private func sealAnew(_ loop: ValidatorLoop, _ log: EmbeddedLog) throws -> LoadPhase {
    let before = try Self.entries(log)
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    repeat { _ = try loop.step(timeout: .zero) } while loop.isResealing
    return LoadPhase(events: try Self.entries(log) - before, since: start, spent: spent)
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
  /// What came after it, counted in entries.
  var resealed: LoadPhase
  var entries: Int
  var logBytes: Int
  var snapshotBytes: Int
  var peakMemoryMib: Int
}
