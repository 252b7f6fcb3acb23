import ArgumentParser
import Foundation
import LodgingService
import Logging

/// `lodging run`.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a node: decide events, keep the read model up to date, answer over HTTP.",
    usage: "lodging run --data <dir> [--role <role>] [--listen <host:port>] [--sandbox] [--<setting> <value> ...]",
    discussion: """
      The first line on stdout, once HTTP is served, is {"ready":true,"http":"http://127.0.0.1:PORT"}; /health/ready says when work may come. \
      SIGTERM ends the node within ten seconds.

      Each setting is an option here, a variable in the environment with LODGING_ before it (--log-level is LODGING_LOG_LEVEL), and a member of \
      the JSON file that --configuration names, with objects for the points ({"http": {"queries-max": 64}}). The command line goes before the \
      environment, that before the file. Secrets are not taken from the command line.

      Settings:
      \(settingsHelp)
      """)

  @OptionGroup var global: GlobalOptions
  @Flag(help: "Print what holds, and where each value came from, and end; secrets are masked.")
  var printConfiguration = false
  @Argument(parsing: .allUnrecognized, help: ArgumentHelp("Settings, as --name value.", visibility: .hidden))
  var settings: [String] = []

  func run() async throws {
    do {
      let configuration = try NodeConfiguration(arguments: given, environment: ProcessInfo.processInfo.environment)
      if printConfiguration { return try print(configuration) }
      let settings = try NodeSettings(configuration)
      let logger = Logger.node(level: settings.logLevel, format: settings.logFormat)
      let address = settings.gateway.url
      // A log that nobody reads any more must not end the node.
      signal(SIGPIPE, SIG_IGN)
      try await Node(settings, logger: logger).run(
        onListening: { port in Output.line(#"{"ready":true,"http":"\#(address(port))"}"#) }, onEnding: { Deadline.begin(logger) })
    } catch {
      try Exit.mapping(Self.self) { throw error }
    }
  }

  /// The settings with the options that every command takes.
  private var given: [String] { settings + global.arguments }

  private func print(_ configuration: NodeConfiguration) throws {
    for row in try configuration.rows + LogChoice(NodeLog(configuration), logger: GlobalOptions.logger).rows {
      if global.json {
        try Output.json(row)
      } else {
        Output.columns([(row.key, 44), (row.value ?? "-", 28), (row.from, 60)])
      }
    }
  }

  private static var settingsHelp: String {
    Setting.all.map { setting in
      let initial = setting.initial.map { " (default: \($0))" } ?? ""
      let name = setting.isSecret ? "\(setting.variable), not on the command line" : setting.option
      return "  \(name): \(setting.isSecret ? setting.expected : setting.expectedOption).\n      \(setting.help)\(initial)"
    }.joined(separator: "\n")
  }
}

/// Ends the process at the latest this long after it was asked to: whatever a loop is doing, what was acknowledged is on the disk.
private enum Deadline {
  private static let seconds = 9.0

  static func begin(_ logger: Logger) {
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: seconds)
      logger.warning("a part of the node did not end in time; nothing that was acknowledged is lost")
      _exit(0)
    }
  }
}
