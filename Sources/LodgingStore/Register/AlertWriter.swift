import GRDB
import LodgingDomain
import LodgingPipeline

/// Writes alerts in one transaction; whether one holds is the domain's to say.
struct AlertWriter {
  private let put: StoreStatement
  private let delete: StoreStatement
  private let standing: StoreStatement
  private let touched: TouchedAlerts?

  /// What is written or deleted is noted in `touched`, where somebody wants to know.
  init(_ db: Database, touched: TouchedAlerts? = nil) throws {
    self.touched = touched
    put = try StoreStatement(
      db,
      """
      INSERT INTO alerts
        (id, kind, severity, score, establishment, stay, other_establishment, other_stay, day, at, reasons, standing_partition, notice)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
      ON CONFLICT (id) DO UPDATE SET severity = ?3, score = ?4, at = ?10, reasons = ?11, standing_partition = ?12
      WHERE severity <> ?3 OR score <> ?4 OR at <> ?10 OR reasons <> ?11 OR standing_partition IS NOT ?12
      """)
    delete = try StoreStatement(db, "DELETE FROM alerts WHERE id = ?1")
    standing = try StoreStatement(db, "SELECT id FROM alerts WHERE standing_partition = ?1")
  }

  /// Writes an alert, or its new form.
  func put(_ alert: Alert) throws { try put(alert, id: alert.id, standingIn: nil) }

  private func put(_ alert: Alert, id: String, standingIn partition: Int?) throws {
    put.bind(id, at: 1)
    put.bind(alert.kind, at: 2)
    put.bind(alert.severity, at: 3)
    put.bind(alert.score, at: 4)
    put.bind(alert.establishment, at: 5)
    put.bind(alert.stay, at: 6)
    if let other = alert.other { put.bind(other.establishment, at: 7) } else { put.bindNull(at: 7) }
    put.bind(alert.other?.stay, at: 8)
    put.bind(alert.day, at: 9)
    put.bind(alert.at, at: 10)
    // A reason is made of letters, digits, points, hyphens and spaces, of which JSON escapes none.
    put.bind("[" + alert.reasons.map { "\"\($0.stored)\"" }.joined(separator: ",") + "]", at: 11)
    if let partition { put.bind(partition, at: 12) } else { put.bindNull(at: 12) }
    put.bind(alert.notice?.bits, at: 13)
    if try put.run() > 0 { touched?.ids.insert(id) }
  }

  /// Takes away the alert about this subject, where there is one.
  func remove(
    _ kind: AlertKind, _ establishment: EstablishmentID, stay: EventID? = nil, other: StayReference? = nil, day: CivilDate? = nil,
    notice: NoticeID? = nil
  ) throws {
    let subject = Alert(
      kind: kind, severity: .low, score: 1, establishment: establishment, stay: stay, other: other, day: day, notice: notice,
      at: Instant(milliseconds: 0), reasons: [])
    try remove(id: subject.id)
  }

  /// Takes away the alert of this id, where there is one.
  func remove(id: String) throws {
    delete.bind(id, at: 1)
    if try delete.run() > 0 { touched?.ids.insert(id) }
  }

  // MARK: Rules about one stay, one day and one partition

  /// The card of a stay whose identity does not agree with the register.
  ///
  /// A cancelled stay never was, so it has none.
  func judgeIdentity(_ plan: StayPlan, isNew: Bool) throws {
    guard plan.told != nil || plan.presence == .cancelled else { return }
    let alert: Alert? =
      if let told = plan.told, plan.presence != .cancelled {
        AlertRules.identityMismatch(codes: told.codes, stay: plan.reference, at: plan.stay.arrival)
      } else {
        nil
      }
    if let alert {
      try put(alert)
    } else if !isNew {
      try remove(.identityMismatch, plan.reference.establishment, stay: plan.reference.stay)
    }
  }

  /// Whether too many identities of an establishment fail in a day, by the day's figures after the batch.
  func judgeFailures(_ key: FlowKey, checkIns: Int, failed: Int) throws {
    // Figures only grow, so below the least number there has never been an alert.
    guard failed >= AlertRules.failedIdentitiesMin else { return }
    let start = LocalZone.vietnam.startOfDay(key.day)
    if let alert = AlertRules.failedIdentities(key.establishment, day: key.day, failed: failed, checkIns: checkIns, at: start) {
      try put(alert)
    } else {
      try remove(.failedIdentities, key.establishment, day: key.day)
    }
  }

  /// Replaces the alerts about establishments that stood in a partition by those that stand now.
  func replaceStanding(_ alerts: [Alert], in partition: Int) throws {
    standing.bind(partition, at: 1)
    var old: Set<String> = []
    while try standing.step() { old.insert(standing.text(0)) }
    for alert in alerts {
      let id = alert.id
      old.remove(id)
      try put(alert, id: id, standingIn: partition)
    }
    for id in old { try remove(id: id) }
  }
}

/// The alerts that a commit changed, by their ids.
final class TouchedAlerts {
  var ids: Set<String> = []

  /// Notes all alerts that an establishment's unit should act on; reads all alerts, for what seldom happens.
  func note(alertsOf establishment: EstablishmentID, _ db: Database) throws {
    let statement = try StoreStatement(db, "SELECT id FROM alerts WHERE establishment = ?1")
    statement.bind(establishment, at: 1)
    while try statement.step() { ids.insert(statement.text(0)) }
  }
}

@available(*, unavailable, message: "it belongs to one commit")
extension TouchedAlerts: Sendable {}
