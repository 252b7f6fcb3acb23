public import LodgingDomain
public import LodgingPipeline
import Synchronization

/// A read model of dictionaries: what a projection wrote, row by row, for tests to compare.
public final class MemoryReadModel: ReadModel {
  private struct State: Sendable {
    var contents = Contents()
    var failures = 0
    /// Whether notices came since somebody went on from the positions.
    var areNoticesKnown = false
  }

  /// The error of a commit that was told to fail.
  public struct CommitFailed: Error, Sendable {}

  private let state = Mutex(State())

  /// An empty read model.
  public init() {}

  /// Everything that was written.
  public var contents: Contents { state.withLock { $0.contents } }

  /// Makes the next commits fail; nothing of them is written.
  public func failCommits(_ count: Int) { state.withLock { $0.failures = count } }

  /// Where each partition stands, with its state put together again from the rows.
  public func positions() throws -> [Int: ProjectionPosition] {
    let contents = state.withLock { state in
      state.areNoticesKnown = false
      return state.contents
    }
    var result: [Int: ProjectionPosition] = [:]
    for (partition, progress) in contents.positions {
      guard let state = contents.partitionState(partition, now: progress.now) else { continue }
      result[partition] = ProjectionPosition(position: progress.position, state: state)
    }
    return result
  }

  /// Writes a batch; throws ``CommitFailed`` while commits are told to fail.
  public func commit(_ batch: ProjectionBatch) throws {
    try state.withLock { state in
      guard state.failures == 0 else {
        state.failures -= 1
        throw CommitFailed()
      }
      state.contents.apply(batch)
      state.areNoticesKnown = state.areNoticesKnown || batch.notices != nil
      if !state.areNoticesKnown { state.contents.notices = nil }
    }
  }

  /// Empties everything.
  public func reset() throws { state.withLock { $0.contents = Contents() } }
}

extension MemoryReadModel {
  /// The rows of a read model.
  public struct Contents: Sendable {
    /// How far each partition got.
    public var positions: [Int: PartitionProgress] = [:]
    /// The establishments.
    public var establishments: [EstablishmentID: EstablishmentRow] = [:]
    /// The stays, closed ones included.
    public var stays: [StayReference: StayRow] = [:]
    /// The verdicts.
    public var receipts: [SourceKey: ReceiptRow] = [:]
    /// The records that are no events.
    public var quarantine: [SourceKey: QuarantineRow] = [:]
    /// The figures of each establishment, with the commune that they count for.
    public var occupancy: [EstablishmentID: OccupancyChange.Counted] = [:]
    /// The flows of each establishment and day.
    public var flows: [FlowKey: Flow] = [:]
    /// The alerts about establishments of each partition.
    public var standing: [Int: [Alert]] = [:]
    /// The notices that stays are held against.
    package var notices: NoticeSet?
    /// Entries that were written.
    public var entries = 0
  }

  /// A place on the events topic.
  public struct SourceKey: Hashable, Sendable {
    /// The partition.
    public var partition: Int
    /// The offset.
    public var source: Int64

    /// Makes a key from its parts.
    public init(partition: Int, source: Int64) {
      self.partition = partition
      self.source = source
    }
  }

  /// One stay as it was told last.
  public struct StayRow: Hashable, Sendable {
    /// The partition that it lives on.
    public var partition: Int
    /// Where it stands.
    public var presence: RecordedPresence
    /// Its last form.
    public var stay: Stay
    /// What the last check-in or amendment told.
    public var told: StayUpdate.Told?
    /// When the guest left, where that was said.
    public var departed: Instant?
  }
}

extension MemoryReadModel.Contents {
  /// Guests, rooms and beds of a unit, added up from the establishments; `province` says which province a commune belongs to.
  public func occupancy(where isInside: (CommuneCode) -> Bool) -> Occupancy {
    occupancy.values.filter { isInside($0.commune) }.reduce(Occupancy()) { $0 + $1.occupancy }
  }

  /// All alerts that hold, worked out anew from the rows; `kilometers` is the distance between two communes.
  public func alerts(kilometers: (CommuneCode, CommuneCode) -> Double?) -> Set<Alert> {
    var alerts = Set(standing.values.joined())
    for (reference, row) in stays where row.presence != .cancelled {
      guard let told = row.told else { continue }
      if let alert = AlertRules.identityMismatch(codes: told.codes, stay: reference, at: row.stay.arrival) { alerts.insert(alert) }
    }
    for (key, flow) in flows {
      let start = LocalZone.vietnam.startOfDay(key.day)
      let alert = AlertRules.failedIdentities(key.establishment, day: key.day, failed: flow.failed, checkIns: flow.checkIns, at: start)
      if let alert { alerts.insert(alert) }
    }
    return alerts.union(documentAlerts(kilometers: kilometers)).union(noticeAlerts)
  }

