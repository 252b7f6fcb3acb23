import LodgingDomain
import LodgingPipeline

/// The files and the overlay as they are during one batch of look-ups.
struct ResidentView: Sendable {
  let files: DirectorySnapshot?
  let overlay: ResidentOverlay

  /// Questions whose slots are fetched together.
  private static let batch = 64

  /// Appends the answer to each question, without allocating more than the space of the answers; see ``ResidentDirectory`` for `whole`.
  func answer(
    _ questions: borrowing [ResidentQuestion], into answers: inout [ResidentAnswer], whole: (Int) -> PersonFingerprints
  ) {
    answers.reserveCapacity(questions.count)
    // The first pass over a batch reads the home slot of each question. The reads do not depend on each other, so the processor fetches
    // many cache lines at once; the second pass finds them near.
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.batch) { keys in
      var start = 0
      while start < questions.count {
        let end = min(start + Self.batch, questions.count)
        if let persons = files?.base.persons {
          for index in start..<end { keys[index - start] = persons.key(at: persons.home(of: questions[index].key)) }
        }
        for index in start..<end {
          let found = codes(questions[index], keyAtHome: keys[index - start]) { whole(index) }
          answers.append(ResidentAnswer(codes: found))
        }
        start = end
      }
    }
  }

  private func codes(
    _ question: borrowing ResidentQuestion, keyAtHome: UInt64, whole: () -> PersonFingerprints
  ) -> CodeSet {
    guard question.by == .personalNumber else { return codesOfDocument(question, whole: whole) }
    if overlay.isEmpty, let files, files.delta == nil {
      return Self.codes(question, in: files.base.persons, keyAtHome: keyAtHome, whole: whole)
    }
    guard let row = person(question.key), row.status != DirectoryRow.deleted else { return CodeSet(.directoryUnknownNumber) }
    return Self.codes(declared: question.person, recorded: row.person, status: row.status, whole: whole)
  }

  /// The quick way, for when all that is known stands in one table: mostly the slot says everything.
  private static func codes(
    _ question: borrowing ResidentQuestion, in persons: borrowing DirectoryTable, keyAtHome: UInt64, whole: () -> PersonFingerprints
  ) -> CodeSet {
    let home = persons.home(of: question.key)
    let found = keyAtHome == question.key ? home : persons.slot(of: question.key, from: home)
    guard question.key != 0, let slot = found else { return CodeSet(.directoryUnknownNumber) }
    if persons.exactSummary(at: slot) == PersonSummary.exact(question.person) { return [] }
    let person = whole()
    if persons.foldedSummary(at: slot) == PersonSummary.folded(person) { return CodeSet(.directoryNameAccents) }
    guard let row = persons.row(at: slot) else { return CodeSet(.directoryUnknownNumber) }
    return codes(declared: person, recorded: row.person, status: row.status) { person }
  }

  /// Whoever asks by document is told of the holder's status, as long as the holder's record names this document.
  private func codesOfDocument(_ question: borrowing ResidentQuestion, whole: () -> PersonFingerprints) -> CodeSet {
    guard let row = document(question.key), let holder = person(row.link), holder.link == question.key,
      holder.status != DirectoryRow.deleted
    else { return CodeSet(.directoryUnknownNumber) }
    return Self.codes(declared: question.person, recorded: row.person, status: holder.status, whole: whole)
  }

  private static func codes(
    declared: PersonFingerprints, recorded: PersonFingerprints, status: UInt8, whole: () -> PersonFingerprints
  ) -> CodeSet {
    let isExact = declared.exactName == recorded.exactName
    var codes = ResidentGrading.codes(declared: isExact ? declared : whole(), recorded: recorded)
    if let flag = ResidentStatus(rawValue: status)?.flag { codes.insert(flag) }
    return codes
  }

  /// The newest row of a person; a deletion is a row.
  func person(_ key: UInt64) -> DirectoryRow? {
    (overlay.isEmpty ? nil : overlay.person(key)) ?? files?.person(key)
  }

  /// The newest row of a document.
  private func document(_ key: UInt64) -> DirectoryRow? {
    (overlay.isEmpty ? nil : overlay.document(key)) ?? files?.document(key)
  }
}
