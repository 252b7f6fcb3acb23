package import LodgingDomain
package import LodgingPipeline
package import LodgingWire
import Synchronization

/// A read model of dictionaries that tells what of it is to be published, all worked out anew from its rows.
package final class MemoryPublication: ReadModel, PublicationSource, Sendable {
  private struct State: Sendable {
    var changes = PublicationChanges()
    var alerts: [Digest128: PublishedAlert] = [:]
  }

  /// The rows.
  package let model = MemoryReadModel()
  private let state = Mutex(State())

  /// An empty read model.
  package init() {}

  /// The province of a commune: the first two of its five digits.
  package static func province(of commune: CommuneCode) -> ProvinceCode? { ProvinceCode(number: UInt8(commune.number / 1000)) }

  /// The alerts that stand, by id.
  package var standing: [Digest128: PublishedAlert] { state.withLock { $0.alerts } }

  package func positions() throws -> [Int: ProjectionPosition] { try model.positions() }

  package func commit(_ batch: ProjectionBatch) throws {
    try model.commit(batch)
    let contents = model.contents
    let alerts = Self.alerts(of: contents)
    state.withLock { state in
      state.changes.positions.merge(batch.positions) { $1 }
      for id in batch.occupancy.keys { state.changes.establishments[id] = contents.placed(id) }
      for id in Set(alerts.keys).union(state.alerts.keys) where alerts[id] != state.alerts[id] { state.changes.alerts.insert(id) }
      state.alerts = alerts
    }
  }

  package func reset() throws {
    try model.reset()
    state.withLock { state in
      state = State()
      state.changes.isReplaced = true
    }
  }

  package func takeChanges() -> PublicationChanges {
    state.withLock { state in
      defer { state.changes = PublicationChanges() }
      return state.changes
    }
  }

  package func everything() throws -> PublicationContents {
    _ = takeChanges()
    let contents = model.contents
    let establishments = contents.occupancy.keys.map { ($0, contents.placed($0)) }
    return PublicationContents(
      positions: contents.positions,
      establishments: Dictionary(uniqueKeysWithValues: establishments.compactMap { id, placed in placed.map { (id, $0) } }),
      alerts: Array(standing.keys))
  }

  package func alerts(_ ids: [Digest128]) throws -> [Digest128: PublishedAlert] { standing.filter { ids.contains($0.key) } }

  private static func alerts(of contents: MemoryReadModel.Contents) -> [Digest128: PublishedAlert] {
    var alerts: [Digest128: PublishedAlert] = [:]
    for alert in contents.alerts(kilometers: { $0 == $1 ? 0 : 1000 }) {
      let id = Array(alert.subject.utf8).withUnsafeBytes { KeyedHash.digest(key: SipKey(low: 0, high: 0), bytes: $0) }
      let commune = contents.establishments[alert.establishment]?.details.commune
      let units = [commune.flatMap(province).map(UnitCode.province), commune.map(UnitCode.commune), .establishment(alert.establishment)]
      alerts[id] = PublishedAlert(id: id, alert: alert, units: units.compactMap { $0 })
    }
    return alerts
  }
}

extension MemoryReadModel.Contents {
  fileprivate func placed(_ id: EstablishmentID) -> PlacedOccupancy? {
    guard let row = establishments[id], let counted = occupancy[id] else { return nil }
    return PlacedOccupancy(partition: row.partition, commune: counted.commune, occupancy: counted.occupancy)
  }
}
