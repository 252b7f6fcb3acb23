import Foundation
package import LodgingKafka
import LodgingPipeline
package import Logging

/// Which log carries a register's events and ledger, with everything that reaching it takes.
package enum LogChoice: Sendable {
  /// One file in the data folder.
  case embedded
  /// The topics of a Kafka cluster.
  case kafka(KafkaLogConfiguration)

  /// Takes what a node was told, and the file with librdkafka's settings that it names; passwords that were told apart go before those in
  /// the file.
  ///
  /// - Parameters:
  ///   - log: What the configuration says.
  ///   - logger: Takes what librdkafka has to say.
  /// - Throws: ``ConfigurationError`` where the file cannot be read, others may read secrets in it, a setting of it would lose or repeat records
  ///   silently, or a login would go over a connection that is not protected; no secret is told.
  package init(_ log: NodeLog, logger: Logger) throws {
    switch log {
    case .embedded: self = .embedded
    case .kafka(let settings):
      var configuration = KafkaLogConfiguration(bootstrapServers: settings.servers) { level, line in
        logger.log(level: Logger.Level(syslog: level), "\(line)", metadata: ["from": "librdkafka"])
      }
      configuration.allowsCreateTime = settings.allowsCreateTime
      configuration.instance = settings.instance
      configuration.prefix = settings.prefix ?? configuration.prefix
      if let path = settings.settingsFile { try Self.read(path, into: &configuration) }
      configuration.settings.merge(settings.secrets) { $1 }
      if let problem = configuration.guaranteeProblem ?? configuration.loginProblem {
        throw ConfigurationError.refused("kafka.settings: \(problem)")
      }
      self = .kafka(configuration)
    }
  }

  /// The same with somebody who takes what each connection to a cluster tells about itself.
  func observed(by observer: @escaping @Sendable (ConnectionFigures) -> Void) -> LogChoice {
    guard case .kafka(var configuration) = self else { return self }
    configuration.observer = observer
    return .kafka(configuration)
  }

  /// The same log, whose users wait so long for an answer.
  ///
  /// A loop has other partitions to go on with, where a command has nothing else to do.
  func waiting(atMost patience: Duration) -> LogChoice {
    guard case .kafka(var configuration) = self else { return self }
    configuration.patience = patience
    return .kafka(configuration)
  }

  private static func read(_ path: String, into configuration: inout KafkaLogConfiguration) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw ConfigurationError.unreadable(path, "the file cannot be read")
    }
    do throws(LogError) {
      try configuration.take(properties: String(decoding: bytes, as: UTF8.self))
    } catch {
      guard case .fatal(let reason) = error else { throw error }
      throw ConfigurationError.refused("kafka.settings: \(path), \(reason)")
    }
    guard let secret = configuration.secretNames.first, FilePermissions.areOpen(path) else { return }
    throw ConfigurationError.openFile(path, secret)
  }

  /// Every setting of librdkafka that holds on a cluster, as an operator may see it; nothing on the embedded log.
  package var rows: [ConfigurationRow] {
    guard case .kafka(let configuration) = self else { return [] }
    return configuration.shown.sorted { $0.key < $1.key }.flatMap { connection, settings in
      settings.sorted { $0.key < $1.key }.map { name, value in
        ConfigurationRow(
          key: "librdkafka.\(connection).\(name)", value: value, from: "effective", help: "A setting of librdkafka for its \(connection).")
      }
    }
  }
}

extension Logger.Level {
  /// The level that stands for a severity of syslog.
  fileprivate init(syslog level: Int) {
    self =
      switch level {
      case ...2: .critical
      case 3: .error
      case 4: .warning
      case 5: .notice
      case 6: .info
      default: .debug
      }
  }
}
