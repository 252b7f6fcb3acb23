import ArgumentParser
import Foundation
import ProcessAllocator

/// The command line: arguments in, results on stdout, progress and logs on stderr, exit codes as documented.
@main
struct LodgingCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lodging",
    abstract: "The register of stays: check-ins validated exactly once, receipts, live occupancy and alerts.",
    discussion: """
      Everything of one register lies in one folder, given by --data or LODGING_DATA. Results go to stdout, one JSON object a line with --json; \
      progress and logs go to stderr.

      Try it:
        lodging demo --events 20000 --establishments 5000 --residents 100000
        lodging residents load samples/residents.csv --data DIR
        lodging establishments load samples/establishments.csv --data DIR
        lodging import samples/citizens.csv --establishment HN-0001 --data DIR

      Exit codes: 0 done; 1 done, but rows were rejected, differences found, or nothing found; 2 input or data unreadable; 64 wrong usage; \
      70 internal error.
      """,
    subcommands: [
      DemoCommand.self, ResidentsCommand.self, EstablishmentsCommand.self, ImportCommand.self, OccupancyCommand.self, StaysCommand.self,
      AlertsCommand.self, ReceiptCommand.self, CatalogueCommand.self, LedgerCommand.self, QuarantineCommand.self, AuditCommand.self,
      KeysCommand.self, AccessCommand.self, NoticesCommand.self, RetentionCommand.self, RebuildCommand.self, BackupCommand.self,
      RestoreCommand.self, TopicsCommand.self, RunCommand.self,
    ])

  /// Runs the command of the process's arguments; help that nobody can take ends it like other results that nobody can take.
  static func main() async {
    Allocator.begin()
    do {
      var command = try parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      let text = fullMessage(for: error)
      let code = exitCode(for: error)
      if !text.isEmpty { code.isSuccess ? StandardStream.output(text + "\n") : StandardStream.errors(text + "\n") }
      Foundation.exit(code.rawValue)
    }
  }
}
