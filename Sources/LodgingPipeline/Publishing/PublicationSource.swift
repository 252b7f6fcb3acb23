package import LodgingDomain
package import LodgingWire

/// The read model, as far as it is published: what it holds, and what of that changed.
///
/// All calls come from the thread that folds, between two of its steps, so that answers stand on the positions that were told last.
package protocol PublicationSource: AnyObject {
  /// What was committed since the last call of this or of ``everything()``.
  func takeChanges() -> PublicationChanges

  /// Everything as it stands now.
  func everything() throws -> PublicationContents

  /// Those of these alerts that stand now, as they are published.
  func alerts(_ ids: [Digest128]) throws -> [Digest128: PublishedAlert]
}

/// What of a read model changed; what did not is left out.
package struct PublicationChanges: Sendable {
  /// Whether the read model went back to an earlier state or to nothing, so that all may have changed.
  package var isReplaced = false
  /// How far partitions are.
  package var positions: [Int: PartitionProgress] = [:]
  /// Establishments in their new form.
  package var establishments: [EstablishmentID: PlacedOccupancy] = [:]
  /// Alerts that arose, changed or went.
  package var alerts: Set<Digest128> = []

  /// Nothing.
  package init() {}
}

/// All that a read model holds to be published.
package struct PublicationContents: Sendable {
  /// How far partitions are.
  package var positions: [Int: PartitionProgress]
  /// All establishments.
  package var establishments: [EstablishmentID: PlacedOccupancy]
  /// The alerts that stand.
  package var alerts: [Digest128]

  /// Makes contents from their parts.
  package init(
    positions: [Int: PartitionProgress] = [:], establishments: [EstablishmentID: PlacedOccupancy] = [:], alerts: [Digest128] = []
  ) {
    self.positions = positions
    self.establishments = establishments
    self.alerts = alerts
  }
}

/// How full an establishment is, and where that counts.
package struct PlacedOccupancy: Hashable, Sendable {
  /// The partition of the ledger that it lives on.
  package var partition: Int
  /// Its commune.
  package var commune: CommuneCode
  /// Its figures.
  package var occupancy: Occupancy

  /// Makes it from its parts.
  package init(partition: Int, commune: CommuneCode, occupancy: Occupancy) {
    self.partition = partition
    self.commune = commune
    self.occupancy = occupancy
  }
}
