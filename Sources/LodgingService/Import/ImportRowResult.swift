import LodgingDomain
import LodgingFiles

/// What became of one row.
package struct ImportRowResult: Encodable, Sendable {
  package var row: Int
  package var eventID: String
  /// That of the guest's registration; a check-out that was refused is told in the codes beside it.
  package var outcome: String
  package var codes: [String]
  package var fields: [Field] = []
  package var receipt: String?
  /// The codes that are about no field, in words.
  package var reasons: [Reason] = []
  /// What looks wrong and was taken as it stands all the same.
  package var advice: [Field] = []
  /// Whether part of what the row tells is not registered, so that it must be put right.
  package var isIncomplete: Bool

  /// A code in both languages.
  package struct Reason: Encodable, Sendable, Hashable {
    package var code: String
    package var text: String
    package var textVietnamese: String

    enum CodingKeys: String, CodingKey {
      case code, text
      case textVietnamese = "text_vi"
    }
  }

  /// A field with what is wrong with it, in both languages.
  package struct Field: Encodable, Sendable, Hashable {
    package var field: String
    package var code: String
    package var text: String
    package var textVietnamese: String
    /// What to do, in English.
    package var hint: String
    /// The same in Vietnamese.
    package var hintVietnamese: String
    /// What the value probably should be, where the file reader can tell; it is offered and never taken by itself.
    package var repair: String?

    enum CodingKeys: String, CodingKey {
      case field, code, text, hint, repair
      case textVietnamese = "text_vi"
      case hintVietnamese = "hint_vi"
    }
  }

  enum CodingKeys: String, CodingKey {
    case row, outcome, codes, fields, receipt, reasons, advice
    case eventID = "event_id"
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(row, forKey: .row)
    try container.encode(eventID, forKey: .eventID)
    try container.encode(outcome, forKey: .outcome)
    try container.encode(codes, forKey: .codes)
    try container.encode(fields, forKey: .fields)
    try container.encode(receipt, forKey: .receipt)
    if !reasons.isEmpty { try container.encode(reasons, forKey: .reasons) }
    if !advice.isEmpty { try container.encode(advice, forKey: .advice) }
  }
}

extension ImportRowResult {
  /// A row that was read and decided.
  init(_ row: DraftedRow, event: EventID, verdict: Verdict) {
    let decision = verdict.decision
    self.init(
      row: row.row, eventID: event.description, outcome: decision.outcome.name, codes: [], receipt: verdict.receipt?.description,
      advice: row.advice.map(Field.init), isIncomplete: decision.outcome == .rejected)
    add(decision.codes, decision.fields.map { Field($0) })
  }

  /// A row that cannot be sent as it is: what its file says of it, and what would be refused once that is put right.
  init(refused row: ImportedRow, event: EventID, also decision: Decision) {
    let problems = row.draft.problems
    self.init(
      row: row.row, eventID: event.description, outcome: Outcome.rejected.name, codes: [], advice: row.draft.advice.map(Field.init),
      isIncomplete: true)
    let codes = problems.reduce(into: decision.codes) { $0.insert($1.code) }
    add(codes, problems.map(Field.init) + decision.fields.map { Field($0) })
  }

  /// Adds that the guest's departure is not registered, and why.
  ///
  /// - Parameters:
  ///   - decision: The verdict on the check-out.
  ///   - happened: The departure that it told.
  ///   - now: The time of the import.
  mutating func add(refusedCheckOut decision: Decision, happened: Instant, at now: Instant) {
    isIncomplete = true
    let fields = decision.fields.map { problem in
      guard problem.field == .happened else { return Field(problem) }
      // The moment of a check-out is the departure that the row names.
      let hint: DraftProblem.Hint =
        switch problem.code {
        case .timeDepartureBeforeArrival: .departureBeforeArrival
        default: happened > now ? .departedInFuture : .departedLongAgo
        }
      return Field(DraftProblem(.actualDeparture, problem.code, hint))
    }
    add(decision.codes, fields)
  }

  private mutating func add(_ codes: CodeSet, _ fields: [Field]) {
    self.codes += codes.namesForEstablishment.filter { !self.codes.contains($0) }
    self.fields += fields
    let told = Set(self.fields.map(\.code))
    reasons = self.codes.filter { !told.contains($0) }.compactMap(Reason.init)
  }
}

extension ImportRowResult.Field {
  /// What a file's reader says of a field.
  init(_ problem: DraftProblem) {
    self.init(
      field: problem.field.name, code: problem.code.name, text: problem.hint.english, textVietnamese: problem.hint.vietnamese,
      hint: problem.code.texts.hint, hintVietnamese: problem.code.texts.hintVietnamese, repair: problem.repair)
  }

  /// What a decision says of a field.
  init(_ problem: FieldProblem) {
    let texts = problem.code.texts
    self.init(
      field: problem.field.name, code: problem.code.name, text: "\(texts.english) \(texts.hint)",
      textVietnamese: "\(texts.vietnamese) \(texts.hintVietnamese)", hint: texts.hint, hintVietnamese: texts.hintVietnamese)
  }
}

extension ImportRowResult.Reason {
  /// The words for a code as the establishment sees it; nil for a name that is none.
  init?(_ code: String) {
    guard let texts = code == Code.checkDocument ? Code.checkDocumentDescription : Code(name: code)?.texts else { return nil }
    self.init(
      code: code, text: "\(texts.english) \(texts.hint)", textVietnamese: "\(texts.vietnamese) \(texts.hintVietnamese)")
  }
}
