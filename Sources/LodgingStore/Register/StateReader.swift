import GRDB
import LodgingDomain
import LodgingPipeline

/// Puts the states of partitions together again from the register's tables.
struct StateReader {
  private let db: Database

  init(_ db: Database) { self.db = db }

  func positions() throws -> [Int: ProjectionPosition] {
    var establishments = try establishments()
    var open = try openStays()
    var positions: [Int: ProjectionPosition] = [:]
    let statement = try StoreStatement(db, #"SELECT partition, "offset", chain, source, now FROM positions"#)
    while try statement.step() {
      let partition = statement.int(0, as: Int.self)
      let states = (establishments.removeValue(forKey: partition) ?? []).map { id, row in
        EstablishmentState(
          id: id, details: row.details, status: row.status, lastReport: row.lastReport, overSince: row.overSince,
          stays: open.removeValue(forKey: id) ?? [:])
      }
      let now = statement.instant(4)
      guard let state = PartitionState(now: now, forgottenThrough: -1, establishments: states, registrations: []) else {
        throw StoredValueError("the establishments of partition \(partition) do not fit each other")
      }
      let position = ChainPosition(offset: statement.int(1), chain: try statement.digest(2), source: statement.int(3))
      positions[partition] = ProjectionPosition(position: position, state: state)
    }
    guard establishments.isEmpty else { throw StoredValueError("there are establishments of a partition that has no position") }
    guard open.isEmpty else { throw StoredValueError("there are open stays of establishments that are missing") }
    return positions
  }

  /// The establishments of each partition in the order of the state.
  private func establishments() throws -> [Int: [(EstablishmentID, EstablishmentRow)]] {
    var result: [Int: [(EstablishmentID, EstablishmentRow)]] = [:]
    let statement = try StoreStatement(
      db, "SELECT \(EstablishmentColumns.list) FROM establishments ORDER BY partition, ordinal")
    while try statement.step() {
      let (id, row) = try EstablishmentColumns.read(statement)
      guard row.ordinal == result[row.partition]?.count ?? 0 else {
        throw StoredValueError("an establishment is missing in partition \(row.partition)")
      }
      result[row.partition, default: []].append((id, row))
    }
    return result
  }

  private func openStays() throws -> [EstablishmentID: [EventID: Stay]] {
    var result: [EstablishmentID: [EventID: Stay]] = [:]
    let statement = try StoreStatement(
      db,
      """
      SELECT establishment, stay, presence, guest_kind, minor, room, arrival, departure, due, party, month, reported, judged
      FROM stays WHERE presence <= 3
      """)
    while try statement.step() {
      let stay = Stay(
        guestKind: try statement.value(3, as: GuestKind.self), isMinor: statement.flag(4),
        presence: try statement.value(2, as: Presence.self),
        room: statement.text(5), arrival: statement.instant(6), departure: statement.instant(7), due: statement.instant(8),
        party: try statement.optionalEvent(9), month: try statement.month(10), reported: statement.instant(11),
        judged: statement.instant(12))
      result[try statement.establishment(0), default: [:]][try statement.event(1)] = stay
    }
    return result
  }
}

/// The columns that an establishment's row is read from.
enum EstablishmentColumns {
  static let list = "id, partition, ordinal, name, kind, commune, remote, rooms, beds, status, last_report, over_since"
  static let count: CInt = 12

  static func read(_ statement: StoreStatement) throws -> (EstablishmentID, EstablishmentRow) {
    let details = EstablishmentDetails(
      name: statement.text(3), kind: try statement.value(4, as: EstablishmentKind.self), commune: try statement.commune(5),
      remote: statement.flag(6), rooms: try statement.unsigned(7), beds: try statement.unsigned(8))
    let row = EstablishmentRow(
      partition: statement.int(1, as: Int.self), ordinal: statement.int(2, as: Int.self), details: details,
      status: try statement.value(9, as: EstablishmentStatus.self), lastReport: statement.optionalInstant(10),
      overSince: statement.optionalInstant(11))
    return (try statement.establishment(0), row)
  }
}
