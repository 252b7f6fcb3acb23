package import LodgingDomain
package import LodgingPipeline
package import LodgingWire
import Synchronization

/// What a register has to be published, noted while it is committed.
///
/// Nothing is kept for it in the file: whoever begins to publish reads the whole register once, and is told what changes from then on.
package final class RegisterPublication: PublicationSource, Sendable {
  private let store: RegisterStore
  private let changes = Mutex(PublicationChanges())

  /// Begins to note what is committed to a register; one publisher at a time is told.
  package init(_ store: RegisterStore) {
    self.store = store
    store.publication.withLock { $0 = self }
  }

  /// Notes no more.
  package func end() { store.publication.withLock { $0 = nil } }

  package func takeChanges() -> PublicationChanges {
    changes.withLock { changes in
      defer { changes = PublicationChanges() }
      return changes
    }
  }

  /// Everything as it stands in one moment of the file.
  ///
  /// Throws ``StoreError``.
  package func everything() throws -> PublicationContents {
    _ = takeChanges()
    return try store.read { try $0.publicationContents() }
  }

  /// Throws ``StoreError``.
  package func alerts(_ ids: [Digest128]) throws -> [Digest128: PublishedAlert] {
    guard !ids.isEmpty else { return [:] }
    let catalogue = store.catalogue
    return try store.read { view in
      var alerts: [Digest128: PublishedAlert] = [:]
      for id in ids { alerts[id] = try view.alert(id.description).map { PublishedAlert(id: id, $0, catalogue: catalogue) } }
      return alerts
    }
  }

  func note(_ batch: ProjectionBatch, alerts: Set<String>) {
    changes.withLock { changes in
      changes.positions.merge(batch.positions) { $1 }
      for (id, change) in batch.occupancy {
        guard let row = batch.establishments[id] else { continue }
        changes.establishments[id] = PlacedOccupancy(
          partition: row.partition, commune: change.after.commune, occupancy: change.after.occupancy)
      }
      for id in alerts { if let id = Digest128(id) { changes.alerts.insert(id) } }
    }
  }

  func noteReplacement() {
    changes.withLock { changes in
      changes = PublicationChanges()
      changes.isReplaced = true
    }
  }
}

extension RegisterView {
  /// All that is published.
  func publicationContents() throws -> PublicationContents {
    var contents = PublicationContents()
    let positions = try StoreStatement(db, #"SELECT partition, "offset", chain, source, now FROM positions"#)
    while try positions.step() {
      let position = ChainPosition(offset: positions.int(1), chain: try positions.digest(2), source: positions.int(3))
      contents.positions[positions.int(0, as: Int.self)] = PartitionProgress(position: position, now: positions.instant(4))
    }
    let establishments = try StoreStatement(
      db, "SELECT id, partition, commune, \(OccupancyColumns.ofEstablishment) FROM establishments")
    while try establishments.step() {
      contents.establishments[try establishments.establishment(0)] = PlacedOccupancy(
        partition: establishments.int(1, as: Int.self), commune: try establishments.commune(2),
        occupancy: OccupancyColumns.read(establishments, from: 3))
    }
    let alerts = try StoreStatement(db, "SELECT id FROM alerts")
    while try alerts.step() {
      guard let id = Digest128(alerts.text(0)) else { throw StoredValueError("an alert's id is malformed") }
      contents.alerts.append(id)
    }
    return contents
  }
}

extension PublishedAlert {
  /// An alert of the register, with the units over its establishment.
  init(id: Digest128, _ record: AlertRecord, catalogue: UnitCatalogue) {
    let province = record.commune.flatMap(catalogue.commune)?.province
    let units = [province.map(UnitCode.province), record.commune.map(UnitCode.commune), .establishment(record.alert.establishment)]
    self.init(id: id, alert: record.alert, units: units.compactMap { $0 })
  }
}
