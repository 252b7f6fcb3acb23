import GRDB
public import LodgingDomain
public import LodgingPipeline
import Synchronization

/// The register, receipts, occupancy, alerts and quarantine in one SQLite file, `register.sqlite`.
///
/// A commit waits for no disk (`synchronous = NORMAL`): the file is a fold of the ledger whose position moves in the same transaction as
/// its tables, so what a power cut takes away at its end is folded again, and what is there is whole. Several processes may read; of
/// those that write, one wins and the others are told (``StoreError/Code/overtaken``), so that nothing is added twice.
public final class RegisterStore: ReadModel {
  let file: StoreFile
  let catalogue: UnitCatalogue
  let copies: RegisterCopies
  /// Where this store last saw each partition.
  private let seen = Mutex<[Int: ChainPosition]>([:])
  /// The notices that stays are held against.
  private let notices = Mutex<HeldNotices>(.unknown)
  /// How far the deferred indexes are moved.
  private let moves = Mutex(IndexMoves())
  /// Who is told what is committed; nobody unless somebody publishes.
  let publication = Mutex<RegisterPublication?>(nil)

  /// The name of the file in its folder.
  public static let fileName = "register.sqlite"

  /// Opens the register of a folder, or makes an empty one.
  ///
  /// - Parameters:
  ///   - directory: The folder; it is made where it is missing.
  ///   - catalogue: The units, for distances between communes.
  /// - Throws: ``StoreError``; the file is left as it was.
  public convenience init(directory: String, catalogue: UnitCatalogue) throws(StoreError) {
    try self.init(directory: directory, catalogue: catalogue, settings: Self.settings)
  }

  /// The same with other rules for copies.
  package convenience init(directory: String, catalogue: UnitCatalogue, copies: RegisterCopies.Settings) throws(StoreError) {
    try self.init(directory: directory, catalogue: catalogue, settings: Self.settings, copies: copies)
  }

  /// Opens the register of a folder to read it, and changes nothing there; where there is none, an empty one is read.
  ///
  /// - Parameters:
  ///   - directory: The folder.
  ///   - catalogue: The units, for distances between communes.
  /// - Throws: ``StoreError``, also for a register that an earlier version wrote.
  public init(reading directory: String, catalogue: UnitCatalogue) throws(StoreError) {
    self.catalogue = catalogue
    let path = "\(directory)/\(Self.fileName)"
    copies = RegisterCopies(register: path, settings: RegisterCopies.Settings())
    file = try StoreFile(reading: path, settings: Self.settings, migrator: RegisterSchema.migrator, remedy: .register)
  }

  init(
    directory: String, catalogue: UnitCatalogue, settings: StoreFile.Settings, copies: RegisterCopies.Settings = RegisterCopies.Settings()
  ) throws(StoreError) {
    self.catalogue = catalogue
    let path = "\(directory)/\(Self.fileName)"
    self.copies = RegisterCopies(register: path, settings: copies)
    file = try StoreFile(path: path, settings: settings, migrator: RegisterSchema.migrator, remedy: .register)
  }

  /// The pages that a batch touches stay in memory from batch to batch, and are written back to the file once for many batches.
  static let settings = StoreFile.Settings(
    writerCacheBytes: 96 * 1024 * 1024, readerCacheBytes: 8 * 1024 * 1024, walBytes: 128 * 1024 * 1024)

  /// Where each partition's fold stands, with its state put together again from the tables.
  ///
  /// The state's event ids are left out: a projection does not need them.
  public func positions() throws -> [Int: ProjectionPosition] {
    let positions = try file.read { try StateReader($0).positions() }
    seen.withLock { $0 = positions.mapValues(\.position) }
    moves.withLock { $0 = IndexMoves() }
    notices.withLock { $0 = .unknown }
    return positions
  }

