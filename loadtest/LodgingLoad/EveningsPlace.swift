import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import LodgingSynthetic

/// A prepared evening, and the folder on whose embedded log one evening follows the other.
struct EveningsPlace: ParsableArguments {
  @Option(help: "The folder that was prepared.") var data: String
  @Option(help: "Partitions that it was prepared for.") var partitions = 64
  @Option(help: "How many days after the demo's evening it was prepared for.") var days: Int64 = 0
  @Option(help: "The folder of the log and of what is kept beside it, which stays; made where there is none.") var log: String

  /// Opens the log, and begins it where there is none.
  func open() throws -> EveningsLog {
    let folder = DataFolder(data)
    let keys = try FileKeyRing(opening: folder.keys)
    let clock = SimulatedClock(EveningClock.start.adding(days: days).adding(hours: -3))
    let scratch = try LoadScratch(at: log)
    let log = try EmbeddedLog(directory: scratch.path, clock: clock, settings: LogSettings(partitions: partitions))
    let isFirst = try log.end(of: TopicPartition(.ledger, 0)) == 0
    if isFirst { _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: clock.now) }
    return EveningsLog(residents: folder.directory, keys: keys, clock: clock, scratch: scratch, log: log, isFirst: isFirst)
  }
}

/// An embedded log that is open for one evening.
struct EveningsLog {
  let residents: String
  let keys: FileKeyRing
  let clock: SimulatedClock
  let scratch: LoadScratch
  let log: EmbeddedLog
  /// Whether no evening was there before, and so no establishment either.
  let isFirst: Bool

  var pouring: DatedPouring { DatedPouring(log: log, clock: clock) }

  /// What a validator works with; see ``LoadScratch``.
  func context(snapshotEntries: Int64? = nil) throws -> ValidatorContext {
    try scratch.context(log, keys: keys, directory: residents, clock: clock, snapshotEntries: snapshotEntries)
  }
}
