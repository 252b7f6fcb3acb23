import GRDB
public import LodgingDomain
public import LodgingPipeline

extension RegisterView {
  /// All stays of an establishment, the latest arrival first.
  public func stays(of establishment: EstablishmentID) throws -> [StayRecord] {
    let statement = try StoreStatement(db, "\(StayColumns.select) \(StayColumns.ofEstablishment) ORDER BY arrival DESC, stays.stay")
    statement.bind(establishment, at: 1)
    var records: [StayRecord] = []
    while try statement.step() { records.append(try StayColumns.read(statement)) }
    return records
  }

  /// One stay, or nil.
  public func stay(_ reference: StayReference) throws -> StayRecord? {
    try StayPlaceReader(db).place(of: reference).map(stay)
  }

  private func stay(at place: StayPlace) throws -> StayRecord {
    let statement = try StoreStatement(db, "\(StayColumns.select) stays WHERE partition = ?1 AND check_in = ?2")
    statement.bind(place, at: 1)
    guard try statement.step() else { throw StoredValueError.missingStay }
    defer { statement.stop() }
    return try StayColumns.read(statement)
  }

  /// All stays under a document, given its fingerprints under the keys of several months; the latest arrival first.
  public func stays(by fingerprints: [DocumentFingerprint]) throws -> [StayRecord] {
    try held(under: fingerprints).sorted { $0.arrival != $1.arrival ? $0.arrival > $1.arrival : $0.reference < $1.reference }
  }

  private func held(under fingerprints: [DocumentFingerprint]) throws -> [StayRecord] {
    let reader = try StayPlaceReader(db)
    let places = try fingerprints.reduce(into: Set<StayPlace>()) { $0.formUnion(try reader.places(under: $1)) }
    return try places.map(stay)
  }

  /// The stays that a row of an imported file may be about: same establishment, document and local day of arrival, whether they are open or
  /// not.
  ///
  /// The one reported first comes first.
  public func stays(
    at establishment: EstablishmentID, fingerprints: [DocumentFingerprint], arrivalDay: CivilDate
  ) throws -> [StayRecord] {
    try held(under: fingerprints)
      .filter { $0.reference.establishment == establishment && LocalZone.vietnam.date(at: $0.arrival) == arrivalDay }
      .sorted { ($0.reported, $0.reference) < ($1.reported, $1.reference) }
  }

  /// The verdicts on the events that told a stay, in their order: its check-in, then its amendments.
  ///
  /// The last one is what holds now, but for changes of room and departure.
  public func versions(of stay: StayReference) throws -> [ReceiptRow] {
    guard let place = try StayPlaceReader(db).place(of: stay) else { return [] }
    let statement = try StoreStatement(db, "SELECT source FROM amendments WHERE partition = ?1 AND check_in = ?2")
    statement.bind(place, at: 1)
    var sources = [place.checkIn]
    while try statement.step() { sources.append(statement.int(0)) }
    return try sources.sorted().compactMap { try receipt(partition: place.partition, source: $0) }
  }
}

/// The columns that a stay is read from.
enum StayColumns {
  /// To go on with a source.
  static let select = """
    SELECT stays.establishment, stays.stay, stays.partition, presence, guest_kind, nationality, minor, party, room, arrival, departure,
      departed, presumed_left, reported, changed, reason, permit_until, codes, month, identity_offset, fingerprints
    FROM
    """

  /// The stays of the establishment `?1`, as a source with its condition.
  static let ofEstablishment = """
    all_stay_places AS places CROSS JOIN stays ON stays.partition = places.partition AND stays.check_in = places.check_in
    WHERE places.establishment = ?1
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
