import Foundation
package import LodgingKafka
package import Logging

/// Which log carries a register's events and ledger.
package enum LogChoice: Sendable {
  /// One file in the data folder.
  case embedded
  /// The topics of a Kafka cluster.
  case kafka(KafkaLogConfiguration)

  /// Where the file with librdkafka's settings is named: security and whatever else differs between clusters, passwords too.
  package static let settingsVariable = "LODGING_KAFKA_SETTINGS"
  /// What topic names begin with instead of `lodging`.
  package static let prefixVariable = "LODGING_KAFKA_PREFIX"

  /// Reads `embedded` or `kafka://host:port,…`; nil where the text is neither.
  ///
  /// - Parameters:
  ///   - text: What the command line says.
  ///   - environment: Where the file with settings and the topics' prefix may be named.
  ///   - allowsCreateTime: Whether the producer's time is taken where a topic has no log-append time; tests only.
  ///   - logger: Takes what librdkafka has to say.
  /// - Throws: ``ServiceError/badInput(_:)`` where the file with settings cannot be read; no setting is told.
  package init?(_ text: String, environment: [String: String], allowsCreateTime: Bool, logger: Logger) throws {
    if text == "embedded" {
      self = .embedded
      return
    }
    let made = KafkaLogConfiguration(url: text) { level, line in
      logger.log(level: Logger.Level(syslog: level), "\(line)", metadata: ["from": "librdkafka"])
    }
    guard var configuration = made else { return nil }
    configuration.allowsCreateTime = allowsCreateTime
    configuration.prefix = environment[Self.prefixVariable].flatMap { $0.isEmpty ? nil : $0 } ?? configuration.prefix
    if let path = environment[Self.settingsVariable], !path.isEmpty { try Self.read(path, into: &configuration) }
    self = .kafka(configuration)
  }

  private static func read(_ path: String, into configuration: inout KafkaLogConfiguration) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw ServiceError.badInput("\(settingsVariable) names \(path), which cannot be read")
    }
    do {
      try configuration.take(properties: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw ServiceError.badInput("\(path): \(error)")
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
