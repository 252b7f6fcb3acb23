import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import Synchronization

/// Takes an evening through the whole flow on the embedded log: sent, decided and folded into register, occupancy, alerts and receipts, by
/// three threads as in a node.
///
/// One evening after the other in the same folder shows what the size of the register does.
struct FlowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "flow", abstract: "Measures the whole flow on the embedded log.")

  @OptionGroup var place: EveningsPlace

  func run() throws {
    let evening = try place.open()
    let (log, keys, clock) = (evening.log, evening.keys, evening.clock)
    let store = try RegisterStore(directory: evening.scratch.path, catalogue: try UnitFiles.catalogue())
    let notices = NoticeBook(hasher: keys.noticeHasher, keys: keys)
    let flow = EveningFlow(
      log: log, store: store, pouring: evening.pouring, folder: place.data, context: try evening.context(),
      makeFold: {
        try ProjectionLoop(log: log, model: store, clock: clock, monitor: LoudMonitor(), notices: notices, background: SerialWork())
      })
    // The establishments are there since the first evening.
    if evening.isFirst { _ = try flow.run(.establishments) }
    try Output.json(try flow.run(.evening))
  }
}

/// The sender, the validator and the projections, each on a thread of its own, until all that was sent is folded.
struct EveningFlow: Sendable {
  let log: EmbeddedLog
  let store: RegisterStore
  let pouring: DatedPouring
  let folder: String
  let context: ValidatorContext
  let makeFold: @Sendable () throws -> ProjectionLoop

  /// What the validator did.
  private struct Decided: Sendable {
    var events: Int64
    var times: StageTimes
  }

  /// How many threads have taken up their work.
  private final class Readiness: Sendable {
    let count = Atomic(0)
  }

  private static let stepTimeout: Duration = .milliseconds(20)
  /// Seconds between two looks at how far everything is.
  private static let look = 0.02
  /// How long nothing may be folded.
  private static let patience: Duration = .seconds(60)

  /// Takes a part through the flow, once validator and projections stand at the end of what is there; throws where a count differs.
  func run(_ part: EventFile.Part) throws -> FlowResult {
    let (stop, ready) = (StopSignal(), Readiness())
    defer { stop.set() }
    let validator = BackgroundThread("validator") { [self] in try decide(until: stop) { ready.count.add(1, ordering: .relaxed) } }
    let projections = BackgroundThread("projections") { [self] in try fold(until: stop) { ready.count.add(1, ordering: .relaxed) } }
    var isOver: Bool { validator.isEnded || projections.isEnded }
    while ready.count.load(ordering: .relaxed) < 2, !isOver { Thread.sleep(forTimeInterval: Self.look) }
    let before = try folded()
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    let sender = BackgroundThread("sender") { [self] in (count: try pouring.pour(part, of: folder), ended: ContinuousClock.now) }
    while !sender.isEnded, !isOver { Thread.sleep(forTimeInterval: Self.look) }
    let sent = isOver ? nil : try sender.join()
    var (known, changed) = (before, ContinuousClock.now)
    while let sent, known < before + sent.count, !isOver, ContinuousClock.now - changed < Self.patience {
      Thread.sleep(forTimeInterval: Self.look)
      let now = try folded()
      if now > known { (known, changed) = (now, ContinuousClock.now) }
    }
    let phase = LoadPhase(events: known - before, since: start, spent: spent)
    stop.set()
    let (decided, folding) = (try validator.join(), try projections.join())
    guard let sent, phase.events == sent.count, decided.events == Int64(sent.count) else {
      throw LoadError.failed("\(sent?.count ?? 0) events were sent, \(decided.events) decided and \(phase.events) folded")
    }
    return FlowResult(
      flow: phase, sent: sent.count, decided: Int(decided.events), folded: phase.events, sendingSeconds: (sent.ended - start).inSeconds,
      validator: StageNanoseconds(decided.times, since: StageTimes(), events: sent.count),
      projections: Int(folding.inSeconds * 1e9) / max(1, sent.count), peakMemoryMib: ProcessMemory.peakMiB)
  }

  private func decide(until stop: StopSignal, ready: () -> Void) throws -> Decided {
    let loop = try ValidatorLoop(context: context, group: try log.join(group: "validator", topic: .events))
    defer { loop.leave() }
    repeat { _ = try loop.step(timeout: .zero) } while loop.isRestoring && !stop.isSet
    ready()
    while !stop.isSet { _ = try loop.step(timeout: Self.stepTimeout) }
    return Decided(events: loop.decidedEvents, times: loop.times)
  }

  private func fold(until stop: StopSignal, ready: () -> Void) throws -> Duration {
    let loop = try makeFold()
    ready()
    while !stop.isSet { _ = try loop.step(timeout: Self.stepTimeout) }
    return loop.time
  }

  /// Events that are folded into the register, in all.
  private func folded() throws -> Int {
    try store.read { try $0.sources() }.values.reduce(0) { $0 + Int(SourceNumber($1).offset) + 1 }
  }
}

/// What the flow came to.
struct FlowResult: Encodable {
  var flow: LoadPhase
  var sent: Int, decided: Int, folded: Int
  /// How long the sender took.
  var sendingSeconds: Double
  /// Wall time of the stages, in nanoseconds an event.
  var validator: StageNanoseconds
  var projections: Int
  var peakMemoryMib: Int
}
