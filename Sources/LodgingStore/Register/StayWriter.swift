import GRDB
import LodgingDomain
import LodgingPipeline

/// A stay of a batch whose document is to be held against other stays.
struct TouchedDocument {
  var reference: StayReference
  var place: StayPlace
  /// The fingerprints before the batch.
  var before: [DocumentFingerprint]
  /// The fingerprints after it.
  var after: [DocumentFingerprint]
  /// Whether the batch opened the stay under an id that had no stay, so that no alert can know it yet.
  var isOpened: Bool
}

/// Writes stays, and what finds them, in one transaction; each table in the order of its keys.
struct StayWriter {
  private let insert: StoreStatement
  private let retell: StoreStatement
  private let update: StoreStatement
  private let reseal: StoreStatement
  private let select: StoreStatement
  private let addAmendment: StoreStatement
  private let removeStay: StoreStatement
  private let removeAmendments: StoreStatement
  private var places: StayPlaceWriter
  private var documents: FingerprintWriter

  /// The stays written so far whose documents are to be held against others.
  private(set) var touched: [TouchedDocument] = []
  /// Stays that were opened under the id of one that ended long ago, so that there may be an alert about that one.
  private(set) var reopened: Set<StayReference> = []

  /// Rows that were added to what finds stays by their ids.
  var addedPlaces: Int { places.added }
  /// Rows that were added to what finds stays by their documents.
  var addedFingerprints: Int { documents.added }

  init(_ db: Database) throws {
    insert = try StoreStatement(
      db,
      """
      INSERT INTO stays (presence, room, departure, due, month, changed, departed, presumed_left, guest_kind, nationality, minor, party, arrival,
        reason, permit_until, codes, identity_offset, fingerprints, partition, check_in, establishment, stay, reported, judged)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)
      """)
    let common = """
      UPDATE stays SET presence = ?1, room = ?2, departure = ?3, due = ?4, month = ?5, changed = ?6, departed = coalesce(?7, departed),
        presumed_left = CASE ?21 WHEN 0 THEN presumed_left WHEN 1 THEN ?8 ELSE coalesce(presumed_left, ?8) END
      """
    retell = try StoreStatement(
      db,
      """
      \(common), guest_kind = ?9, nationality = ?10, minor = ?11, party = ?12, arrival = ?13, reason = ?14, permit_until = ?15, codes = ?16,
        identity_offset = ?17, fingerprints = ?18
      WHERE partition = ?19 AND check_in = ?20
      """)
    update = try StoreStatement(db, "\(common) WHERE partition = ?19 AND check_in = ?20")
    reseal = try StoreStatement(
      db, "UPDATE stays SET month = ?1, identity_offset = ?2, fingerprints = ?3 WHERE partition = ?4 AND check_in = ?5")
    select = try StoreStatement(db, "SELECT fingerprints, identity_offset FROM stays WHERE partition = ?1 AND check_in = ?2")
    addAmendment = try StoreStatement(db, "INSERT INTO amendments VALUES (?1, ?2, ?3)")
    removeStay = try StoreStatement(db, "DELETE FROM stays WHERE partition = ?1 AND check_in = ?2 RETURNING fingerprints")
    removeAmendments = try StoreStatement(db, "DELETE FROM amendments WHERE partition = ?1 AND check_in = ?2")
    places = try StayPlaceWriter(db)
    documents = try FingerprintWriter(db)
  }

  mutating func write(_ plans: StayPlans) throws {
    let references = plans.plans.map(\.reference)
    var placed: [(index: Int, place: StayPlace, before: [DocumentFingerprint]?)] = []
    placed.reserveCapacity(references.count)
    for index in references.indices.sorted(by: { references[$0] < references[$1] }) {
      let (place, before) = try settle(plans.plans[index])
      placed.append((index, place, before))
    }
    placed.sort { $0.place < $1.place }
    for (index, place, before) in placed {
      let document = try write(plans.plans[index], at: place, instead: before)
      if let document, !(document.before.isEmpty && document.after.isEmpty) { touched.append(document) }
    }
    for reseal in plans.reseals {
      if let place = try places.place(of: reseal.reference), let document = try sealAnew(reseal, at: place) { touched.append(document) }
    }
    try documents.write()
  }

