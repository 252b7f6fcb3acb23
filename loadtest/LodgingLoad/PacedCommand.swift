import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore

/// Sends the evening's events when they are due, and follows the ledger until all are decided.
///
/// It notes of each when it was due, sent and acknowledged, and when its decision could be read. All is in one process, so that all times
/// are of one clock.
struct PacedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paced", abstract: "Measures latencies in an open loop.",
    discussion: "The samples are four little-endian 64-bit numbers an event: due, sent, acknowledged, readable, in nanoseconds.")

  @Option(help: "The folder that was prepared.") var data: String
  @Option(help: "Partitions that it was prepared for.") var partitions = 64
  @Option(help: "Brokers of a cluster whose topics are there; without, it is the embedded log.") var brokers: String?
  @Option(help: "So many events a second, evenly.") var rate: Int?
  @Option(help: "Takes the first so many events only.") var events: Int?
  @Option(help: "The evening as it came, within so many seconds.") var seconds: Double?
  @Option(help: "Validators, each with a thread of its own; the embedded log has one.") var threads = 1
  @Option(help: "Where to write the samples.") var samples: String

  /// How long the next decision is waited for where nothing is sent any more.
  private static let patience: Duration = .seconds(60)

  func validate() throws {
    guard (rate == nil) != (seconds == nil), rate ?? 1 > 0, seconds ?? 1 > 0 else {
      throw ValidationError("give either --rate or --seconds")
    }
  }

  func run() throws {
    let scratch = try LoadScratch(in: data)
    defer { scratch.remove() }
    let logs = try PacedLogs(brokers: brokers, partitions: partitions, folder: scratch)
    let log = try logs.make()
    let folder = DataFolder(data)
    let keys = try FileKeyRing(opening: folder.keys)
    _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: SystemClock().now)
    var pouring = try Pouring(into: log)
    try pouring.pour(.establishments, of: data)
    let stop = StopSignal()
    defer { stop.set() }
    let context = { (index: Int) throws in
      try logs.scratch(index).context(try logs.make(), keys: keys, directory: folder.directory, clock: SystemClock())
    }
    let validators = try ValidatorThreads(threads, until: stop, context) { _ in }
    validators.wait(for: Int64(pouring.poured))
    let pace: PacedSchedule.Pace = if let rate { .steady(perSecond: rate) } else { .evening(seconds: seconds ?? 0) }
    let result = try measure(try PacedSchedule(of: data, pace, events: events), on: logs, log, validators)
    try validators.end()
    try Output.json(result)
  }

  private func measure(
    _ schedule: PacedSchedule, on logs: PacedLogs, _ log: any EventLog, _ validators: ValidatorThreads
  ) throws -> PacedResult {
    let marks = SentMarks(partitions: partitions)
    let sending = try logs.make(isSender: true)
    var watch = PacedWatch(schedule, from: try (0..<partitions).map { try log.end(of: TopicPartition(.events, $0)) })
    var tail = try logs.tail(log, marks: marks)
    let (start, spent, spentHere) = (ContinuousClock.now, ProcessorTime.process, ProcessorTime.thread)
    let sender = BackgroundThread("sender") {
      var sender = try PacedSender(schedule, into: sending, marks: marks)
      try sender.run(from: start)
      return (sent: sender.sent, acknowledged: sender.acknowledged, cpu: ProcessorTime.thread)
    }
    var (known, changed) = (0, start)
    while watch.found < schedule.count, !validators.isAnyEnded, ContinuousClock.now - changed < Self.patience {
      try tail.poll { watch.note($0, $1, at: start.nanosecondsSince) }
      if watch.found > known || !sender.isEnded { (known, changed) = (watch.found, ContinuousClock.now) }
    }
    let wall = (ContinuousClock.now - start).inSeconds
    let (cpu, tailCPU) = (ProcessorTime.process - spent, ProcessorTime.thread - spentHere)
    let (sent, acknowledged, senderCPU) = try sender.join()
    guard watch.found == schedule.count, watch.strangers == 0 else {
      throw LoadError.failed(
        "\(watch.found) decisions of \(schedule.count) events were readable and \(watch.strangers) of others; the validator decided "
          + "\(validators.decided), partitions with some left: \(watch.partitionsLeft)")
    }
    try PacedSamples.write([schedule.due, sent, acknowledged, watch.readable], to: samples)
    return PacedResult(
      events: schedule.count, sent: sent.count { $0 >= 0 }, acknowledged: acknowledged.count { $0 >= 0 }, readable: watch.found,
      wallSeconds: wall, cpuSeconds: cpu, senderCpuSeconds: senderCPU, tailCpuSeconds: tailCPU, peakMemoryMib: ProcessMemory.peakMiB)
  }
}

/// What became of the events that were sent.
struct PacedResult: Encodable {
  var events: Int, sent: Int, acknowledged: Int, readable: Int
  var wallSeconds: Double
  /// Of the whole process, and in it of the thread that sent and of the one that followed the ledger.
  var cpuSeconds: Double, senderCpuSeconds: Double, tailCpuSeconds: Double
  var peakMemoryMib: Int
}
