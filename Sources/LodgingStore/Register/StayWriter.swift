import GRDB
import LodgingDomain
import LodgingPipeline

/// A stay of a batch whose document is to be held against other stays.
struct TouchedDocument {
  var reference: StayReference
  /// The fingerprints before the batch.
  var before: [DocumentFingerprint]
  /// The fingerprints after it.
  var after: [DocumentFingerprint]
  /// Whether the batch opened the stay under an id that had no stay, so that no alert can know it yet.
  var isOpened: Bool
}

/// Writes stays and their fingerprints in one transaction.
struct StayWriter {
  private let insert: StoreStatement
  private let retell: StoreStatement
  private let update: StoreStatement
  private let reseal: StoreStatement
  private let select: StoreStatement
  private let addFingerprint: StoreStatement
  private let removeFingerprint: StoreStatement
  private let addAmendment: StoreStatement
  private let removeStay: StoreStatement
  private let removeAmendments: StoreStatement

  /// The stays written so far whose documents are to be held against others.
  private(set) var touched: [TouchedDocument] = []
  /// Stays that were opened under the id of one that ended long ago, so that there may be an alert about that one.
  private(set) var reopened: Set<StayReference> = []

  init(_ db: Database) throws {
    insert = try StoreStatement(
      db,
      """
      INSERT INTO stays (presence, room, departure, due, month, changed, departed, presumed_left, guest_kind, nationality, minor, party, arrival,
        reason, permit_until, codes, identity_offset, fingerprints, establishment, stay, partition, reported, judged, check_in)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24)
      ON CONFLICT (establishment, stay) DO NOTHING
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
      WHERE establishment = ?19 AND stay = ?20
      """)
    update = try StoreStatement(db, "\(common) WHERE establishment = ?19 AND stay = ?20 RETURNING fingerprints")
    reseal = try StoreStatement(
      db, "UPDATE stays SET month = ?1, identity_offset = ?2, fingerprints = ?3 WHERE establishment = ?4 AND stay = ?5")
    select = try StoreStatement(db, "SELECT fingerprints, identity_offset FROM stays WHERE establishment = ?1 AND stay = ?2")
    addFingerprint = try StoreStatement(db, "INSERT INTO fingerprints VALUES (?1, ?2, ?3, ?4)")
    removeFingerprint = try StoreStatement(
      db, "DELETE FROM fingerprints WHERE month = ?1 AND value = ?2 AND establishment = ?3 AND stay = ?4")
    addAmendment = try StoreStatement(db, "INSERT INTO amendments VALUES (?1, ?2, ?3)")
    removeStay = try StoreStatement(db, "DELETE FROM stays WHERE establishment = ?1 AND stay = ?2 RETURNING fingerprints")
    removeAmendments = try StoreStatement(db, "DELETE FROM amendments WHERE establishment = ?1 AND stay = ?2")
  }

  mutating func write(_ plans: StayPlans) throws {
    for plan in plans.plans {
      let document =
        if plan.isOpened {
          try open(plan)
        } else if plan.told != nil {
          try tellAnew(plan)
        } else {
          try change(plan)
        }
      if plan.isOpened, !document.isOpened { reopened.insert(plan.reference) }
      try putAmendments(of: plan)
      if plan.concernsDocument, !(document.before.isEmpty && document.after.isEmpty) { touched.append(document) }
    }
    for reseal in plans.reseals {
      if let document = try sealAnew(reseal) { touched.append(document) }
    }
  }

  // MARK: One stay

  private func open(_ plan: StayPlan) throws -> TouchedDocument {
    guard let told = plan.told, let checkIn = plan.checkIn else { throw ContractViolation("a stay was opened without its details") }
    let fingerprints = told.fingerprints.joined(plan.reseal?.fingerprints ?? [])
    bindCommon(plan, to: insert)
    bindTold(told, plan, fingerprints, to: insert)
    insert.bind(plan.partition, at: 21)
    insert.bind(plan.stay.reported, at: 22)
    insert.bind(plan.stay.judged, at: 23)
    insert.bind(checkIn, at: 24)
    var before: [DocumentFingerprint] = []
    let isNew = try insert.run() > 0
    if !isNew {
      before = try removeEndedStay(plan.reference)
      guard try insert.run() == 1 else { throw StoredValueError("a stay that was removed is still there") }
    }
    try put(fingerprints, of: plan.reference, instead: before)
    return TouchedDocument(reference: plan.reference, before: before, after: fingerprints, isOpened: isNew)
  }

