import GRDB
import LodgingDomain
import LodgingPipeline

/// Writes establishments, communes, flows and positions in one transaction.
struct PlaceWriter {
  private let update: StoreStatement
  private let upsert: StoreStatement
  private let addCommune: StoreStatement
  private let insertCommune: StoreStatement
  private let selectFlow: StoreStatement
  private let updateFlow: StoreStatement
  private let insertFlow: StoreStatement
  private let putPosition: StoreStatement

  private static let figures = ["present", "overdue", "presumed_left", "citizens", "foreigners", "minors", "rooms_in_use"]

  init(_ db: Database) throws {
    // Figures that are not given stay as they are.
    let kept = Self.figures.enumerated().map { "\($1) = coalesce(?\($0 + 3), \($1))" }.joined(separator: ", ")
    // Most batches move figures and times only; to leave the columns of an index out of SET leaves the index alone.
    update = try StoreStatement(
      db,
      """
      UPDATE establishments SET last_report = ?1, over_since = ?2, \(kept)
      WHERE id = ?10 AND name = ?11 AND kind = ?12 AND commune = ?13 AND remote = ?14 AND rooms = ?15 AND beds = ?16 AND status = ?17
      """)
    upsert = try StoreStatement(
      db,
      """
      INSERT INTO establishments (last_report, over_since, \(Self.figures.joined(separator: ", ")), id, name, kind, commune, remote, rooms, beds,
        status, partition, ordinal)
      VALUES (?1, ?2, \((3...9).map { "coalesce(?\($0), 0)" }.joined(separator: ", ")), ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
      ON CONFLICT (id) DO UPDATE SET last_report = ?1, over_since = ?2, \(kept), name = ?11, kind = ?12, commune = ?13, remote = ?14,
        rooms = ?15, beds = ?16, status = ?17
      """)
    let sums = (Self.figures + ["rooms", "beds", "establishments"]).enumerated().map { "\($1) = \($1) + ?\($0 + 2)" }
    addCommune = try StoreStatement(db, "UPDATE communes SET \(sums.joined(separator: ", ")) WHERE commune = ?1")
    insertCommune = try StoreStatement(
      db,
      """
      INSERT INTO communes (commune, \(Self.figures.joined(separator: ", ")), rooms, beds, establishments)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
      """)
    // RETURNING would make a table of its own for each row.
    selectFlow = try StoreStatement(
      db, "SELECT arrivals, departures, check_ins, failed FROM flows WHERE day = ?1 AND establishment = ?2")
    updateFlow = try StoreStatement(
      db,
      "UPDATE flows SET arrivals = ?3, departures = ?4, check_ins = ?5, failed = ?6 WHERE day = ?1 AND establishment = ?2")
    insertFlow = try StoreStatement(
      db, "INSERT INTO flows (day, establishment, arrivals, departures, check_ins, failed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    putPosition = try StoreStatement(
      db,
      """
      INSERT INTO positions (partition, "offset", chain, source, now) VALUES (?1, ?2, ?3, ?4, ?5)
      ON CONFLICT (partition) DO UPDATE SET "offset" = ?2, chain = ?3, source = ?4, now = ?5
      """)
  }

  // MARK: Establishments and communes

  func write(_ establishments: [EstablishmentID: EstablishmentRow], _ occupancy: [EstablishmentID: OccupancyChange]) throws {
    guard occupancy.keys.allSatisfy({ establishments[$0] != nil }) else {
      throw ContractViolation("the occupancy of an establishment changed without its row")
    }
    for (id, row) in establishments.sorted(by: { $0.key < $1.key }) {
      let figures = occupancy[id]?.after.occupancy
      bind(id, row, figures, to: update)
      guard try update.run() == 0 else { continue }
      bind(id, row, figures, to: upsert)
      upsert.bind(row.partition, at: 18)
      upsert.bind(row.ordinal, at: 19)
      try upsert.run()
    }
    for (commune, difference) in Self.differences(occupancy) where difference != Occupancy() {
      bind(commune, difference, to: addCommune)
      guard try addCommune.run() == 0 else { continue }
      bind(commune, difference, to: insertCommune)
      try insertCommune.run()
    }
  }

