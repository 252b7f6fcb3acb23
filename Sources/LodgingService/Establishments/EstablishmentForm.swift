package import LodgingDomain
import LodgingFiles

/// What a person fills in about an establishment.
package enum EstablishmentForm {
  /// What is wrong with what was written, in the words that rows of a file get too; nothing where the details can be used.
  ///
  /// Whether the commune exists is left to whoever decides.
  package static func problems(_ written: WrittenEstablishment) -> [ImportRowResult.Field] {
    do throws(WrittenEstablishmentError) {
      _ = try EstablishmentDetails(written)
      return []
    } catch {
      return error.problems.map { ImportRowResult.Field(DraftProblem(establishment: $0)) }
    }
  }

  /// What is to be said of fields that a decision refused.
  package static func fields(of decision: Decision) -> [ImportRowResult.Field] {
    decision.fields.map { problem in
      [.name, .commune].contains(problem.field)
        ? ImportRowResult.Field(DraftProblem(establishment: problem)) : ImportRowResult.Field(problem)
    }
  }
}
