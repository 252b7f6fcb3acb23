import Foundation
import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingSynthetic
package import Logging
import Synchronization

/// One simulated evening of a synthetic country through the whole flow, on the embedded log.
///
/// It can be interrupted at any moment, however hard: started again with the same folder it goes on from the end of its events log.
package struct Demo {
  private let settings: DemoSettings
  private let folder: DataFolder
  private let logger: Logger

  /// What a demo is doing; amounts are of `total`.
  package enum Progress: Sendable {
    case residents(Int, of: Int)
    case events(sent: Int, folded: Int, of: Int)
    case audit(Int, of: Int)
  }

  /// Makes a demo in a folder.
  package init(settings: DemoSettings, folder: DataFolder, logger: Logger) {
    self.settings = settings
    self.folder = folder
    self.logger = logger
  }

  /// Runs what is left of the demo and reports on all of it.
  package func run(progress: @escaping @Sendable (Progress) -> Void) throws -> DemoReport {
    let start = ContinuousClock.now
    try settings.claim(folder)
    let clock = SimulatedClock(EveningClock.start.adding(hours: -3))
    let register = try Register(folder, clock: clock, logger: logger, making: true)
    let producing = try register.log.join(group: "demo", topic: .events)
    guard case .assigned = try producing.poll(timeout: .zero) else { throw ServiceError.demoRunning(folder.path) }
    defer { producing.leave() }
    let residents = try loadResidents(register, progress)
    let flow = try DemoFlow(register: register, settings: settings, clock: clock).run(progress)
    let auditStart = ContinuousClock.now
    let report = try RegisterAudit(register) { progress(.audit($0, of: $1)) }.report
    let result = try DemoResult(register, audit: report)
    for difference in report.differences { logger.error("audit: \(difference)") }
    let seconds = (ContinuousClock.now - start).seconds
    let measured = DemoMeasured(
      eventsPerSecond: flow.events > 0 ? Double(flow.events) / flow.seconds : nil, seconds: seconds, residentsSeconds: residents,
      auditSeconds: (ContinuousClock.now - auditStart).seconds, peakMemoryMiB: ProcessMemory.peakMiB, shares: flow.shares)
    let note = note(register, isWhole: flow.isWhole)
    return DemoReport(result: result, measured: measured, note: note?.english, noteVietnamese: note?.vietnamese)
  }

  /// What is to be said where the evening's key is destroyed.
  private func note(_ register: Register, isWhole: Bool) -> DestroyedNote? {
    let month = KeyMonth(containing: EveningClock.start)
    guard register.isDestroyed(month) else { return nil }
    return isWhole ? .identity(month) : .demo(month)
  }

  /// Loads the synthetic residents unless they are there; their file has no name, so that nothing of it is left however the process ends.
  private func loadResidents(_ register: Register, _ progress: (Progress) -> Void) throws -> Double {
    guard register.directory.version == 0 else { return 0 }
    let start = ContinuousClock.now
    let file = try ResidentGenerator.namelessFile(rows: settings.residents, seed: settings.seed) {
      progress(.residents($0 / 2, of: settings.residents))
    }
    defer { try? file.close() }
    let loader = ResidentLoader(directory: folder.directory, key: register.keys.directoryKey)
    // Linux opens the very file again by its descriptor's name.
    _ = try loader.load("/proc/self/fd/\(file.fileDescriptor)") {
      if case .reading(let rows, _, _) = $0 { progress(.residents((settings.residents + rows) / 2, of: settings.residents)) }
    }
    try register.directory.refresh()
    return (ContinuousClock.now - start).seconds
  }

  /// The plan that the settings stand for.
  static func plan(_ settings: DemoSettings, catalogue: UnitCatalogue) -> DemoPlan {
    let country = SyntheticCountry(
      seed: settings.seed, residents: settings.residents, establishments: settings.establishments, catalogue: catalogue)
    return DemoPlan(country: country, events: settings.events, seed: settings.seed)
  }
}