  /// The place of a stay; a new one is noted.
  ///
  /// Where the batch takes the id of one that ended, that one is gone then, and its fingerprints are told.
  private mutating func settle(_ plan: StayPlan) throws -> (StayPlace, before: [DocumentFingerprint]?) {
    let held = try places.place(of: plan.reference)
    guard plan.isOpened else {
      guard let held else { throw StoredValueError("a stay that the ledger changes is missing") }
      return (held, nil)
    }
    guard let checkIn = plan.checkIn else { throw ContractViolation("a stay was opened without its details") }
    let place = StayPlace(partition: plan.partition, checkIn: checkIn)
    guard let held else {
      try places.add(place, of: plan.reference)
      return (place, nil)
    }
    let before = try removeEndedStay(at: held)
    try places.move(plan.reference, to: place)
    documents.remove(before, of: held)
    reopened.insert(plan.reference)
    return (place, before)
  }

  // MARK: One stay

  /// Returns what is to be held against other stays, where anything is.
  private mutating func write(
    _ plan: StayPlan, at place: StayPlace, instead before: [DocumentFingerprint]?
  ) throws -> TouchedDocument? {
    let document =
      if plan.isOpened {
        try open(plan, at: place, instead: before)
      } else if plan.told != nil {
        try tellAnew(plan, at: place)
      } else {
        try change(plan, at: place)
      }
    for source in plan.amendments {
      addAmendment.bind(place, at: 1)
      addAmendment.bind(source, at: 3)
      try addAmendment.run()
    }
    return plan.concernsDocument ? document : nil
  }

  private mutating func open(
    _ plan: StayPlan, at place: StayPlace, instead before: [DocumentFingerprint]?
  ) throws -> TouchedDocument {
    guard let told = plan.told else { throw ContractViolation("a stay was opened without its details") }
    let fingerprints = told.fingerprints.joined(plan.reseal?.fingerprints ?? [])
    bindCommon(plan, to: insert)
    bindTold(told, plan, fingerprints, to: insert)
    insert.bind(place, at: 19)
    insert.bind(plan.reference.establishment, at: 21)
    insert.bind(plan.reference.stay, at: 22)
    insert.bind(plan.stay.reported, at: 23)
    insert.bind(plan.stay.judged, at: 24)
    try insert.run()
    documents.add(fingerprints, of: place)
    return TouchedDocument(
      reference: plan.reference, place: place, before: before ?? [], after: fingerprints, isOpened: before == nil)
  }

  /// Removes a stay that ended longer ago than ids are remembered, and returns its fingerprints.
  ///
  /// Its id was taken once more since, and stands for the stay that was registered last; the ledger keeps both.
  private func removeEndedStay(at place: StayPlace) throws -> [DocumentFingerprint] {
    removeAmendments.bind(place, at: 1)
    try removeAmendments.run()
    removeStay.bind(place, at: 1)
    guard try removeStay.step() else { throw StoredValueError("a stay whose id is taken is missing") }
    let fingerprints = try removeStay.fingerprints(0)
    try removeStay.run()
    return fingerprints
  }

  private mutating func tellAnew(_ plan: StayPlan, at place: StayPlace) throws -> TouchedDocument {
    guard let told = plan.told else { throw ContractViolation("a stay was told without details") }
    let before = try held(place)?.fingerprints ?? []
    let after = told.fingerprints.joined(plan.reseal?.fingerprints ?? [])
    bindCommon(plan, to: retell)
    bindTold(told, plan, after, to: retell)
    retell.bind(place, at: 19)
    bindPresumedLeft(plan.presumedLeft, to: retell)
    guard try retell.run() == 1 else { throw StoredValueError("a stay that the ledger corrects is missing") }
    documents.put(after, of: place, instead: before)
    return TouchedDocument(reference: plan.reference, place: place, before: before, after: after, isOpened: false)
  }

