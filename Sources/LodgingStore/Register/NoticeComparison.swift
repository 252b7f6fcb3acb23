import GRDB
import LodgingDomain
import LodgingPipeline

/// The notices that a register's stays are held against, as its writer knows them.
enum HeldNotices: Sendable {
  /// Nothing is known of them; alerts of earlier ones may stand.
  case unknown
  /// There are none to be had, and no alert of any stands.
  case none
  /// These, found by the documents that they name.
  case some(NoticeSet, byDocument: [DocumentFingerprint: [NoticeID]])

  /// What holds with the next batch.
  func taking(_ next: NoticeSet?) -> HeldNotices {
    guard let next else { if case .unknown = self { return .none } else { return self } }
    var byDocument: [DocumentFingerprint: [NoticeID]] = [:]
    for notice in next.notices.values {
      for fingerprint in notice.fingerprints { byDocument[fingerprint, default: []].append(notice.id) }
    }
    return .some(next, byDocument: byDocument)
  }

  /// The notices.
  fileprivate var set: NoticeSet? { if case .some(let set, _) = self { set } else { nil } }
}

/// Holds stays against notices, and writes the alerts that follow.
///
/// An alert is a function of its notice and of what is known of its stay: every change of either judges it anew, so what stands in the end
/// does not depend on which came first, nor on when.
struct NoticeComparison {
  private let db: Database
  private let alerts: AlertWriter

  init(_ db: Database, alerts: AlertWriter) {
    self.db = db
    self.alerts = alerts
  }

  /// Judges what a batch may have changed: the stays that it touched, and, where it brought notices, those that are others than before.
  func judge(_ documents: [TouchedDocument], before: HeldNotices, after: HeldNotices, isChanged: Bool) throws {
    switch (before, after) {
    case (.unknown, .none): try forgetAll()
    case (_, .some(let set, let byDocument)):
      let changed = isChanged ? try change(before.set, set) : []
      try judge(documents, set, byDocument, without: changed)
    default: break
    }
  }

  // MARK: Notices

  /// Without notices there are no alerts about any, and no position.
  private func forgetAll() throws {
    for notice in try noticesWithAlerts() { try replaceAlerts(of: notice, by: []) }
    try db.execute(sql: "DELETE FROM notice_position")
  }

  /// Judges the notices that are others than before against all stays under their documents, and returns them.
  private func change(_ before: NoticeSet?, _ after: NoticeSet) throws -> Set<NoticeID> {
    // Where nothing is known of what was before, the alerts say which notices there were.
    let known = try before.map { Array($0.notices.keys) } ?? Array(noticesWithAlerts())
    for id in known where after.notices[id] == nil { try replaceAlerts(of: id, by: []) }
    let changed = after.notices.values.filter { before?.notices[$0.id] != $0 }
    let stays = try StayLookup(db)
    for notice in changed {
      try replaceAlerts(of: notice.id, by: stays.places(of: notice.fingerprints).compactMap { try stays.alert(notice, $0) })
    }
    let statement = try StoreStatement(
      db, "INSERT INTO notice_position VALUES (1, ?1, ?2) ON CONFLICT (one) DO UPDATE SET next = ?1, digest = ?2")
    statement.bind(after.position.next, at: 1)
    statement.bind(after.position.digest, at: 2)
    try statement.run()
    return Set(changed.map(\.id))
  }

  private func noticesWithAlerts() throws -> Set<NoticeID> {
    let statement = try StoreStatement(db, "SELECT DISTINCT notice FROM alerts WHERE notice IS NOT NULL")
    var notices: Set<NoticeID> = []
    while try statement.step() { notices.insert(NoticeID(try statement.event(0))) }
    return notices
  }

  private func replaceAlerts(of notice: NoticeID, by due: [Alert]) throws {
    let statement = try StoreStatement(db, "SELECT id FROM alerts WHERE notice = ?1")
    statement.bind(notice.bits, at: 1)
    var old: Set<String> = []
    while try statement.step() { old.insert(statement.text(0)) }
    for alert in due {
      old.remove(alert.id)
      try alerts.put(alert)
    }
    for id in old { try alerts.remove(id: id) }
  }

  // MARK: Stays

  /// Judges the stays of a batch against all notices but those that were held against all stays.
  private func judge(
    _ documents: [TouchedDocument], _ set: NoticeSet, _ byDocument: [DocumentFingerprint: [NoticeID]], without changed: Set<NoticeID>
  ) throws {
    guard !byDocument.isEmpty else { return }
    let stays = try StayLookup(db)
    for document in documents {
      let named = Set((document.before + document.after).flatMap { byDocument[$0] ?? [] }).subtracting(changed)
      for notice in named.compactMap({ set.notices[$0] }) {
        if let alert = try stays.alert(notice, document.place) {
          try alerts.put(alert)
        } else {
          try alerts.remove(.noticeMatch, document.reference.establishment, stay: document.reference.stay, notice: notice.id)
        }
      }
    }
  }
}

/// Reads stays as they are held against notices.
private struct StayLookup {
  private let places: StayPlaceReader
  private let stay: StoreStatement

  init(_ db: Database) throws {
    places = try StayPlaceReader(db)
    stay = try StoreStatement(
      db,
      """
      SELECT arrival, departure, departed, presence, fingerprints, establishment, stay FROM stays WHERE partition = ?1 AND check_in = ?2
      """)
  }

  /// The stays under a document.
  func places(of document: [DocumentFingerprint]) throws -> Set<StayPlace> {
    try document.reduce(into: []) { $0.formUnion(try places.places(under: $1)) }
  }

  /// The alert that follows from a notice and a stay as it stands now; a cancelled stay never was.
  func alert(_ notice: OpenedNotice, _ place: StayPlace) throws -> Alert? {
    stay.bind(place, at: 1)
    guard try stay.step() else { throw StoredValueError.missingStay }
    defer { stay.stop() }
    guard try stay.value(3, as: RecordedPresence.self) != .cancelled, notice.names(try stay.fingerprints(4)) else { return nil }
    let reference = StayReference(establishment: try stay.establishment(5), stay: try stay.event(6))
    return AlertRules.noticeMatch(
      notice,
      DocumentStay(reference: reference, arrival: stay.instant(0), departure: stay.instant(1), departed: stay.optionalInstant(2)))
  }
}
