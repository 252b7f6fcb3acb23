package import LodgingAudit
package import LodgingDomain
package import LodgingPipeline
package import LodgingStore
package import LodgingWire
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
  /// The notices that stays are held against.
  package let notices: NoticeBook
  /// The units.
  package let catalogue: UnitCatalogue
  /// Where alarms and progress go.
  package let logger: Logger
  /// Whether nothing of the folder may change.
  package let isReadOnly: Bool
  /// The newest version of the ledger that this program knows.
  package let version: LedgerVersion
  /// Where the pipeline's alarms become lines of the log.
  let monitor: OperatorMonitor

  private let comparing: ComparingDirectory
  private let memory: ValidatorMemory?
  private let follower: RegisterFollower
  private let choice: LogChoice

  /// What a register is opened for.
  package enum Purpose: Sendable {
    /// To answer questions: nothing of the folder changes, and it may lie where nothing can be written.
    case reading
    /// To answer questions on a cluster: what the read model lacks of the ledger is folded into it, and nothing is decided here.
    case asking
    /// To append and decide.
    case writing
    /// The same, and what is missing is made.
    case making
    /// To load residents, over a directory that may be damaged; what is missing is made. With `startingAnew` nothing of it is needed.
    case loadingResidents(startingAnew: Bool)

    fileprivate var isMaking: Bool {
      switch self {
      case .reading, .asking, .writing: false
      case .making, .loadingResidents: true
      }
    }

    fileprivate var isReading: Bool { if case .reading = self { true } else { false } }

    /// Whether keys and residents are only looked at, and no validator's memory is opened.
    fileprivate var decidesNothing: Bool {
      switch self {
      case .reading, .asking: true
      case .writing, .making, .loadingResidents: false
      }
    }
  }

  /// Opens the register of a folder; with `making`, makes what is missing.
  package convenience init(
    _ folder: DataFolder, log choice: LogChoice = .embedded, clock: any PipelineClock, logger: Logger, making: Bool,
    version: LedgerVersion = .newest
  ) throws {
    try self.init(folder, log: choice, clock: clock, logger: logger, for: making ? .making : .writing, version: version)
  }

  /// Opens the register of a folder.
  ///
  /// The ledger of the embedded log is begun where it is empty, that of a cluster by `lodging topics create` alone: an empty one may be one
  /// that was lost. Keys are made with a new log and never beside one.
  ///
  /// Loops look for what other processes changed after `looking` at the earliest. `version` is the newest version of the ledger that the
  /// program knows: this one's own, except where tests play the next program.
  ///
  /// Throws ``ServiceError/noRegister(_:)`` where there is none and none may be made, ``ServiceError/keysMissing(_:)`` where its keys are
  /// gone, ``ServiceError/logLost(_:)`` where its log is, ``ServiceError/foreignKeys(_:)`` where they are not those of a cluster's ledger,
  /// ``ServiceError/noAccess(path:reason:)`` where the folder cannot be looked into or, as far as that is needed, written to, and what its
  /// parts throw; the first five with nothing changed.
  package init(
    _ folder: DataFolder, log choice: LogChoice = .embedded, clock: any PipelineClock, logger: Logger, for purpose: Purpose,
    looking interval: Duration = RegisterFollower.interval, version: LedgerVersion = .newest
  ) throws {
    guard try purpose.isMaking || folder.holds(choice) else { throw folder.missing(choice) }
    if !purpose.isReading { try folder.checkWritable() }
    self.folder = folder
    self.choice = choice
    self.clock = clock
    self.logger = logger
    self.version = version
    isReadOnly = purpose.isReading
    monitor = OperatorMonitor(logger: logger)
    catalogue = try UnitFiles.catalogue()
    keys = try Self.openKeys(of: folder, choice, for: purpose)
    notices = NoticeBook(of: keys)
    log = try RegisterLog(choice, folder: folder, clock: clock, isReadOnly: isReadOnly, knowing: version)
    // On one machine keys and log lie in one folder, and the audit tells what is wrong with the first entry.
    if let ledger = log.ledgerID, ledger != keys.ledgerID { throw ServiceError.foreignKeys(folder.keys) }
    if log.isEmbedded, try log.end(of: TopicPartition(.ledger, 0)) == 0 { try folder.checkNothingFolded() }
    directory = try Self.openDirectory(
      DirectoryFolder(path: folder.directory, key: keys.directoryKey), isOneOfMany: !log.isEmbedded, for: purpose)
    comparing = ComparingDirectory(directory, logger: logger)
    store =
      try isReadOnly
      ? RegisterStore(reading: folder.path, catalogue: catalogue) : RegisterStore(directory: folder.path, catalogue: catalogue)
    memory = try purpose.decidesNothing ? nil : ValidatorMemory(folder)
    follower = RegisterFollower(
      keys: keys, makesMonths: log.isEmbedded, directory: directory, log: log, clock: clock, logger: logger, interval: interval)
    try directory.follow(log)
    // Nodes of a cluster have copies of one key ring: a month that each made by itself would be another one everywhere.
    guard !isReadOnly, log.isEmbedded else { return }
    try keys.makeMonth(at: clock.now)
    _ = try GenesisWriter.begin(log: log, ledgerID: keys.ledgerID, chain: keys.currentChainKey, now: clock.now)
  }

  private static func openKeys(of folder: DataFolder, _ choice: LogChoice, for purpose: Purpose) throws -> FileKeyRing {
    if case .embedded = choice, try !folder.hasLog() {
      // The keys come before the log, so that no log is ever without them.
      try folder.make()
      return try FileKeyRing.openOrCreate(at: folder.keys)
    }
    if case .kafka = choice, try !folder.holds(choice) { throw folder.missing(choice) }
    try folder.checkKeys()
    return try purpose.decidesNothing ? FileKeyRing(reading: folder.keys) : FileKeyRing(opening: folder.keys)
  }

  private static func openDirectory(_ folder: DirectoryFolder, isOneOfMany: Bool, for purpose: Purpose) throws -> ResidentReplica {
    switch purpose {
    case .writing, .making: return try ResidentReplica(folder: folder, isOneOfMany: isOneOfMany)
    case .reading, .asking: return ResidentReplica(puttingUpWith: folder, isOneOfMany: isOneOfMany)
    case .loadingResidents(let startingAnew):
      let replica = ResidentReplica(puttingUpWith: folder, isOneOfMany: isOneOfMany)
      if let fault = replica.fault, !startingAnew, !fault.isLoss { throw fault }
      return replica
    }
  }

  /// What a validator of this register works with; alarms go to `monitor`, or to the logger where there is none.
  ///
  /// Throws ``ServiceError/openedForReading`` where the register may only be read.
  package func validatorContext(_ settings: ValidatorSettings, monitor other: (any PipelineMonitor)? = nil) throws -> ValidatorContext {
    guard let memory else { throw ServiceError.openedForReading }
    return ValidatorContext(
      log: log, directory: comparing, isCommune: { [catalogue] in catalogue.commune($0) != nil }, keys: keys, clock: clock,
      snapshots: memory.snapshots, index: memory.index, attempts: memory.attempts, monitor: other ?? monitor,
      settings: settings, background: memory.background, changes: follower, version: version)
  }

  /// What keeps the id index complete for partitions that others decide now; nil on the embedded log.
  ///
  /// Throws ``ServiceError/openedForReading`` where the register may only be read, and what the cluster throws.
  package func makeIdIndexFeed() throws -> IdIndexFeed? {
    guard let memory else { throw ServiceError.openedForReading }
    return try IdIndexFeed(choice, index: memory.index, folder: folder, partitions: log.partitionCount, version: version)
  }

  /// A loop that folds the ledger into the read model; alarms go to `monitor`, or to the logger where there is none.
  package func makeProjectionLoop(monitor other: (any PipelineMonitor)? = nil) throws -> ProjectionLoop {
    try ProjectionLoop(
      log: log, model: store, clock: clock, monitor: other ?? monitor, version: version, notices: notices, background: SerialWork())
  }

  /// An audit of the logs.
  package func makeAudit() throws -> LedgerAudit {
    try LedgerAudit(log: log, keys: keys, version: version)
  }

  /// The month whose key is sealed to now; made where there is none and this is the register's only folder.
  ///
  /// Throws ``ServiceError/noMonth(_:)`` where a node of a cluster has no key for it, and what the key ring throws.
  package func sealingMonth() throws -> KeyRingMonth {
    guard !log.isEmbedded, keys.month(KeyMonth(containing: clock.now)) == nil else { return try keys.currentMonth(at: clock.now) }
    throw ServiceError.noMonth(folder.keys)
  }

  /// The partition of an establishment.
  package func partition(of establishment: EstablishmentID) -> Int {
    establishment.withUTF8 { Partitioner.partition(of: $0, among: log.partitionCount) }
  }

  /// Takes over what other processes changed: keys and residents.
  ///
  /// Loops do so by themselves.
  package func refresh() throws { try follower.followNow() }

  /// The same for a loop, now and then: what cannot be taken over is told, and what was known stays in force.
  func follow() { follower.follow() }

  /// Why the key ring cannot be taken over; nil where it can.
  var keyTrouble: String? { follower.keyTrouble }
}

/// What validators of one folder remember beside the ledger; snapshots may lie where other machines read them too.
private struct ValidatorMemory: Sendable {
  let snapshots: FileSnapshotStore
  let index: SQLiteIdIndex
  let attempts: SQLiteAttemptJournal
  /// One for all validators, so that one state is encoded at a time.
  let background = SerialWork()

  init(_ folder: DataFolder) throws {
    snapshots = try FileSnapshotStore(folder: folder.snapshots)
    index = try SQLiteIdIndex(directory: folder.path)
    attempts = try SQLiteAttemptJournal(directory: folder.path)
  }
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
}
