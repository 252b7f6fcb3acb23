import ArgumentParser
import Foundation
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingService
import LodgingStore
import Synchronization

/// Decides what is poured onto a cluster, and prints what that cost from the first event of the evening to the last acknowledged decision.
///
/// Where the establishments are decided a line `{"ready":true}` says so: the evening is poured after it.
struct DecideOnKafkaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "decide-on-kafka", abstract: "Measures validators on a cluster.")

  @OptionGroup var place: LoadPlace
  @Option(help: "Events that register establishments.") var establishments: Int64
  @Option(help: "Events of the evening.") var events: Int64
  @Option(help: "Validators, each with a thread of its own.") var threads = 1

  func run() throws {
    let folder = DataFolder(place.data)
    let keys = try FileKeyRing(opening: folder.keys)
    let decided = (0..<threads).map { _ in Tally() }
    let stop = StopSignal()
    let workers = try decided.enumerated().map { index, tally in
      let scratch = try LoadScratch(in: place.data, index)
      let log = try place.log()
      let context = try scratch.context(log, keys: keys, directory: folder.directory, clock: SystemClock())
      return BackgroundThread("validator \(index)") {
        defer { scratch.remove() }
        let loop = try ValidatorLoop(context: context, group: try log.join(group: "validator", topic: .events))
        defer { loop.leave() }
        while !stop.isSet {
          _ = try loop.step(timeout: .milliseconds(5))
          tally.count.store(loop.decidedEvents, ordering: .relaxed)
        }
      }
    }
    defer { stop.set() }
    func total() -> Int64 { decided.reduce(0) { $0 + $1.count.load(ordering: .relaxed) } }
    func wait(for count: Int64) throws {
      while total() < count {
        guard workers.allSatisfy({ !$0.isEnded }) else { break }
        Thread.sleep(forTimeInterval: 0.002)
      }
    }
    try wait(for: establishments)
    try Output.json(["ready": true])
    try wait(for: establishments + 1)
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    try wait(for: establishments + events)
    let evening = LoadPhase(events: Int(total() - establishments), since: start, spent: spent)
    stop.set()
    for worker in workers { try worker.join() }
    guard evening.events == Int(events) else {
      throw LoadError.miscount(what: "events decided", expected: Int(events), counted: evening.events)
    }
    try Output.json(evening)
  }
}

/// How many events one validator has decided.
private final class Tally: Sendable {
  let count = Atomic<Int64>(0)
}
