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
      "Which log carries the events: embedded, or a Kafka cluster; LODGING_KAFKA_SETTINGS names a file with its further settings.",
      valueName: "embedded|kafka://host:port,…"))
  var log: String?

  @Flag(help: "Take the producers' time where a topic has no log-append time; for tests on kafka-mock only.")
  var allowCreateTime = false

  /// The options that were given, as settings.
  var arguments: [String] {
    (data.map { ["--data", $0] } ?? []) + (log.map { ["--log", $0] } ?? []) + (allowCreateTime ? ["--allow-create-time"] : [])
  }

  /// What these options, the environment and the file that it names say; the same settings as `lodging run` takes.
  func configuration() throws -> NodeConfiguration {
    try NodeConfiguration(arguments: arguments, environment: ProcessInfo.processInfo.environment)
  }

  /// The folder that was given, if any.
  func givenFolder() throws -> DataFolder? { try configuration().folder }

  /// The folder that was given; wrong usage without one.
  func folder() throws -> DataFolder {
    guard let folder = try givenFolder() else { throw ValidationError("say where the register is: --data DIR, or set LODGING_DATA") }
    return folder
  }

  /// The log that was given; wrong usage where it is of no kind that there is.
  func logChoice() throws -> LogChoice { try LogChoice(NodeLog(configuration()), logger: Self.logger) }

  /// Opens the register of the folder.
  func register(for purpose: Register.Purpose) throws -> Register {
    try Register(folder(), log: logChoice(), clock: SystemClock(), logger: Self.logger, for: purpose)
  }

  /// Opens the register of the folder for a question; on a cluster what was decided before it is folded first.
  func registerToAsk(isRecorded: Bool = false) throws -> Register {
    let line = ProgressLine()
    defer { line.end() }
    return try Register.toAsk(folder(), log: logChoice(), clock: SystemClock(), logger: Self.logger, isRecorded: isRecorded) {
      line.show("ledger", $0, of: $1)
    }
  }

  /// Logs to stderr, warnings and above as lines for people, unless LODGING_LOG_LEVEL and LODGING_LOG_FORMAT say otherwise.
  static var logger: Logger {
    let environment = ProcessInfo.processInfo.environment
    return .node(
      level: environment["LODGING_LOG_LEVEL"].flatMap(Logger.Level.init(rawValue:)) ?? .warning,
      format: environment["LODGING_LOG_FORMAT"].flatMap(LogFormat.init(rawValue:)) ?? .text)
  }
}