  private mutating func change(_ plan: StayPlan, at place: StayPlace) throws -> TouchedDocument {
    let fingerprints = plan.concernsDocument ? try held(place)?.fingerprints ?? [] : []
    bindCommon(plan, to: update)
    update.bind(place, at: 19)
    bindPresumedLeft(plan.presumedLeft, to: update)
    guard try update.run() == 1 else { throw StoredValueError("a stay that the ledger changes is missing") }
    if let reseal = plan.reseal, let document = try sealAnew(reseal, at: place) { return document }
    return TouchedDocument(reference: plan.reference, place: place, before: fingerprints, after: fingerprints, isOpened: false)
  }

  /// Adds the fingerprints under the later month's key to those that are there: the stays that were found by the earlier ones stay found.
  private mutating func sealAnew(_ row: ResealRow, at place: StayPlace) throws -> TouchedDocument? {
    guard let held = try held(place), held.identityOffset < row.identityOffset else { return nil }
    let after = held.fingerprints.joined(row.fingerprints)
    reseal.bind(row.month, at: 1)
    reseal.bind(row.identityOffset, at: 2)
    reseal.bind(after, at: 3)
    reseal.bind(place, at: 4)
    try reseal.run()
    documents.put(after, of: place, instead: held.fingerprints)
    return TouchedDocument(reference: row.reference, place: place, before: held.fingerprints, after: after, isOpened: false)
  }

  // MARK: Rows

  private func held(_ place: StayPlace) throws -> (fingerprints: [DocumentFingerprint], identityOffset: Int64)? {
    select.bind(place, at: 1)
    guard try select.step() else { return nil }
    defer { select.stop() }
    return (try select.fingerprints(0), select.int(1))
  }

  // MARK: Binding

  private func bindCommon(_ plan: StayPlan, to statement: StoreStatement) {
    statement.bind(plan.presence, at: 1)
    statement.bind(plan.stay.room, at: 2)
    statement.bind(plan.stay.departure, at: 3)
    statement.bind(plan.stay.due, at: 4)
    statement.bind(plan.stay.month, at: 5)
    statement.bind(plan.changed, at: 6)
    statement.bind(plan.departed, at: 7)
    switch plan.presumedLeft {
    case .keep, .clear: statement.bindNull(at: 8)
    case .set(let moment), .fill(let moment): statement.bind(moment, at: 8)
    }
  }

  private func bindTold(
    _ told: StayUpdate.Told, _ plan: StayPlan, _ fingerprints: [DocumentFingerprint], to statement: StoreStatement
  ) {
    statement.bind(plan.stay.guestKind, at: 9)
    statement.bind(told.details.nationality.code, at: 10)
    statement.bind(plan.stay.isMinor, at: 11)
    statement.bind(plan.stay.party, at: 12)
    statement.bind(plan.stay.arrival, at: 13)
    statement.bind(Int64(told.details.reason), at: 14)
    statement.bind(told.details.permitUntil, at: 15)
    statement.bind(told.codes, at: 16)
    statement.bind(plan.reseal?.identityOffset ?? told.identityOffset, at: 17)
    statement.bind(fingerprints, at: 18)
  }

  private func bindPresumedLeft(_ change: PresumedLeftChange, to statement: StoreStatement) {
    switch change {
    case .keep: statement.bind(0 as Int64, at: 21)
    case .clear, .set: statement.bind(1 as Int64, at: 21)
    case .fill: statement.bind(2 as Int64, at: 21)
    }
  }
}

extension [DocumentFingerprint] {
  /// These and the others, each once.
  fileprivate func joined(_ others: [DocumentFingerprint]) -> [DocumentFingerprint] {
    var result: [DocumentFingerprint] = []
    for fingerprint in self + others where !result.contains(fingerprint) { result.append(fingerprint) }
    return result
  }
}
