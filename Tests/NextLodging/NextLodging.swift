import Foundation
import LodgingDomain
import LodgingService
import LodgingWire
import Logging

/// The program as its next version will be, for tests: the same service, which knows one more version of the ledger's format.
///
/// Nothing but that version is changed, so nodes of both stand beside each other as they will in an upgrade one node after the other. It is
/// no product, and no product can be told to be another version.
@main
enum NextLodging {
  private static let version = LedgerVersion(format: LedgerVersion.newest.format + 1, rules: .newest)

  static func main() async throws {
    let isForced = CommandLine.arguments.contains("--force")
    let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--force" }
    let configuration = try NodeConfiguration(
      arguments: Array(arguments.dropFirst()), environment: ProcessInfo.processInfo.environment)
    let settings = try NodeSettings(configuration)
    let logger = Logger.node(level: settings.logLevel, format: settings.logFormat)
    switch arguments.first {
    case "run": try await run(settings, logger)
    case "upgrade":
      do {
        try tell(LedgerChangeDesk(register(settings, logger, for: .writing)).upgrade(isDecided: true, isForced: isForced))
      } catch let refusal as ServiceError {
        try FileHandle.standardError.write(contentsOf: Data("\(refusal)\n".utf8))
        exit(2)
      }
    case "audit": try tell(AuditOutput(register(settings, logger, for: .reading)) { _, _ in })
    default: throw ServiceError.badInput("run, upgrade or audit")
    }
  }

  private static func run(_ settings: NodeSettings, _ logger: Logger) async throws {
    signal(SIGPIPE, SIG_IGN)
    try await Node(settings, logger: logger, version: version).run(
      onListening: { port in
        try? FileHandle.standardOutput.write(contentsOf: Data("{\"ready\":true,\"http\":\"http://127.0.0.1:\(port)\"}\n".utf8))
      }, onEnding: {})
  }

  private static func register(_ settings: NodeSettings, _ logger: Logger, for purpose: Register.Purpose) throws -> Register {
    try Register(
      settings.folder, log: LogChoice(settings.log, logger: logger), clock: SystemClock(), logger: logger, for: purpose, version: version)
  }

  private static func tell(_ output: some Encodable) throws {
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(output) + Data("\n".utf8))
  }
}
