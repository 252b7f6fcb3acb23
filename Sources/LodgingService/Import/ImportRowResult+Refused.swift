import LodgingDomain
import LodgingFiles

extension ImportRowResult {
  /// A row that cannot be sent as it is: every problem with its field.
  init(refused row: ImportedRow, id: EventID) {
    let problems = row.draft.problems
    var codes: CodeSet = []
    for problem in problems { codes.insert(problem.code) }
    self.init(
      row: row.row, eventID: id.description, outcome: Outcome.rejected.name, codes: codes.names,
      fields: problems.map(Field.init), receipt: nil)
  }
}

extension ImportRowResult.Field {
  /// What a file's reader says of a field.
  init(_ problem: DraftProblem) {
    self.init(
      field: problem.field.name, code: problem.code.name, text: problem.hint.english, textVietnamese: problem.hint.vietnamese,
      repair: problem.repair)
  }
}
