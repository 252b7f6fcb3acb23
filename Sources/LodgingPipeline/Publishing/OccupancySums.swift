import LodgingDomain

/// The figures of every unit over each partition of the ledger, added up from establishments.
///
/// Sums of one partition follow from the entries of that partition alone, so that every publisher has the same ones at the same entry.
struct OccupancySums {
  /// A unit other than an establishment, and a partition.
  private struct Place: Hashable {
    var unit: UnitCode
    var partition: Int
  }

  private let province: (CommuneCode) -> ProvinceCode?
  private var establishments: [EstablishmentID: PlacedOccupancy] = [:]
  private var sums: [Place: Occupancy] = [:]

  /// No establishment; `province` says where a commune lies.
  init(province: @escaping (CommuneCode) -> ProvinceCode?) { self.province = province }

  /// The figures of a unit over a partition; zeros where there is nothing.
  func occupancy(of unit: UnitCode, partition: Int) -> Occupancy {
    guard case .establishment(let id) = unit else { return sums[Place(unit: unit, partition: partition)] ?? Occupancy() }
    guard let placed = establishments[id], placed.partition == partition else { return Occupancy() }
    return placed.occupancy
  }

  /// The keys of everything that is counted.
  var keys: [PublishedKey] {
    establishments.map { .occupancy(.establishment($0.key), partition: $0.value.partition) }
      + sums.keys.map { .occupancy($0.unit, partition: $0.partition) }
  }

  /// Counts an establishment in its new form, and returns the keys whose figures may have changed.
  mutating func put(_ placed: PlacedOccupancy, of id: EstablishmentID) -> [PublishedKey] {
    let before = establishments.updateValue(placed, forKey: id)
    guard before != placed else { return [] }
    var changed: [PublishedKey] = [.occupancy(.establishment(id), partition: placed.partition)]
    for (counted, isBefore) in [(before, true), (placed, false)] {
      guard let counted else { continue }
      for unit in units(over: counted.commune) {
        let place = Place(unit: unit, partition: counted.partition)
        let sum = sums[place] ?? Occupancy()
        sums[place] = isBefore ? sum - counted.occupancy : sum + counted.occupancy
        changed.append(.occupancy(unit, partition: counted.partition))
      }
    }
    return changed
  }

  private func units(over commune: CommuneCode) -> [UnitCode] {
    [.commune(commune)] + (province(commune).map { [.province($0)] } ?? []) + [.nation]
  }
}
