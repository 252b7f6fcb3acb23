import ArgumentParser
import Foundation
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingService
import LodgingStore

/// Decides what is poured onto a cluster, and prints what that cost from the first event of the evening to the last acknowledged decision.
///
/// Where the establishments are decided a line `{"ready":true}` says so: the evening is poured after it. Whoever wants a backlog stops the process
/// meanwhile.
struct DecideOnKafkaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "decide-on-kafka", abstract: "Measures validators on a cluster.")

  @OptionGroup var place: LoadPlace
  @Option(help: "Events that register establishments.") var establishments: Int64
  @Option(help: "Events of the evening.") var events: Int64
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
    validators.wait(for: establishments)
    try Output.json(["ready": true])
    validators.wait(for: establishments + 1)
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    validators.wait(for: establishments + events)
    let evening = LoadPhase(events: Int(validators.decided - establishments), since: start, spent: spent)
    try validators.end()
    guard evening.events == Int(events) else {
      throw LoadError.miscount(what: "events decided", expected: Int(events), counted: evening.events)
    }
    try Output.json(evening)
  }
}
