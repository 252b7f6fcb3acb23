import ArgumentParser
import Foundation
import LodgingService

/// `lodging demo`.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Run one simulated evening of a synthetic country through the whole flow.",
    discussion: """
      Makes residents, establishments and an evening's events (families, foreigners, hospitals, late reports, typing errors, duplicates, \
      corrections, garbage), seals and appends them, decides each once, folds the ledger into occupancy, receipts and alerts, and audits the \
      result. With --data an interrupted run goes on where it stopped; the same numbers and seed always give the same result.
      """)

  @OptionGroup var global: GlobalOptions

  @Option(help: ArgumentHelp("Residents of the country.", valueName: "n"))
  var residents = DemoSettings().residents

  @Option(help: ArgumentHelp("Establishments.", valueName: "n"))
  var establishments = DemoSettings().establishments

  @Option(help: ArgumentHelp("Events of the evening.", valueName: "n"))
  var events = DemoSettings().events

  @Option(help: ArgumentHelp("What everything is drawn from.", valueName: "s"))
  var seed = DemoSettings().seed

  @Option(
    help: ArgumentHelp("Also write the names, numbers and input files that the demo uses to this folder.", valueName: "dir"))
  var writeInputs: String?

  func validate() throws {
    guard (1...100_000_000).contains(residents) else { throw ValidationError("--residents must be 1 to 100,000,000") }
    guard (1...900_000).contains(establishments) else { throw ValidationError("--establishments must be 1 to 900,000") }
    guard (1...100_000_000).contains(events) else { throw ValidationError("--events must be 1 to 100,000,000") }
  }

  func run() throws {
    try Exit.mapping(Self.self) {
      var settings = DemoSettings()
      (settings.residents, settings.establishments, settings.events, settings.seed) = (residents, establishments, events, seed)
      if let writeInputs { try DemoInputFiles.write(settings, to: writeInputs) }
      try run(settings)
    }
  }

  private func run(_ settings: DemoSettings) throws {
    guard try NodeLog(global.configuration()) == .embedded else {
      throw ValidationError("the demo sets the time of its evening: it runs on the embedded log only")
    }
    let scratch = try global.givenFolder() == nil ? ScratchFolder("demo") : nil
    defer { scratch?.remove() }
    let folder = try global.givenFolder() ?? DataFolder(scratch?.path ?? "")
    let line = ProgressLine()
    let report = try Demo(settings: settings, folder: folder, logger: GlobalOptions.logger).run { progress in
      switch progress {
      case .residents(let done, let total): line.show("residents", done, of: total)
      case .events(let sent, let folded, let total):
        line.show("events", folded, of: total, note: "\(Output.number(sent)) sent, \(Output.number(folded)) decided and folded")
      case .audit(let done, let total): line.show("audit", done, of: total)
      }
    }
    line.end()
    if global.json { try Output.json(report) } else { DemoText.print(report, catalogue: try UnitFiles.catalogue()) }
    if !report.result.audit.ok { throw ExitCode(Exit.incomplete) }
  }
}
