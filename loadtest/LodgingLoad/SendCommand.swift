import ArgumentParser
import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingService

/// Sends the evening's events as the paced measurement does, all of them due at once and with nobody who decides them, and prints how fast
/// the sender and the log are by themselves.
struct SendCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "send", abstract: "Measures the sender of the open loop alone.")

  @Option(help: "The folder that was prepared.") var data: String
  @Option(help: "Partitions that it was prepared for.") var partitions = 64
  @Option(help: "Brokers of a cluster whose topics are there; without, it is the embedded log.") var brokers: String?
  @Option(help: "Takes the first so many events only.") var events: Int?

  /// More a second than anybody can send.
  private static let atOnce = 1_000_000_000

  func run() throws {
    let scratch = try LoadScratch(in: data)
    defer { scratch.remove() }
    let logs = try PacedLogs(brokers: brokers, partitions: partitions, folder: scratch)
    let schedule = try PacedSchedule(of: data, .steady(perSecond: Self.atOnce), events: events)
    var sender = try PacedSender(schedule, into: try logs.make(isSender: true), marks: SentMarks(partitions: partitions))
    let (start, spent) = (ContinuousClock.now, ProcessorTime.process)
    try sender.run(from: start)
    let phase = LoadPhase(events: sender.acknowledged.count { $0 >= 0 }, since: start, spent: spent)
    guard phase.events == schedule.count else {
      throw LoadError.miscount(what: "events acknowledged", expected: schedule.count, counted: phase.events)
    }
    try Output.json(phase)
  }
}
