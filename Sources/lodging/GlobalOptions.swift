import ArgumentParser
import Foundation
import LodgingService
import Logging

/// What every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder of the register (default: LODGING_DATA).", valueName: "dir"))
  var data: String?

  @Flag(help: "Print JSON, one object a line.")
  var json = false

  @Option(help: ArgumentHelp("Which log carries the events: embedded. Kafka comes with the cluster.", valueName: "log"))
  var log = "embedded"

  mutating func validate() throws {
    guard log == "embedded" else {
      throw ValidationError("--log \(log): this version runs on the embedded log only; leave --log out or say 'embedded'")
    }
  }

  /// The folder that was given, if any.
  var givenFolder: DataFolder? {
    (data ?? ProcessInfo.processInfo.environment["LODGING_DATA"]).flatMap { $0.isEmpty ? nil : DataFolder($0) }
  }

  /// The folder that was given; wrong usage without one.
  func folder() throws -> DataFolder {
    guard let folder = givenFolder else { throw ValidationError("say where the register is: --data DIR, or set LODGING_DATA") }
    return folder
  }

  /// Opens the register of the folder.
  func register(making: Bool = false) throws -> Register {
    try Register(folder(), clock: SystemClock(), logger: Self.logger, making: making)
  }

  /// Logs to stderr, warnings and above unless LODGING_LOG_LEVEL says otherwise.
  static var logger: Logger {
    var logger = Logger(label: "lodging") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = ProcessInfo.processInfo.environment["LODGING_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .warning
    return logger
  }
}
