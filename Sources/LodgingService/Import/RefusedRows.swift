import LodgingDomain
import LodgingFiles
import LodgingPipeline
import LodgingStore

/// Says everything that is wrong with rows that cannot be sent as they are, so that a clerk who mends them does not meet the next reason.
struct RefusedRows {
  private let drafter: RowDrafter
  private let state: PartitionState
  private let zone = LocalZone.vietnam

  /// Looks the establishment up; nothing else of the register decides a check-in.
  init(_ register: Register, drafter: RowDrafter, establishment: EstablishmentID) throws {
    self.drafter = drafter
    let record = try register.store.read { try $0.establishment(establishment) }
    let known = record.map { EstablishmentState(id: $0.id, details: $0.row.details, status: $0.row.status) }
    state =
      PartitionState(now: drafter.now, forgottenThrough: -1, establishments: known.map { [$0] } ?? [], registrations: [])
      ?? PartitionState(now: drafter.now)
  }

  /// The result of a row with problems.
  func result(of row: ImportedRow) -> ImportRowResult {
    let drafted = drafter.draft(row)
    return ImportRowResult(refused: row, event: drafted.event.id, also: rejections(of: drafted, beside: row.draft.problems))
  }

  /// What the rules would say of what could be read, but for the fields of which the file's reader has spoken.
  private func rejections(of row: DraftedRow, beside problems: [DraftProblem]) -> Decision {
    let examination = IdentityExamination(row.identity, arrivalDay: row.arrivalDay, reason: row.event.stayDetails?.reason ?? 0)
    let facts = Facts(
      seal: .opened, month: KeyMonth(containing: drafter.now), digest: Digest128(first: 0, second: 0),
      // What is missing is the reader's to say: it knows what was there and could not be read.
      problems: examination.problems.filter { $0.code != .fieldMissing })
    let decision = decide(row.event, state: state, facts: facts, now: drafter.now)
    var told = Set(problems.map(\.field))
    // What a zone holds was told field by field.
    if !row.identity.machineReadableZone.isEmpty { told.insert(.event(.machineReadableZone)) }
    // Without the arrival nothing can be held against it.
    if told.contains(.event(.arrival)) { told.formUnion([.event(.departure), .event(.birthDate)]) }
    let fields = decision.fields.filter { !told.contains(.event($0.field)) }
    let about = Set(decision.fields.map(\.code))
    let codes = decision.codes.intersection(.rejections).codes.filter { code in
      !about.contains(code) || fields.contains { $0.code == code }
    }
    return Decision(outcome: .rejected, codes: CodeSet(codes.map { CodeSet($0) }), fields: fields)
  }
}
