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
    // A mock cluster holds a fetch that finds nothing for its whole time, whatever comes meanwhile.
    configuration.readerSettings["fetch.wait.max.ms"] = "\(KafkaTail.fetchWaitMilliseconds)"
    return configuration
  }

  func log() throws -> KafkaEventLog { try KafkaEventLog(Self.configuration(of: brokers)) }
}
