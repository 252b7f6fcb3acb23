import Foundation
import LodgingDomain

@testable import LodgingSynthetic

/// Small countries over the real units, made once for all tests.
enum SyntheticWorld {
  static let catalogue: UnitCatalogue = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Sources/LodgingService/Resources/units/units-2025-07-01.csv")
    do {
      return try UnitCatalogue(parsing: [UInt8](Data(contentsOf: file)))
    } catch {
      preconditionFailure("the units cannot be read: \(error)")
    }
  }()

  static let country = SyntheticCountry(seed: 7, residents: 100_000, establishments: 6_000, catalogue: catalogue)
  static let plan = DemoPlan(country: country, events: 20_000, seed: 7)
  static let items = Array(plan)
}
