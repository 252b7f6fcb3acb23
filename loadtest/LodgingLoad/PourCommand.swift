import ArgumentParser
import Foundation
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingService
import LodgingStore

/// Appends the prepared records to a log as fast as it takes them, and prints what that cost, so that whoever pours is known not to be what
/// holds a measurement back.
struct PourCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "pour", abstract: "Appends the prepared events to a log.")

  @OptionGroup var place: LoadPlace
  @Option(help: "Which part: establishments, evening.") var part: EventFile.Part

  func run() throws {
    let log = try place.log()
    if part == .establishments {
      let keys = try FileKeyRing(opening: DataFolder(place.data).keys)
      _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: SystemClock().now)
    }
    var pouring = try Pouring(into: log)
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    try pouring.pour(part, of: place.data)
    try Output.json(LoadPhase(events: pouring.poured, since: start, spent: spent))
  }
}

extension EventFile.Part: ExpressibleByArgument {}
