import GRDB
public import LodgingDomain
import LodgingPipeline

extension RegisterView {
  /// All stays of an establishment, the latest arrival first.
  public func stays(of establishment: EstablishmentID) throws -> [StayRecord] {
    let statement = try StoreStatement(db, "\(StayColumns.select) WHERE establishment = ?1 ORDER BY arrival DESC, stay")
    statement.bind(establishment, at: 1)
    var records: [StayRecord] = []
    while try statement.step() { records.append(try StayColumns.read(statement)) }
    return records
  }

  /// One stay, or nil.
  public func stay(_ reference: StayReference) throws -> StayRecord? {
    let statement = try StoreStatement(db, "\(StayColumns.select) WHERE establishment = ?1 AND stay = ?2")
    statement.bind(reference.establishment, at: 1)
    statement.bind(reference.stay, at: 2)
    guard try statement.step() else { return nil }
    defer { statement.stop() }
    return try StayColumns.read(statement)
  }

  /// All stays under a document, given its fingerprints under the keys of several months; the latest arrival first.
  public func stays(by fingerprints: [DocumentFingerprint]) throws -> [StayRecord] {
    let statement = try StoreStatement(db, "SELECT establishment, stay FROM fingerprints WHERE month = ?1 AND value = ?2")
    var references: Set<StayReference> = []
    for fingerprint in fingerprints {
      statement.bind(fingerprint.month, at: 1)
      statement.bind(Int64(bitPattern: fingerprint.value), at: 2)
      while try statement.step() {
        references.insert(StayReference(establishment: try statement.establishment(0), stay: try statement.event(1)))
      }
    }
    return try references.compactMap(stay).sorted {
      $0.arrival != $1.arrival ? $0.arrival > $1.arrival : $0.reference < $1.reference
    }
  }

  /// The open stay that a row of an imported file amends: same establishment, document and local day of arrival.
  ///
  /// Of several, the one reported first; nil where there is none.
  public func openStay(
    at establishment: EstablishmentID, fingerprints: [DocumentFingerprint], arrivalDay: CivilDate
  ) throws -> StayRecord? {
    let statement = try StoreStatement(
      db, "SELECT stay FROM fingerprints WHERE month = ?1 AND value = ?2 AND establishment = ?3")
    var ids: Set<EventID> = []
    for fingerprint in fingerprints {
      statement.bind(fingerprint.month, at: 1)
      statement.bind(Int64(bitPattern: fingerprint.value), at: 2)
      statement.bind(establishment, at: 3)
      while try statement.step() { ids.insert(try statement.event(0)) }
    }
    let candidates = try ids.compactMap { try stay(StayReference(establishment: establishment, stay: $0)) }
    return
      candidates
      .filter { $0.presence.presence != nil && LocalZone.vietnam.date(at: $0.arrival) == arrivalDay }
      .min { ($0.reported, $0.reference) < ($1.reported, $1.reference) }
  }
}

/// The columns that a stay is read from.
private enum StayColumns {
  static let select = """
    SELECT establishment, stay, partition, presence, guest_kind, nationality, minor, party, room, arrival, departure, departed, presumed_left,
      reported, changed, reason, permit_until, codes, month, identity_offset, fingerprints
    FROM stays
    """

  static func read(_ statement: StoreStatement) throws -> StayRecord {
    guard let nationality = try? Nationality(statement.text(5)), let reason = UInt8(exactly: statement.int(15)) else {
      throw StoredValueError("a stay's nationality or reason is malformed")
    }
    return StayRecord(
      reference: StayReference(establishment: try statement.establishment(0), stay: try statement.event(1)),
      partition: statement.int(2, as: Int.self), presence: try statement.value(3, as: RecordedPresence.self),
      guestKind: try statement.value(4, as: GuestKind.self), nationality: nationality, isMinor: statement.flag(6),
      party: try statement.optionalEvent(7), room: statement.text(8), arrival: statement.instant(9), departure: statement.instant(10),
      departed: statement.optionalInstant(11), presumedLeft: statement.optionalInstant(12), reported: statement.instant(13),
      changed: statement.instant(14), reason: reason, permitUntil: statement.optionalDate(16), codes: statement.codes(17),
      month: try statement.month(18), identityOffset: statement.int(19), fingerprints: try statement.fingerprints(20))
  }
}
