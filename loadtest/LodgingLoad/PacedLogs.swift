import Foundation
import LodgingDomain
import LodgingKafka
import LodgingPipeline
import LodgingService
import LodgingStore

/// The log of a paced measurement: one embedded log for everybody, as in a node, or a connection each on a cluster, as in processes.
struct PacedLogs: Sendable {
  private let embedded: EmbeddedLog?
  private let configuration: KafkaLogConfiguration?
  private let folder: LoadScratch

  init(brokers: String?, partitions: Int, folder: LoadScratch) throws {
    self.folder = folder
    guard let brokers else {
      let settings = LogSettings(partitions: partitions)
      (embedded, configuration) = (try EmbeddedLog(directory: folder.path + "/log", clock: SystemClock(), settings: settings), nil)
      return
    }
    (embedded, configuration) = (nil, LoadPlace.configuration(of: brokers))
  }

  /// How long the sender's connection gathers events for a batch.
  ///
  /// A mock cluster answers a fetch with one batch of a partition, so a log of batches of one event is read an event at a time.
  private static let senderLingerMilliseconds = 10

  /// A log for one of those who use it.
  func make(isSender: Bool = false) throws -> any EventLog {
    if let embedded { return embedded }
    guard var configuration else { throw LoadError.failed("there is no log") }
    if isSender { configuration.producerSettings["linger.ms"] = "\(Self.senderLingerMilliseconds)" }
    return try KafkaEventLog(configuration)
  }

  /// What a validator keeps.
  func scratch(_ number: Int) throws -> LoadScratch { try LoadScratch(at: "\(folder.path)/validator-\(number)") }

  /// Follows the ledger from its present end.
  func tail(_ log: any EventLog, marks: SentMarks) throws -> any LedgerTail {
    guard let configuration else { return try EmbeddedTail(log, marks: marks) }
    let ends = try marks.all.indices.map { try log.end(of: TopicPartition(.ledger, $0)) }
    return try KafkaTail(configuration, from: ends)
  }
}
