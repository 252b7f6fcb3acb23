public import LodgingDomain
public import LodgingWire

/// What a validator works with; every part is a port, so that the simulation runs the same code as production.
public struct ValidatorContext: Sendable {
  /// The log.
  public var log: any EventLog
  /// The resident directory's replica on this node.
  public var directory: any ResidentDirectory
  /// Whether a commune is one of the catalogue in force.
  public var isCommune: @Sendable (CommuneCode) -> Bool
  /// The keys.
  public var keys: any KeyRing
  /// The clock: it gates, it never enters a decision.
  public var clock: any PipelineClock
  /// Where snapshots lie.
  public var snapshots: any SnapshotStore
  /// Where forgotten ids lie.
  public var index: any IdIndex
  /// What is remembered of crashes.
  public var attempts: any AttemptJournal
  /// Who hears of trouble.
  public var monitor: any PipelineMonitor
  /// Limits and switches.
  public var settings: ValidatorSettings
  /// The newest version of the ledger that this validator knows; tests put it up to play a later program.
  public var version: LedgerVersion
  /// Who writes snapshots beside the thread that decides.
  public var background: any BackgroundWork
  /// Who takes over what other processes change, between two steps; nil where nothing outside of the log does.
  public var changes: (any ChangeFollower)?

  /// Makes a context from its parts.
  public init(
    log: any EventLog, directory: any ResidentDirectory, isCommune: @escaping @Sendable (CommuneCode) -> Bool, keys: any KeyRing,
    clock: any PipelineClock, snapshots: any SnapshotStore, index: any IdIndex, attempts: any AttemptJournal,
    monitor: any PipelineMonitor, settings: ValidatorSettings = ValidatorSettings(),
    background: any BackgroundWork = ImmediateWork(), changes: (any ChangeFollower)? = nil, version: LedgerVersion = .newest
  ) {
    self.log = log
    self.directory = directory
    self.isCommune = isCommune
    self.keys = keys
    self.clock = clock
    self.snapshots = snapshots
    self.index = index
    self.attempts = attempts
    self.monitor = monitor
    self.settings = settings
    self.background = background
    self.changes = changes
    self.version = version
  }
}

/// Limits and switches of a validator.
public struct ValidatorSettings: Sendable {
  /// Whether events with plain identity are taken; tests only.
  public var plainIsAllowed = false
  /// Events of one partition that are read at a time at most; where they fill a block, a step goes on with what waits behind.
  public var partitionEventsMax = 1024
  /// Events that one step decides at most over all partitions.
  public var stepEventsMax = 4096
  /// How many events of a step are read before they are decided: as many as lie together in a core's cache from the one to the other.
  public var blockEventsMax = 1024
  /// Submissions of one partition that may be in flight; fewer where the log takes no more beside those of the others.
  public var submissionsInFlightMax = 4
  /// Entries that may be in flight over all partitions, half of them shared out evenly: fewer than the 100,000 that a producer queues
  /// for a cluster.
  public var entriesInFlightMax = 90_000
  /// Entries between two snapshots of a partition, at least; a large state is written less often.
  public var snapshotEntries: Int64 = 20_000
  /// How old a snapshot is before it is published, in seconds.
  public var snapshotAgeMinSeconds: Int64 = 60
  /// How often the last counted entry and the last decided event are fetched again, in seconds.
  public var tailCheckSeconds: Int64 = 60
  /// How long a partition may be idle before its owner appends a tick, in seconds; nil appends none.
  public var tickAfterSeconds: Int64? = 60
  /// How far append times may be ahead of the validator's clock, in seconds.
  public var clockBehindMaxSeconds: Int64 = 120
  /// Records of the ledger that one step reads at most to bring the id index of a partition up to date.
  public var indexRecordsMax = 32_768
  /// Entries of the ledger that one step folds at most to restore states, over all partitions; those that are restored are decided in between.
  public var restoreEntriesMax = 4096
  /// Stays of one partition whose identities are looked for in its ledger at a time.
  public var resealWaveMax = 65_536
  /// Partitions of one validator whose stays are sealed anew at a time at most, since what is found of them lies in memory until then: about
  /// a kilobyte a stay.
  public var resealingMax = 4
  /// Ledger records of one partition that one step reads at most to find identities.
  public var resealScanRecordsMax = 2048
  /// Identities of one partition that one step seals anew at most.
  public var resealsMax = 256
  /// How often an event may be claimed without getting on before it is decided alone.
  public var claimsBeforeCautionMax = 3
  /// How often an event may be begun alone and not ended before it goes into quarantine.
  public var deathsMax = 5

  /// The defaults.
  public init() {}
}
