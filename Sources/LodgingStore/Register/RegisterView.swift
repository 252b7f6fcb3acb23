import GRDB
public import LodgingDomain
public import LodgingPipeline

extension RegisterStore {
  /// Answers questions from one moment of the register: whatever is asked inside `body` stands on the same version.
  ///
  /// - Parameter body: Asks the view, which must not leave the call.
  /// - Returns: What `body` returns.
  /// - Throws: ``StoreError``, or what `body` itself throws.
  public func read<Answer>(_ body: (RegisterView) throws -> Answer) throws -> Answer {
    try file.read { try body(RegisterView($0)) }
  }
}

/// One moment of the register, for questions.
public struct RegisterView {
  let db: Database

  init(_ db: Database) { self.db = db }

  /// What the answers of this view stand on.
  public func version() throws -> RegisterVersion {
    let statement = try StoreStatement(db, #"SELECT partition, "offset", chain, source, now FROM positions"#)
    var version = RegisterVersion()
    while try statement.step() {
      version.positions[statement.int(0, as: Int.self)] = ChainPosition(
        offset: statement.int(1), chain: try statement.digest(2), source: statement.int(3))
      version.asOf = min(version.asOf ?? statement.instant(4), statement.instant(4))
    }
    version.notices = try noticePosition()
    return version
  }

  private func noticePosition() throws -> NoticePosition? {
    let statement = try StoreStatement(db, "SELECT next, digest FROM notice_position")
    guard try statement.step() else { return nil }
    defer { statement.stop() }
    return NoticePosition(next: statement.int(0), digest: try statement.digest(1))
  }

  /// What was decided so far.
  public func totals() throws -> RegisterTotals {
    var totals = RegisterTotals(decisions: [:], codes: [:])
    let decisions = try StoreStatement(db, "SELECT outcome, count FROM decision_totals WHERE of_stay = 1")
    while try decisions.step() { totals.decisions[try decisions.value(0, as: Outcome.self)] = decisions.int(1, as: Int.self) }
    let codes = try StoreStatement(
      db, "SELECT code, sum(count) FROM code_totals WHERE of_stay = 1 AND outcome <> ?1 GROUP BY code")
    codes.bind(Outcome.duplicate, at: 1)
    while try codes.step() { totals.codes[try codes.value(0, as: Code.self)] = codes.int(1, as: Int.self) }
    return totals
  }

  /// All establishments in the order of their ids.
  public func establishments() throws -> [EstablishmentRecord] {
    try establishments(where: "true ORDER BY id") { _ in }
  }

  /// An establishment, or nil.
  public func establishment(_ id: EstablishmentID) throws -> EstablishmentRecord? {
    try establishments(where: "id = ?1") { $0.bind(id, at: 1) }.first
  }

  func establishments(where condition: String, bind: (StoreStatement) -> Void) throws -> [EstablishmentRecord] {
    let figures = OccupancyColumns.ofEstablishment
    let statement = try StoreStatement(db, "SELECT \(EstablishmentColumns.list), \(figures) FROM establishments WHERE \(condition)")
    bind(statement)
    var records: [EstablishmentRecord] = []
    while try statement.step() {
      let (id, row) = try EstablishmentColumns.read(statement)
      let occupancy = OccupancyColumns.read(statement, from: EstablishmentColumns.count)
      records.append(EstablishmentRecord(id: id, row: row, occupancy: occupancy))
    }
    return records
  }
}

@available(*, unavailable, message: "a view is valid only inside the call that hands it over")
extension RegisterView: Sendable {}
