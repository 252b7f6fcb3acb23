package import LodgingDomain
import LodgingFiles

/// What an import is told beside the file.
package struct ImportOptions: Sendable {
  /// The establishment that the guests stay at.
  package var establishment: EstablishmentID
  /// What the file is; nil to find out.
  var format: ImportFormat?
  /// The arrival of rows that have none; nil is now.
  package var arrival: StatedTime?
  /// The planned departure of rows that have none; nil is the day after the arrival.
  package var departure: StatedTime?
  /// The room of rows that have none.
  package var room: String?
  /// The reason of rows that have none.
  package var reason: StayReason?
  /// Whether nothing is appended.
  package var isDryRun = false

  /// Makes options for an establishment and a format by its name, `auto` to find out; nil for a name that is none.
  package init?(establishment: EstablishmentID, format: String) {
    self.establishment = establishment
    guard format != "auto" else { return }
    guard let known = ImportFormat(rawValue: format) else { return nil }
    self.format = known
  }
}