  /// Writes a batch in one transaction.
  ///
  /// Throws ``StoreError`` with nothing written. After `overtaken` the fold must begin again at ``positions()``.
  public func commit(_ batch: ProjectionBatch) throws {
    let plans = StayPlans(batch)
    let seen = seen.withLock { $0 }
    let publication = publication.withLock { $0 }
    let touched = publication.map { _ in TouchedAlerts() }
    let before = notices.withLock { $0 }
    let after = before.taking(batch.notices)
    var moves = moves.withLock { $0 }
    try file.write { db in
      for partition in batch.positions.keys where try Self.position(db, partition) != seen[partition] {
        throw StoreError(
          code: .overtaken, path: file.path, detail: "partition \(partition)", remedy: StoreError.Code.overtaken.advice)
      }
      let documents = try write(batch, plans, db, touched, &moves)
      try NoticeComparison(db, alerts: try AlertWriter(db, touched: touched))
        .judge(documents, before: before, after: after, isChanged: batch.notices != nil)
    }
    notices.withLock { $0 = after }
    self.moves.withLock { [moves] in $0 = moves }
    publication?.note(batch, alerts: touched?.ids ?? [])
    self.seen.withLock { $0.merge(batch.positions.mapValues(\.position)) { $1 } }
  }

  /// Empties all tables.
  public func reset() throws {
    try file.write { db in
      for table in RegisterSchema.tables { try db.execute(sql: "DELETE FROM \(table)") }
    }
    forgetPositions()
  }

  /// After the tables were replaced.
  func forgetPositions() {
    seen.withLock { $0 = [:] }
    moves.withLock { $0 = IndexMoves() }
    notices.withLock { $0 = .unknown }
    publication.withLock { $0 }?.noteReplacement()
  }

  /// Writes all but what follows from notices, and returns the stays whose documents were touched.
  private func write(
    _ batch: ProjectionBatch, _ plans: StayPlans, _ db: Database, _ touched: TouchedAlerts?, _ moves: inout IndexMoves
  ) throws -> [TouchedDocument] {
    let places = try PlaceWriter(db)
    let alerts = try AlertWriter(db, touched: touched)
    try places.write(batch.establishments, batch.occupancy)
    var stays = try StayWriter(db)
    try stays.write(plans)
    try VerdictWriter(db).write(batch.receipts, batch.quarantine, batch.replays)
    for (key, flow) in batch.flows.sorted(by: { ($0.key.day, $0.key.establishment) < ($1.key.day, $1.key.establishment) }) {
      let day = try places.add(flow, to: key)
      try alerts.judgeFailures(key, checkIns: day.checkIns, failed: day.failed)
    }
    for plan in plans.plans { try alerts.judgeIdentity(plan, isNew: plan.isOpened && !stays.reopened.contains(plan.reference)) }
    for (partition, standing) in batch.standing { try alerts.replaceStanding(standing, in: partition) }
    var comparison = try DocumentComparison(db, catalogue: catalogue, alerts: alerts)
    try comparison.judge(stays.touched, moved: batch.occupancy.filter(\.value.isMove).map(\.key))
    for (partition, progress) in batch.positions { try places.put(progress, of: partition) }
    // An alert is published with its establishment's commune.
    for (id, change) in batch.occupancy where change.isMove { try touched?.note(alertsOf: id, db) }
    try DeferredIndex.stayPlaces.move(db, added: stays.addedPlaces, &moves.stayPlaces)
    try DeferredIndex.fingerprints.move(db, added: stays.addedFingerprints, &moves.fingerprints)
    return stays.touched
  }

  private static func position(_ db: Database, _ partition: Int) throws -> ChainPosition? {
    let statement = try StoreStatement(db, #"SELECT "offset", chain, source FROM positions WHERE partition = ?1"#)
    statement.bind(partition, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.stop() }
    return ChainPosition(offset: statement.int(0), chain: try statement.digest(1), source: statement.int(2))
  }
}

/// How far a writer has moved the deferred indexes.
private struct IndexMoves: Sendable {
  var stayPlaces = DeferredIndex.Progress()
  var fingerprints = DeferredIndex.Progress()
}

extension OccupancyChange {
  /// Whether the establishment lies in another commune than before.
  fileprivate var isMove: Bool { before.map { $0.commune != after.commune } ?? false }
}
