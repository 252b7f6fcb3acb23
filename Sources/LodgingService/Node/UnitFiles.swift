import Foundation
package import LodgingDomain

/// The catalogue of administrative units that ships with the program.
package enum UnitFiles {
  /// Reads the edition in force; throws ``ServiceError/catalogueMissing(_:)`` where the program was installed without its data.
  package static func catalogue() throws -> UnitCatalogue {
    let name = "units-2025-07-01.csv"
    guard let url = Bundle.module.url(forResource: name, withExtension: nil, subdirectory: "units"), let data = try? Data(contentsOf: url)
    else {
      throw ServiceError.catalogueMissing(name)
    }
    do {
      return try UnitCatalogue(parsing: Array(data))
    } catch {
      throw ServiceError.unreadableFile(url.path)
    }
  }
}