/// The producer, the validator and the projections of a demo, each on a thread of its own.
private struct DemoFlow {
  let register: Register
  let settings: DemoSettings
  let clock: SimulatedClock

  struct Outcome {
    var events: Int
    var seconds: Double
    var shares: [String: Double]
    /// Whether every item of the evening was sent.
    var isWhole: Bool
  }

  func run(_ progress: @escaping @Sendable (Demo.Progress) -> Void) throws -> Outcome {
    let plan = Demo.plan(settings, catalogue: register.catalogue)
    let total = DemoProducer.total(of: plan, partitions: register.log.partitionCount)
    let done = try DemoPlace(plan, in: register).sent
    try resumeClock()
    let start = ContinuousClock.now
    let stop = StopSignal()
    let sent = Atomic(done)
    let producer = BackgroundThread("producer") { [register, clock] in
      var producer = try DemoProducer(register, plan: plan, clock: clock)
      try producer.run(done: done) { sent.store($0, ordering: .relaxed) }
    }
    let validator = BackgroundThread("validator") { [register] in try Self.validate(register, until: stop) }
    let projections = BackgroundThread("projections") { [register] in try Self.project(register, until: stop) }
    defer { stop.set() }
    while !producer.isEnded, !validator.isEnded, !projections.isEnded { try watch(total, sent, progress) }
    try producer.join()
    let last = try register.lastSources()
    while try !isFolded(last), !validator.isEnded, !projections.isEnded { try watch(total, sent, progress) }
    stop.set()
    let times = try validator.join()
    let folding = try projections.join()
    let all = sent.load(ordering: .relaxed)
    return Outcome(
      events: all > done ? min(all - done, plan.count) : 0, seconds: (ContinuousClock.now - start).seconds,
      shares: Self.shares(times, folding), isWhole: all >= total)
  }

  /// The log's own last append time, so that time never goes back.
  private func resumeClock() throws {
    for (partition, source) in try register.lastSources() {
      _ = try register.log.read(TopicPartition(.events, partition), from: SourceNumber(source).offset, limit: ReadLimit(records: 1)) {
        record in
        clock.move(to: record.appended)
      }
    }
  }

  private func watch(_ total: Int, _ sent: borrowing Atomic<Int>, _ progress: (Demo.Progress) -> Void) throws {
    let folded = try register.store.read { try $0.sources() }.values.reduce(0) { $0 + Int(SourceNumber($1).offset) + 1 }
    progress(.events(sent: sent.load(ordering: .relaxed), folded: folded, of: total))
    Thread.sleep(forTimeInterval: 0.1)
  }

  private func isFolded(_ sources: [Int: Int64]) throws -> Bool {
    let folded = try register.store.read { try $0.sources() }
    return sources.allSatisfy { folded[$0.key] ?? -1 >= $0.value }
  }

  private static func validate(_ register: Register, until stop: StopSignal) throws -> StageTimes {
    var settings = ValidatorSettings()
    settings.tickAfterSeconds = nil
    let group = try register.log.join(group: "validator", topic: .events)
    let loop = try ValidatorLoop(context: register.validatorContext(settings), group: group)
    defer { loop.leave() }
    while !stop.isSet { _ = try loop.step(timeout: .milliseconds(20)) }
    return loop.times
  }

  private static func project(_ register: Register, until stop: StopSignal) throws -> Duration {
    let loop = try register.makeProjectionLoop()
    while !stop.isSet { _ = try loop.step(timeout: .milliseconds(20)) }
    return loop.time
  }

  private static func shares(_ times: StageTimes, _ folding: Duration) -> [String: Double] {
    let parts: [(String, Duration)] = [
      ("read", times.read), ("decode", times.decode), ("open", times.open), ("look_up", times.lookUp), ("decide", times.decide),
      ("append", times.append), ("projections", folding),
    ]
    let sum = parts.reduce(0) { $0 + $1.1.seconds }
    return Dictionary(uniqueKeysWithValues: parts.map { ($0.0, sum > 0 ? ($0.1.seconds / sum * 1000).rounded() / 1000 : 0) })
  }
}
