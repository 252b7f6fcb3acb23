package import LodgingDomain
import LodgingPipeline
import LodgingStore

/// An establishment as `lodging establishments` shows it.
package struct EstablishmentOutput: Encodable, Sendable {
  package var id: String
  package var name: String
  package var kind: String
  package var commune: String
  package var remote: Bool
  package var rooms: UInt32
  package var beds: UInt32
  package var status: String
  package var guests: Int

  init(_ record: EstablishmentRecord) {
    let details = record.row.details
    id = record.id.description
    name = details.name
    kind = details.kind.name
    commune = details.commune.description
    remote = details.remote
    rooms = details.rooms
    beds = details.beds
    status = record.row.status.name
    guests = record.occupancy.guests
  }

  /// All establishments in the order of their ids.
  package static func all(_ register: Register) throws -> [EstablishmentOutput] {
    try register.store.read { try $0.establishments() }.map(EstablishmentOutput.init)
  }

  /// One establishment; nil where it is not registered.
  package init?(_ register: Register, id: EstablishmentID) throws {
    guard let record = try register.store.read({ try $0.establishment(id) }) else { return nil }
    self.init(record)
  }
}
