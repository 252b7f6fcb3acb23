import GRDB
public import LodgingDomain
public import LodgingPipeline

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

  /// The stays that a row of an imported file may be about: same establishment, document and local day of arrival, whether they are open or
  /// not.
  ///
  /// The one reported first comes first.
  public func stays(
    at establishment: EstablishmentID, fingerprints: [DocumentFingerprint], arrivalDay: CivilDate
  ) throws -> [StayRecord] {
    let statement = try StoreStatement(
      db, "SELECT stay FROM fingerprints WHERE month = ?1 AND value = ?2 AND establishment = ?3")
    var ids: Set<EventID> = []
    for fingerprint in fingerprints {
      statement.bind(fingerprint.month, at: 1)
      statement.bind(Int64(bitPattern: fingerprint.value), at: 2)
      statement.bind(establishment, at: 3)
      while try statement.step() { ids.insert(try statement.event(0)) }
    }
    return try ids.compactMap { try stay(StayReference(establishment: establishment, stay: $0)) }
      .filter { LocalZone.vietnam.date(at: $0.arrival) == arrivalDay }
      .sorted { ($0.reported, $0.reference) < ($1.reported, $1.reference) }
  }

  /// The verdicts on the events that told a stay, in their order: its check-in, then its amendments.
  ///
  /// The last one is what holds now, but for changes of room and departure.
  public func versions(of stay: StayReference) throws -> [ReceiptRow] {
    let statement = try StoreStatement(
      db,
      """
      SELECT partition, check_in FROM stays WHERE establishment = ?1 AND stay = ?2
      UNION ALL
      SELECT stays.partition, source FROM amendments JOIN stays USING (establishment, stay)
      WHERE amendments.establishment = ?1 AND amendments.stay = ?2
      """)
    statement.bind(stay.establishment, at: 1)
    statement.bind(stay.stay, at: 2)
    var places: [(partition: Int, source: Int64)] = []
    while try statement.step() { places.append((statement.int(0, as: Int.self), statement.int(1))) }
    return try places.sorted { $0.source < $1.source }.compactMap { try receipt(partition: $0.partition, source: $0.source) }
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
