import GRDB
import LodgingDomain

/// Notes where stays lie, in one transaction.
struct StayPlaceWriter {
  private let reader: StayPlaceReader
  private let insert: StoreStatement
  private let delete: StoreStatement
  private let deleteRecent: StoreStatement
  /// How many were added.
  private(set) var added = 0

  init(_ db: Database) throws {
    reader = try StayPlaceReader(db)
    insert = try StoreStatement(db, "INSERT INTO recent_stay_places VALUES (?1, ?2, ?3, ?4)")
    delete = try StoreStatement(db, "DELETE FROM stay_places WHERE establishment = ?1 AND stay = ?2")
    deleteRecent = try StoreStatement(db, "DELETE FROM recent_stay_places WHERE establishment = ?1 AND stay = ?2")
  }

  /// The place of a stay, or nil.
  func place(of reference: StayReference) throws -> StayPlace? { try reader.place(of: reference) }

  /// Notes the place of a stay that has none.
  mutating func add(_ place: StayPlace, of reference: StayReference) throws {
    insert.bind(reference.establishment, at: 1)
    insert.bind(reference.stay, at: 2)
    insert.bind(place, at: 3)
    try insert.run()
    added += 1
  }

  /// Notes another place of a stay that has one.
  mutating func move(_ reference: StayReference, to place: StayPlace) throws {
    for statement in [deleteRecent, delete] {
      statement.bind(reference.establishment, at: 1)
      statement.bind(reference.stay, at: 2)
      try statement.run()
    }
    try add(place, of: reference)
  }
}

/// Gathers what a batch does to the documents of stays, and writes it at once.
struct FingerprintWriter {
  private struct Row {
    var fingerprint: DocumentFingerprint
    var place: StayPlace

    static func precedes(_ left: Row, _ right: Row) -> Bool {
      left.fingerprint == right.fingerprint ? left.place < right.place : left.fingerprint.precedes(right.fingerprint)
    }
  }

  private let insert: StoreStatement
  private let delete: StoreStatement
  private let deleteRecent: StoreStatement
  private var inserted: [Row] = []
  private var removed: [Row] = []

  /// How many rows are added.
  var added: Int { inserted.count }

  init(_ db: Database) throws {
    insert = try StoreStatement(db, "INSERT INTO recent_fingerprints VALUES (?1, ?2, ?3, ?4)")
    let condition = "WHERE month = ?1 AND value = ?2 AND partition = ?3 AND check_in = ?4"
    delete = try StoreStatement(db, "DELETE FROM fingerprints \(condition)")
    deleteRecent = try StoreStatement(db, "DELETE FROM recent_fingerprints \(condition)")
  }

  mutating func add(_ fingerprints: [DocumentFingerprint], of place: StayPlace) {
    for fingerprint in fingerprints { inserted.append(Row(fingerprint: fingerprint, place: place)) }
  }

  mutating func remove(_ fingerprints: [DocumentFingerprint], of place: StayPlace) {
    for fingerprint in fingerprints { removed.append(Row(fingerprint: fingerprint, place: place)) }
  }

  mutating func put(_ after: [DocumentFingerprint], of place: StayPlace, instead before: [DocumentFingerprint]) {
    add(after.filter { !before.contains($0) }, of: place)
    remove(before.filter { !after.contains($0) }, of: place)
  }

  /// Writes what was gathered.
  mutating func write() throws {
    for row in removed where try run(deleteRecent, row) == 0 { try run(delete, row) }
    inserted.sort(by: Row.precedes)
    for row in inserted { try run(insert, row) }
  }

  @discardableResult
  private func run(_ statement: StoreStatement, _ row: Row) throws -> Int {
    statement.bind(row.fingerprint.month, at: 1)
    statement.bind(Int64(bitPattern: row.fingerprint.value), at: 2)
    statement.bind(row.place, at: 3)
    return try statement.run()
  }
}

extension DocumentFingerprint {
  /// The order of the tables, where values are signed.
  func precedes(_ other: DocumentFingerprint) -> Bool {
    guard month == other.month else { return month.index < other.month.index }
    return Int64(bitPattern: value) < Int64(bitPattern: other.value)
  }
}
