import LodgingKafka
package import LodgingPipeline
import LodgingStore
import LodgingWire

/// The id index of a folder with a reader of the ledger for it that disturbs nobody else's reading.
package struct IdIndexFeed: Sendable {
  /// The number of partitions of the ledger.
  package let partitions: Int
  private let log: any EventLog
  private let index: SQLiteIdIndex
  private let folder: DataFolder
  private let version: LedgerVersion

  /// What is fetched ahead of each partition, in KiB: all of them are read, and none in a hurry.
  private static let aheadKilobytes = 256

  /// Makes a feed with connections of its own; nil on the embedded log, where no partition ever comes from another machine.
  init?(_ choice: LogChoice, index: SQLiteIdIndex, folder: DataFolder, partitions: Int, version: LedgerVersion) throws {
    guard case .kafka(var configuration) = choice else { return nil }
    // Its connections tell nothing: they would stand in for the validators' own in the figures.
    configuration.observer = nil
    configuration.readerSettings["queued.max.messages.kbytes"] = "\(Self.aheadKilobytes)"
    configuration.readerSettings["fetch.message.max.bytes"] = "\(Self.aheadKilobytes * 1024)"
    log = try KafkaEventLog(configuration)
    (self.index, self.folder, self.partitions, self.version) = (index, folder, partitions, version)
  }

  /// Joins the processes that feed the index of this folder, of which one does.
  func join() -> any PartitionGroup { FolderGroup.join("ids", in: folder.path, partitions: partitions) }

  /// Reads a slice of a partition's ledger into the index.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - recordsMax: How many records are read.
  /// - Returns: How far it came.
  /// - Throws: What log and index throw.
  package func advance(_ partition: Int, recordsMax: Int) throws -> IdIndexFeeder.Reach {
    try IdIndexFeeder(partition: partition, log: log, index: index, version: version).catchUp(recordsMax: recordsMax)
  }
}