  /// Removes a stay that ended longer ago than ids are remembered, and returns its fingerprints.
  ///
  /// Its id was taken once more since, and stands for the stay that was registered last; the ledger keeps both.
  private func removeEndedStay(_ reference: StayReference) throws -> [DocumentFingerprint] {
    removeAmendments.bind(reference.establishment, at: 1)
    removeAmendments.bind(reference.stay, at: 2)
    try removeAmendments.run()
    removeStay.bind(reference.establishment, at: 1)
    removeStay.bind(reference.stay, at: 2)
    guard try removeStay.step() else { throw StoredValueError("a stay whose id is taken is missing") }
    let fingerprints = try removeStay.fingerprints(0)
    try removeStay.run()
    return fingerprints
  }

  private func tellAnew(_ plan: StayPlan) throws -> TouchedDocument {
    guard let told = plan.told else { throw ContractViolation("a stay was told without details") }
    let before = try held(plan.reference)?.fingerprints ?? []
    let after = told.fingerprints.joined(plan.reseal?.fingerprints ?? [])
    bindCommon(plan, to: retell)
    bindTold(told, plan, after, to: retell)
    bindPresumedLeft(plan.presumedLeft, to: retell)
    guard try retell.run() == 1 else { throw StoredValueError("a stay that the ledger corrects is missing") }
    try put(after, of: plan.reference, instead: before)
    return TouchedDocument(reference: plan.reference, before: before, after: after, isOpened: false)
  }

  private func change(_ plan: StayPlan) throws -> TouchedDocument {
    bindCommon(plan, to: update)
    bindPresumedLeft(plan.presumedLeft, to: update)
    bindReference(plan.reference, to: update)
    guard try update.step() else { throw StoredValueError("a stay that the ledger changes is missing") }
    let fingerprints = plan.concernsDocument ? try update.fingerprints(0) : []
    try update.run()
    if let reseal = plan.reseal, let document = try sealAnew(reseal) { return document }
    return TouchedDocument(reference: plan.reference, before: fingerprints, after: fingerprints, isOpened: false)
  }

  /// Adds the fingerprints under the later month's key to those that are there: the stays that were found by the earlier ones stay found.
  private func sealAnew(_ row: ResealRow) throws -> TouchedDocument? {
    guard let held = try held(row.reference), held.identityOffset < row.identityOffset else { return nil }
    let after = held.fingerprints.joined(row.fingerprints)
    reseal.bind(row.month, at: 1)
    reseal.bind(row.identityOffset, at: 2)
    reseal.bind(after, at: 3)
    reseal.bind(row.reference.establishment, at: 4)
    reseal.bind(row.reference.stay, at: 5)
    try reseal.run()
    try put(after, of: row.reference, instead: held.fingerprints)
    return TouchedDocument(reference: row.reference, before: held.fingerprints, after: after, isOpened: false)
  }

  // MARK: Rows

  private func held(_ reference: StayReference) throws -> (fingerprints: [DocumentFingerprint], identityOffset: Int64)? {
    select.bind(reference.establishment, at: 1)
    select.bind(reference.stay, at: 2)
    guard try select.step() else { return nil }
    defer { select.stop() }
    return (try select.fingerprints(0), select.int(1))
  }

  private func put(_ after: [DocumentFingerprint], of reference: StayReference, instead before: [DocumentFingerprint]) throws {
    for fingerprint in after where !before.contains(fingerprint) { try run(addFingerprint, fingerprint, reference) }
    for fingerprint in before where !after.contains(fingerprint) { try run(removeFingerprint, fingerprint, reference) }
  }

  private func putAmendments(of plan: StayPlan) throws {
    for source in plan.amendments {
      addAmendment.bind(plan.reference.establishment, at: 1)
      addAmendment.bind(plan.reference.stay, at: 2)
      addAmendment.bind(source, at: 3)
      try addAmendment.run()
    }
  }

  private func run(_ statement: StoreStatement, _ fingerprint: DocumentFingerprint, _ reference: StayReference) throws {
    statement.bind(fingerprint.month, at: 1)
    statement.bind(Int64(bitPattern: fingerprint.value), at: 2)
    statement.bind(reference.establishment, at: 3)
    statement.bind(reference.stay, at: 4)
    try statement.run()
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
    bindReference(plan.reference, to: statement)
  }

  private func bindReference(_ reference: StayReference, to statement: StoreStatement) {
    statement.bind(reference.establishment, at: 19)
    statement.bind(reference.stay, at: 20)
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
