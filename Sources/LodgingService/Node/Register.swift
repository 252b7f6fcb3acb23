import Foundation
package import LodgingAudit
package import LodgingDomain
package import LodgingPipeline
package import LodgingStore
package import Logging

/// One register on one machine: the log, the keys, the directory and the read model of a data folder, opened together.
package final class Register: Sendable {
  /// The files.
  package let folder: DataFolder
  /// The clock that dates what is appended.
  package let clock: any PipelineClock
  /// The log.
  package let log: RegisterLog
  /// The keys.
  package let keys: FileKeyRing
  /// The resident directory.
  package let directory: ResidentReplica
  /// The read model.
  package let store: RegisterStore
  /// The units.
  package let catalogue: UnitCatalogue
  /// Where alarms and progress go.
  package let logger: Logger

  private let snapshots: FileSnapshotStore
  private let index: SQLiteIdIndex
  private let attempts: SQLiteAttemptJournal
  private let follower: RegisterFollower

  /// Opens the register of a folder; with `making`, makes what is missing.
  ///
  /// The ledger of the embedded log is begun where it is empty, that of a cluster by `lodging topics create` alone: an empty one may be one
  /// that was lost.
  ///
  /// Loops look for what other processes changed after `looking` at the earliest.
  ///
  /// Throws ``ServiceError/noRegister(_:)`` where there is none and none may be made, and what its parts throw.
  package convenience init(
    _ folder: DataFolder, log choice: LogChoice = .embedded, clock: any PipelineClock, logger: Logger, making: Bool
  ) throws {
    try self.init(folder, log: choice, clock: clock, logger: logger, making: making, looking: RegisterFollower.interval)
  }

  init(
    _ folder: DataFolder, log choice: LogChoice = .embedded, clock: any PipelineClock, logger: Logger, making: Bool,
    looking interval: Duration
  ) throws {
    guard making || folder.holds(choice) else { throw ServiceError.noRegister(folder.path) }
    self.folder = folder
    self.clock = clock
    self.logger = logger
    catalogue = try UnitFiles.catalogue()
    try folder.make()
    keys = try making ? FileKeyRing.openOrCreate(at: folder.keys) : FileKeyRing(opening: folder.keys)
    log = try RegisterLog(choice, folder: folder, clock: clock)
    directory = try ResidentReplica(folder: DirectoryFolder(path: folder.directory, key: keys.directoryKey))
    store = try RegisterStore(directory: folder.path, catalogue: catalogue)
    snapshots = try FileSnapshotStore(directory: folder.path)
    index = try SQLiteIdIndex(directory: folder.path)
    attempts = try SQLiteAttemptJournal(directory: folder.path)
    follower = RegisterFollower(keys: keys, directory: directory, log: log, clock: clock, logger: logger, interval: interval)
    try directory.follow(log)
    try keys.makeMonth(at: clock.now)
    guard log.isEmbedded else { return }
    _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: clock.now)
  }

  /// What a validator of this register works with.
  package func validatorContext(_ settings: ValidatorSettings) -> ValidatorContext {
    ValidatorContext(
      log: log, directory: directory, isCommune: { [catalogue] in catalogue.commune($0) != nil }, keys: keys, clock: clock,
      snapshots: snapshots, index: index, attempts: attempts, monitor: OperatorMonitor(logger: logger), settings: settings,
      changes: follower)
  }

  /// A loop that folds the ledger into the read model.
  package func makeProjectionLoop() throws -> ProjectionLoop {
    try ProjectionLoop(log: log, model: store, clock: clock, monitor: OperatorMonitor(logger: logger))
  }

  /// An audit of the logs.
  package func makeAudit() throws -> LedgerAudit {
    try LedgerAudit(log: log, chainKey: keys.currentChainKey.key)
  }

  /// The partition of an establishment.
  package func partition(of establishment: EstablishmentID) -> Int {
    establishment.withUTF8 { Partitioner.partition(of: $0, among: log.partitionCount) }
  }

  /// The incarnation of the events log that receipts name.
  package var incarnation: UInt32 { GenesisWriter.firstIncarnation }

  /// Takes over what other processes changed: keys and residents.
  ///
  /// Loops do so by themselves.
  package func refresh() throws { try follower.followNow() }
}

extension FileKeyRing {
  /// Makes the key of the month where there is none; one that is destroyed stays so, and the register can still be asked.
  func makeMonth(at time: Instant) throws(KeyRingError) {
    do {
      _ = try currentMonth(at: time)
    } catch {
      guard case .monthDestroyed = error else { throw error }
    }
  }

  /// Opens a key ring, or makes one where there is none; several processes may do so at the same moment.
  static func openOrCreate(at path: String) throws(KeyRingError) -> FileKeyRing {
    guard !FileManager.default.fileExists(atPath: path) else { return try FileKeyRing(opening: path) }
    do {
      return try FileKeyRing.create(at: path)
    } catch {
      guard case .exists = error else { throw error }
      return try FileKeyRing(opening: path)
    }
  }
}
