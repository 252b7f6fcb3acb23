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
      fields: problems.map {
        Field(field: $0.field.name, code: $0.code.name, text: $0.hint.english, textVietnamese: $0.hint.vietnamese, repair: $0.repair)
      }, receipt: nil)
  }
}
