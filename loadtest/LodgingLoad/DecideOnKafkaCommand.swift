import ArgumentParser
import Foundation
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingService
import LodgingStore

/// Decides a backlog that lies on a cluster, and prints what that cost from the first step that decided to the last acknowledged decision.
struct DecideOnKafkaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "decide-on-kafka", abstract: "Measures validators on a cluster.")

  @OptionGroup var place: LoadPlace
  @Option(help: "Records of the backlog.") var records: Int64
  @Option(help: "Validators, each with a thread of its own.") var threads = 1

  func run() throws {
    let folder = DataFolder(place.data)
    let keys = try FileKeyRing(opening: folder.keys)
    let scratch = try (0..<threads).map { try LoadScratch(in: place.data, $0) }
    let stop = StopSignal()
    let context = { (index: Int) throws in
      try scratch[index].context(try place.log(), keys: keys, directory: folder.directory, clock: SystemClock())
    }
    let validators = try ValidatorThreads(threads, until: stop, context) { scratch[$0].remove() }
    defer { stop.set() }
    validators.wait(for: 1)
    let (before, start, spent) = (validators.decided, ContinuousClock.now, ProcessorTime.process)
    validators.wait(for: records)
    let backlog = LoadPhase(events: Int(validators.decided - before), since: start, spent: spent)
    try validators.end()
    guard validators.decided == records else {
      throw LoadError.miscount(what: "records decided", expected: Int(records), counted: Int(validators.decided))
    }
    try Output.json(DecidedBacklog(decided: Int(records), measured: backlog))
  }
}

/// What deciding a backlog came to.
private struct DecidedBacklog: Encodable {
  /// Records that were decided, with those of the first step.
  var decided: Int
  /// Those behind the first step.
  var measured: LoadPhase
}
