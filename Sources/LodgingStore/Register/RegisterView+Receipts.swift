import GRDB
public import LodgingDomain
public import LodgingPipeline

extension RegisterView {
  /// The verdict on the event at an offset of the events topic, or nil.
  public func receipt(partition: Int, source: Int64) throws -> ReceiptRow? {
    try receipts(where: "partition = ?1 AND source = ?2") {
      $0.bind(partition, at: 1)
      $0.bind(source, at: 2)
    }.first
  }

  /// All verdicts on events of one id, in the order of their offsets: the first, and those of repetitions.
  ///
  /// There is no index for this: the receipts of the establishment's partition are read through, of all partitions where the
  /// establishment is unknown.
  public func receipts(of event: EventID, at establishment: EstablishmentID) throws -> [ReceiptRow] {
    let partition = try self.establishment(establishment)?.row.partition
    let place = partition.map { "partition = \($0) AND " } ?? ""
    return try receipts(where: "\(place)establishment = ?1 AND event = ?2 ORDER BY partition, source") {
      $0.bind(establishment, at: 1)
      $0.bind(event, at: 2)
    }
  }

  /// The records that are no events, in the order of partition and offset.
  public func quarantine() throws -> [QuarantineRow] {
    let statement = try StoreStatement(
      db, "SELECT partition, source, code, reason, size, digest, now FROM quarantine ORDER BY partition, source")
    var rows: [QuarantineRow] = []
    while try statement.step() {
      rows.append(
        QuarantineRow(
          partition: statement.int(0, as: Int.self), source: statement.int(1), code: try statement.value(2, as: Code.self),
          reason: statement.text(3), size: statement.int(4, as: Int.self), digest: try statement.digest(5), now: statement.instant(6)))
    }
    return rows
  }

  /// The events that were made of records in quarantine, by the record's place, in the order of partition and offset.
  public func replays() throws -> [QuarantinePlace: [ReplayRow]] {
    let statement = try StoreStatement(
      db,
      """
      SELECT original_partition, original_incarnation, original_source, partition, source FROM replays
      ORDER BY original_partition, original_source, partition, source
      """)
    var rows: [QuarantinePlace: [ReplayRow]] = [:]
    while try statement.step() {
      let place = QuarantinePlace(partition: try statement.unsigned(0), incarnation: try statement.unsigned(1), source: statement.int(2))
      rows[place, default: []].append(
        ReplayRow(original: place, partition: statement.int(3, as: Int.self), source: statement.int(4)))
    }
    return rows
  }

  // MARK: Rows

  private func receipts(where condition: String, bind: (StoreStatement) -> Void) throws -> [ReceiptRow] {
    let statement = try StoreStatement(
      db,
      """
      SELECT partition, source, ledger_offset, establishment, event, stay, kind, outcome, codes, fields, due, judged, digest, received, now,
        own_reference, first_source, first_digest, first_month, first_outcome, first_codes, first_check_in, first_registered
      FROM receipts WHERE \(condition)
      """)
    bind(statement)
    var rows: [ReceiptRow] = []
    while try statement.step() { rows.append(try Self.receipt(statement)) }
    return rows
  }

  private static func receipt(_ statement: StoreStatement) throws -> ReceiptRow {
    let decision = Decision(
      outcome: try statement.value(7, as: Outcome.self), codes: statement.codes(8), fields: try statement.fields(9),
      due: statement.optionalInstant(10), judged: statement.optionalInstant(11), first: try first(statement))
    return ReceiptRow(
      partition: statement.int(0, as: Int.self), source: statement.int(1), ledgerOffset: statement.int(2),
      establishment: try statement.establishment(3), event: try statement.event(4), stay: try statement.optionalEvent(5),
      kind: try statement.value(6, as: EventKind.self), decision: decision, digest: try statement.digest(12),
      received: statement.instant(13), now: statement.instant(14), ownReference: statement.text(15))
  }

  private static func first(_ statement: StoreStatement) throws -> RegisteredEvent? {
    guard !statement.isNull(16) else { return nil }
    return RegisteredEvent(
      source: statement.int(16), digest: try statement.digest(17), month: try statement.month(18),
      outcome: try statement.value(19, as: Outcome.self), codes: statement.codes(20), isCheckIn: statement.flag(21),
      registered: statement.instant(22))
  }
}
