public import LodgingDomain
public import LodgingPipeline

/// The stores beside the log as one process sees them: they stop answering when its power is cut.
public struct PoweredSnapshots: SnapshotStore {
  private let store: any SnapshotStore
  private let power: SimulatedPower

  /// Puts a process before a store.
  public init(_ store: any SnapshotStore, power: SimulatedPower) {
    self.store = store
    self.power = power
  }

  /// The snapshots of a partition.
  public func list(partition: Int) throws -> [SnapshotName] {
    try power.spend()
    return try store.list(partition: partition)
  }

  /// The bytes of a snapshot.
  public func load(_ name: SnapshotName) throws -> [UInt8]? {
    try power.spend()
    return try store.load(name)
  }

  /// Publishes a snapshot.
  public func publish(_ bytes: [UInt8], as name: SnapshotName) throws {
    try power.spend()
    try store.publish(bytes, as: name)
  }
}

/// The id index as one process sees it.
public struct PoweredIndex: IdIndex {
  private let index: any IdIndex
  private let power: SimulatedPower

  /// Puts a process before an index.
  public init(_ index: any IdIndex, power: SimulatedPower) {
    self.index = index
    self.power = power
  }

  /// The position of a partition.
  public func position(partition: Int) throws -> ChainPosition? {
    try power.spend()
    return try index.position(partition: partition)
  }

  /// Adds news and moves the position.
  public func add(
    _ news: [IdIndexNews], partition: Int, after before: ChainPosition?, position: ChainPosition
  ) throws -> Bool {
    try power.spend()
    return try index.add(news, partition: partition, after: before, position: position)
  }

  /// The registration of an event.
  public func find(_ event: EventID, at establishment: EstablishmentID, partition: Int) throws -> RegisteredEvent? {
    try power.spend()
    return try index.find(event, at: establishment, partition: partition)
  }

  /// Empties a partition's index.
  public func clear(partition: Int, standingAt position: ChainPosition) throws {
    try power.spend()
    try index.clear(partition: partition, standingAt: position)
  }
}

/// The attempt journal as one process sees it.
public struct PoweredJournal: AttemptJournal {
  private let journal: any AttemptJournal
  private let power: SimulatedPower

  /// Puts a process before a journal.
  public init(_ journal: any AttemptJournal, power: SimulatedPower) {
    self.journal = journal
    self.power = power
  }

  /// Notes a claim.
  public func claim(partition: Int, next source: Int64) throws -> Int {
    try power.spend()
    return try journal.claim(partition: partition, next: source)
  }

  /// Notes an attempt.
  public func begin(partition: Int, source: Int64) throws -> Int {
    try power.spend()
    return try journal.begin(partition: partition, source: source)
  }

  /// Forgets what was tried.
  public func clear(partition: Int) throws {
    try power.spend()
    try journal.clear(partition: partition)
  }
}

/// A read model as one process sees it.
public struct PoweredModel: ReadModel {
  private let model: any ReadModel
  private let power: SimulatedPower

  /// Puts a process before a read model.
  public init(_ model: any ReadModel, power: SimulatedPower) {
    self.model = model
    self.power = power
  }

  /// Where each partition stands.
  public func positions() throws -> [Int: ProjectionPosition] {
    try power.spend()
    return try model.positions()
  }

  /// Writes a batch.
  public func commit(_ batch: ProjectionBatch) throws {
    try power.spend()
    try model.commit(batch)
  }

  /// Empties everything.
  public func reset() throws {
    try power.spend()
    try model.reset()
  }
}

/// The resident directory as one process sees it; a question about one person takes the process down.
public struct PoweredDirectory: ResidentDirectory {
  private let directory: any ResidentDirectory
  private let power: SimulatedPower
  private let deadlyKey: UInt64?

  /// Puts a process before a directory; whoever asks for `deadlyKey` dies.
  public init(_ directory: any ResidentDirectory, power: SimulatedPower, deadlyKey: UInt64? = nil) {
    self.directory = directory
    self.power = power
    self.deadlyKey = deadlyKey
  }

  /// The version that answers now.
  public var version: UInt64 { directory.version }

  /// Answers a batch of questions.
  public func lookUp(
    _ questions: borrowing [ResidentQuestion], into answers: inout [ResidentAnswer], whole: (Int) -> PersonFingerprints
  ) throws -> UInt64 {
    try power.spend()
    for index in questions.indices where questions[index].key == deadlyKey { power.cut(after: 0) }
    try power.spend()
    return try directory.lookUp(questions, into: &answers, whole: whole)
  }
}
