import ArgumentParser
import Foundation
import LodgingKafka
import LodgingPipeline
import LodgingService

/// Where the data of a measurement lies, and the log that carries it.
struct LoadPlace: ParsableArguments {
  @Option(help: "The folder that was prepared.") var data: String
  @Option(help: "Brokers of a cluster, host:port,…; its topics must be there.") var brokers: String

  /// What reaching the cluster takes; producers' times are taken, since a mock cluster has no others.
  static func configuration(of brokers: String) -> KafkaLogConfiguration {
    var configuration = KafkaLogConfiguration(bootstrapServers: brokers) { level, line in
      if level <= 4 { FileHandle.standardError.write(Data((line + "\n").utf8)) }
    }
    configuration.allowsCreateTime = true
    return configuration
  }

  func log() throws -> KafkaEventLog { try KafkaEventLog(Self.configuration(of: brokers)) }
}
