import Foundation
import GRDB
public import LodgingDomain
import LodgingPipeline

extension RegisterView {
  /// The alerts that stand in a unit, or all, the gravest first.
  ///
  /// - Parameters:
  ///   - unit: The unit.
  ///   - catalogue: Says which communes lie in a province.
  ///   - cursor: Those after this place only; nil from the first on.
  ///   - limit: How many at most; nil for all.
  /// - Returns: The alerts.
  /// - Throws: ``StoreError``, as all questions do.
  public func alerts(
    in unit: UnitCode = .nation, catalogue: UnitCatalogue, after cursor: AlertCursor? = nil, limit: Int? = nil
  ) throws -> [AlertRecord] {
    let statement = try StoreStatement(db, Self.alerts + " ORDER BY severity DESC, score DESC, at DESC, alerts.id")
    var records: [AlertRecord] = []
    while try statement.step() {
      let record = try Self.alert(statement)
      guard record.lies(in: unit, catalogue: catalogue), cursor.map({ $0 < AlertCursor(record) }) ?? true else { continue }
      if let limit, records.count >= limit {
        statement.stop()
        break
      }
      records.append(record)
    }
    return records
  }

  /// The alert of this id, where it stands.
  func alert(_ id: String) throws -> AlertRecord? {
    let statement = try StoreStatement(db, Self.alerts + " WHERE alerts.id = ?1")
    statement.bind(id, at: 1)
    guard try statement.step() else { return nil }
    defer { statement.stop() }
    return try Self.alert(statement)
  }

  private static let alerts = """
    SELECT alerts.id, alerts.kind, severity, score, establishment, stay, other_establishment, other_stay, day, at, reasons, commune, notice
    FROM alerts LEFT JOIN establishments ON establishments.id = alerts.establishment
    """

  /// How many alerts of each kind stand.
  public func alertTotals() throws -> [AlertKind: Int] {
    let statement = try StoreStatement(db, "SELECT kind, count(*) FROM alerts GROUP BY kind")
    var totals: [AlertKind: Int] = [:]
    while try statement.step() { totals[try statement.value(0, as: AlertKind.self)] = statement.int(1, as: Int.self) }
    return totals
  }

  private static func alert(_ statement: StoreStatement) throws -> AlertRecord {
    var other: StayReference?
    if !statement.isNull(6) { other = StayReference(establishment: try statement.establishment(6), stay: try statement.event(7)) }
    let stored = (try? JSONDecoder().decode([String].self, from: Data(statement.bytes(10)))) ?? []
    let reasons = stored.compactMap { AlertReason(stored: $0) }
    guard !reasons.isEmpty, reasons.count == stored.count else {
      throw StoredValueError("the reasons of an alert are malformed")
    }
    let alert = Alert(
      kind: try statement.value(1, as: AlertKind.self), severity: try statement.value(2, as: AlertSeverity.self),
      score: statement.int(3, as: Int.self), establishment: try statement.establishment(4), stay: try statement.optionalEvent(5),
      other: other, day: statement.optionalDate(8), notice: try statement.optionalEvent(12).map(NoticeID.init), at: statement.instant(9),
      reasons: reasons)
    return AlertRecord(id: statement.text(0), alert: alert, commune: statement.isNull(11) ? nil : try statement.commune(11))
  }
}

extension AlertRecord {
  fileprivate func lies(in unit: UnitCode, catalogue: UnitCatalogue) -> Bool {
    switch unit {
    case .nation: true
    case .province(let code): commune.flatMap(catalogue.commune)?.province == code
    case .commune(let code): commune == code
    case .establishment(let id): alert.establishment == id
    }
  }
}