  /// Each notice against each stay.
  private var noticeAlerts: Set<Alert> {
    var alerts: Set<Alert> = []
    for notice in notices?.notices.values.map({ $0 }) ?? [] {
      for (reference, row) in stays where notice.names(row.told?.fingerprints ?? []) {
        if let stay = documentStay(reference), let alert = AlertRules.noticeMatch(notice, stay) { alerts.insert(alert) }
      }
    }
    return alerts
  }

  private func documentAlerts(kilometers: (CommuneCode, CommuneCode) -> Double?) -> Set<Alert> {
    var holders: [DocumentFingerprint: [StayReference]] = [:]
    for (reference, row) in stays {
      for fingerprint in Set(row.told?.fingerprints ?? []) { holders[fingerprint, default: []].append(reference) }
    }
    var alerts: Set<Alert> = []
    for references in holders.values where (2...AlertRules.staysOfDocumentMax).contains(references.count) {
      for (index, left) in references.enumerated() {
        for right in references[(index + 1)...] { alerts.formUnion(compare(left, right, kilometers: kilometers)) }
      }
    }
    return alerts
  }

  private func compare(_ left: StayReference, _ right: StayReference, kilometers: (CommuneCode, CommuneCode) -> Double?) -> [Alert] {
    guard let leftStay = documentStay(left), let rightStay = documentStay(right), let from = establishments[left.establishment],
      let to = establishments[right.establishment]
    else { return [] }
    return AlertRules.compare(leftStay, rightStay, kilometers: kilometers(from.details.commune, to.details.commune))
  }

  private func documentStay(_ reference: StayReference) -> DocumentStay? {
    guard let row = stays[reference], row.presence != .cancelled else { return nil }
    return DocumentStay(reference: reference, arrival: row.stay.arrival, departure: row.stay.departure, departed: row.departed)
  }
}

extension MemoryReadModel.Contents {
  /// Adds a batch as ``ReadModel/commit(_:)`` says.
  mutating func apply(_ batch: ProjectionBatch) {
    positions.merge(batch.positions) { $1 }
    establishments.merge(batch.establishments) { $1 }
    for update in batch.stays { apply(update) }
    for reseal in batch.reseals { apply(reseal) }
    for receipt in batch.receipts {
      receipts[MemoryReadModel.SourceKey(partition: receipt.partition, source: receipt.source)] = receipt
    }
    for row in batch.quarantine { quarantine[MemoryReadModel.SourceKey(partition: row.partition, source: row.source)] = row }
    for (id, change) in batch.occupancy { occupancy[id] = change.after }
    for (key, flow) in batch.flows { flows[key, default: Flow()] += flow }
    standing.merge(batch.standing) { $1 }
    notices = batch.notices ?? notices
    entries += batch.entries
  }

  private mutating func apply(_ update: StayUpdate) {
    let old = stays[update.reference]
    stays[update.reference] = MemoryReadModel.StayRow(
      partition: update.partition, presence: RecordedPresence(after: update.change, presence: update.stay.presence), stay: update.stay,
      told: update.told ?? old?.told, departed: update.departed ?? old?.departed)
  }

  /// What was sealed anew before the last telling is of no interest any more.
  private mutating func apply(_ reseal: ResealRow) {
    guard let told = stays[reseal.reference]?.told, told.identityOffset < reseal.identityOffset else { return }
    stays[reseal.reference]?.stay.month = reseal.month
    stays[reseal.reference]?.told?.identityOffset = reseal.identityOffset
    stays[reseal.reference]?.told?.fingerprints += reseal.fingerprints.filter { !told.fingerprints.contains($0) }
  }

  /// A partition's state without ids, put together from the rows.
  func partitionState(_ partition: Int, now: Instant) -> PartitionState? {
    var open: [EstablishmentID: [EventID: Stay]] = [:]
    for (reference, row) in stays where row.partition == partition && row.presence.presence != nil {
      open[reference.establishment, default: [:]][reference.stay] = row.stay
    }
    let rows = establishments.filter { $0.value.partition == partition }.sorted { $0.value.ordinal < $1.value.ordinal }
    let states = rows.map { id, row in
      EstablishmentState(
        id: id, details: row.details, status: row.status, lastReport: row.lastReport, overSince: row.overSince, stays: open[id] ?? [:])
    }
    return PartitionState(now: now, forgottenThrough: -1, establishments: states, registrations: [])
  }
}
