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

  @Option(
    help: ArgumentHelp(
      "Which log carries the events: embedded, or a Kafka cluster whose further settings are in the file that LODGING_KAFKA_SETTINGS names.",
      valueName: "embedded|kafka://host:port,…"))
  var log = "embedded"

  @Flag(help: "Take the producers' time where a topic has no log-append time; for tests on kafka-mock only.")
  var allowCreateTime = false

  /// The folder that was given, if any.
  var givenFolder: DataFolder? {
    (data ?? ProcessInfo.processInfo.environment["LODGING_DATA"]).flatMap { $0.isEmpty ? nil : DataFolder($0) }
  }

  /// The folder that was given; wrong usage without one.
  func folder() throws -> DataFolder {
    guard let folder = givenFolder else { throw ValidationError("say where the register is: --data DIR, or set LODGING_DATA") }
    return folder
  }

  /// The log that was given; wrong usage where it is of no kind that there is.
  func logChoice() throws -> LogChoice {
    let environment = ProcessInfo.processInfo.environment
    guard let choice = try LogChoice(log, environment: environment, allowsCreateTime: allowCreateTime, logger: Self.logger) else {
      throw ValidationError("--log \(log): say 'embedded' or 'kafka://host:port,host:port'")
    }
    return choice
  }

  /// Opens the register of the folder.
  func register(for purpose: Register.Purpose) throws -> Register {
    try Register(folder(), log: logChoice(), clock: SystemClock(), logger: Self.logger, for: purpose)
  }

  /// Logs to stderr, warnings and above unless LODGING_LOG_LEVEL says otherwise.
  static var logger: Logger {
    var logger = Logger(label: "lodging") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = ProcessInfo.processInfo.environment["LODGING_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .warning
    return logger
  }
}
