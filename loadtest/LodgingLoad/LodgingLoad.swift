import ArgumentParser
import ProcessAllocator

/// Measures what the register costs: data made beforehand, one part at a time, and every count compared.
@main
struct LodgingLoad: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodging-load",
    abstract: "Measures what the register costs.",
    discussion: "Results are one JSON object on stdout. Make the data with `prepare`, which takes longer than what is measured with it.",
    subcommands: [
      LoadResidentsCommand.self, PrepareCommand.self, PourCommand.self, DecideCommand.self, DecideOnKafkaCommand.self,
      DecideOnDiskCommand.self, RestartCommand.self, SendCommand.self, PacedCommand.self, FlowCommand.self, FoldCommand.self,
      LookUpCommand.self, HoldStateCommand.self,
    ])

  /// Runs the command of the process's arguments, with the allocator that the register has.
  static func main() {
    Allocator.begin()
    main(nil)
  }
}
