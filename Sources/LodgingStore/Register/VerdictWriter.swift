import GRDB
import LodgingDomain
import LodgingPipeline

/// Writes receipts, quarantine and the totals over both in one transaction.
struct VerdictWriter {
  private let insertReceipt: StoreStatement
  private let insertQuarantine: StoreStatement
  private let insertReplay: StoreStatement
  private let addDecisions: StoreStatement
  private let addCodes: StoreStatement

  init(_ db: Database) throws {
    insertReceipt = try StoreStatement(
      db,
      """
      INSERT INTO receipts (partition, source, ledger_offset, establishment, event, stay, kind, outcome, codes, fields, due, judged, digest,
        received, now, own_reference, first_source, first_digest, first_month, first_outcome, first_codes, first_check_in, first_registered)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)
      """)
    insertQuarantine = try StoreStatement(
      db, "INSERT INTO quarantine (partition, source, code, reason, size, digest, now) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")
    insertReplay = try StoreStatement(
      db,
      """
      INSERT INTO replays (original_partition, original_incarnation, original_source, partition, source) VALUES (?1, ?2, ?3, ?4, ?5)
      """)
    addDecisions = try StoreStatement(
      db,
      """
      INSERT INTO decision_totals (of_stay, outcome, count) VALUES (?1, ?2, ?3)
      ON CONFLICT (of_stay, outcome) DO UPDATE SET count = count + ?3
      """)
    addCodes = try StoreStatement(
      db,
      """
      INSERT INTO code_totals (of_stay, outcome, code, count) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (of_stay, outcome, code) DO UPDATE SET count = count + ?4
      """)
  }

  func write(_ receipts: [ReceiptRow], _ quarantine: [QuarantineRow], _ replays: [ReplayRow]) throws {
    var tally = VerdictTally()
    for receipt in receipts {
      try write(receipt)
      tally.count(receipt.decision.outcome, receipt.decision.codes, isOfStay: receipt.kind.isOfStay)
    }
    for row in quarantine {
      try write(row)
      tally.count(.undecodable, CodeSet(row.code), isOfStay: true)
    }
    for row in replays {
      insertReplay.bind(Int64(row.original.partition), at: 1)
      insertReplay.bind(Int64(row.original.incarnation), at: 2)
      insertReplay.bind(row.original.source, at: 3)
      insertReplay.bind(row.partition, at: 4)
      insertReplay.bind(row.source, at: 5)
      try insertReplay.run()
    }
    try write(tally)
  }

  private func write(_ receipt: ReceiptRow) throws {
    let decision = receipt.decision
    insertReceipt.bind(receipt.partition, at: 1)
    insertReceipt.bind(receipt.source, at: 2)
    insertReceipt.bind(receipt.ledgerOffset, at: 3)
    insertReceipt.bind(receipt.establishment, at: 4)
    insertReceipt.bind(receipt.event, at: 5)
    insertReceipt.bind(receipt.stay, at: 6)
    insertReceipt.bind(receipt.kind, at: 7)
    insertReceipt.bind(decision.outcome, at: 8)
    insertReceipt.bind(decision.codes, at: 9)
    insertReceipt.bind(decision.fields, at: 10)
    insertReceipt.bind(decision.due, at: 11)
    insertReceipt.bind(decision.judged, at: 12)
    insertReceipt.bind(receipt.digest, at: 13)
    insertReceipt.bind(receipt.received, at: 14)
    insertReceipt.bind(receipt.now, at: 15)
    insertReceipt.bind(receipt.ownReference, at: 16)
    bindFirst(decision.first)
    try insertReceipt.run()
  }

  private func bindFirst(_ first: RegisteredEvent?) {
    guard let first else {
      for place in 17...23 as ClosedRange<CInt> { insertReceipt.bindNull(at: place) }
      return
    }
    insertReceipt.bind(first.source, at: 17)
    insertReceipt.bind(first.digest, at: 18)
    insertReceipt.bind(first.month, at: 19)
    insertReceipt.bind(first.outcome, at: 20)
    insertReceipt.bind(first.codes, at: 21)
    insertReceipt.bind(first.isCheckIn, at: 22)
    insertReceipt.bind(first.registered, at: 23)
  }

  private func write(_ row: QuarantineRow) throws {
    insertQuarantine.bind(row.partition, at: 1)
    insertQuarantine.bind(row.source, at: 2)
    insertQuarantine.bind(row.code, at: 3)
    insertQuarantine.bind(row.reason, at: 4)
    insertQuarantine.bind(row.size, at: 5)
    insertQuarantine.bind(row.digest, at: 6)
    insertQuarantine.bind(row.now, at: 7)
    try insertQuarantine.run()
  }

  private func write(_ tally: VerdictTally) throws {
    for (key, count) in tally.decisions {
      addDecisions.bind(key.isOfStay, at: 1)
      addDecisions.bind(key.outcome, at: 2)
      addDecisions.bind(count, at: 3)
      try addDecisions.run()
    }
    for (key, counts) in tally.codes {
      for (code, count) in counts.enumerated() where count > 0 {
        addCodes.bind(key.isOfStay, at: 1)
        addCodes.bind(key.outcome, at: 2)
        addCodes.bind(code, at: 3)
        addCodes.bind(count, at: 4)
        try addCodes.run()
      }
    }
  }
}

/// Verdicts of a batch counted by outcome and code.
private struct VerdictTally {
  struct Key: Hashable {
    var isOfStay: Bool
    var outcome: Outcome
  }

  var decisions: [Key: Int] = [:]
  /// For each code by its raw value.
  var codes: [Key: [Int]] = [:]

  mutating func count(_ outcome: Outcome, _ codes: CodeSet, isOfStay: Bool) {
    let key = Key(isOfStay: isOfStay, outcome: outcome)
    decisions[key, default: 0] += 1
    var bits = codes.rawValue
    while bits != 0 {
      self.codes[key, default: [Int](repeating: 0, count: 64)][bits.trailingZeroBitCount] += 1
      bits &= bits - 1
    }
  }
}

extension StoreStatement {
  /// Two bytes for each field: the field and its code.
  func bind(_ fields: [FieldProblem], at place: CInt) {
    fields.flatMap { [$0.field.rawValue, $0.code.rawValue] }.withUnsafeBytes { bind(blob: $0, at: place) }
  }

  func fields(_ column: CInt) throws -> [FieldProblem] {
    let bytes = bytes(column)
    return try stride(from: 0, to: bytes.count - 1, by: 2).map { index in
      guard let field = Field(rawValue: bytes[index]), let code = Code(rawValue: bytes[index + 1]) else {
        throw StoredValueError("a field or its code is unknown")
      }
      return FieldProblem(field, code)
    }
  }
}