  private static func differences(_ changes: [EstablishmentID: OccupancyChange]) -> [CommuneCode: Occupancy] {
    var differences: [CommuneCode: Occupancy] = [:]
    for change in changes.values {
      if let before = change.before {
        differences[before.commune, default: Occupancy()] = differences[before.commune, default: Occupancy()] - before.occupancy
      }
      differences[change.after.commune, default: Occupancy()] =
        differences[change.after.commune, default: Occupancy()] + change.after.occupancy
    }
    return differences
  }

  private func bind(_ id: EstablishmentID, _ row: EstablishmentRow, _ figures: Occupancy?, to statement: StoreStatement) {
    statement.bind(row.lastReport, at: 1)
    statement.bind(row.overSince, at: 2)
    if let figures {
      for (index, figure) in Self.values(figures).enumerated() { statement.bind(figure, at: CInt(index + 3)) }
    } else {
      for place in 3...9 as ClosedRange<CInt> { statement.bindNull(at: place) }
    }
    statement.bind(id, at: 10)
    statement.bind(row.details.name, at: 11)
    statement.bind(row.details.kind, at: 12)
    statement.bind(row.details.commune, at: 13)
    statement.bind(row.details.remote, at: 14)
    statement.bind(Int64(row.details.rooms), at: 15)
    statement.bind(Int64(row.details.beds), at: 16)
    statement.bind(row.status, at: 17)
  }

  private func bind(_ commune: CommuneCode, _ difference: Occupancy, to statement: StoreStatement) {
    statement.bind(commune, at: 1)
    let figures = Self.values(difference) + [difference.rooms, difference.beds, difference.establishments]
    for (index, figure) in figures.enumerated() { statement.bind(figure, at: CInt(index + 2)) }
  }

  private static func values(_ occupancy: Occupancy) -> [Int] {
    [
      occupancy.present, occupancy.overdue, occupancy.presumedLeft, occupancy.citizens, occupancy.foreigners, occupancy.minors,
      occupancy.roomsInUse,
    ]
  }

  // MARK: Flows and positions

  /// Adds to a day of an establishment and returns the day's check-ins and failed identities after it.
  func add(_ flow: Flow, to key: FlowKey) throws -> (checkIns: Int, failed: Int) {
    bind(key, to: selectFlow)
    guard try selectFlow.step() else {
      bind(flow, key, to: insertFlow)
      try insertFlow.run()
      return (flow.checkIns, flow.failed)
    }
    var sum = flow
    sum.arrivals += selectFlow.int(0, as: Int.self)
    sum.departures += selectFlow.int(1, as: Int.self)
    sum.checkIns += selectFlow.int(2, as: Int.self)
    sum.failed += selectFlow.int(3, as: Int.self)
    selectFlow.stop()
    bind(sum, key, to: updateFlow)
    try updateFlow.run()
    return (sum.checkIns, sum.failed)
  }

  private func bind(_ key: FlowKey, to statement: StoreStatement) {
    statement.bind(key.day, at: 1)
    statement.bind(key.establishment, at: 2)
  }

  private func bind(_ flow: Flow, _ key: FlowKey, to statement: StoreStatement) {
    bind(key, to: statement)
    for (index, figure) in [flow.arrivals, flow.departures, flow.checkIns, flow.failed].enumerated() {
      statement.bind(figure, at: CInt(index + 3))
    }
  }

  func put(_ progress: PartitionProgress, of partition: Int) throws {
    putPosition.bind(partition, at: 1)
    putPosition.bind(progress.position.offset, at: 2)
    putPosition.bind(progress.position.chain, at: 3)
    putPosition.bind(progress.position.source, at: 4)
    putPosition.bind(progress.now, at: 5)
    try putPosition.run()
  }
}
