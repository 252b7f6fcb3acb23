import LodgingDomain
import LodgingWire

/// What a step asks the resident directory, and who asked it.
///
/// Of a name only the exact form goes into a question, which settles it for nearly everybody; the rest is made where it does not.
struct ResidentInquiry {
  private var fingerprints: DirectoryFingerprints
  private var questions: [ResidentQuestion] = []
  private var askers: [Asker] = []
  private var answers: [ResidentAnswer] = []

  /// Who asked a question: the place in the step, and the declared number for the case that nobody knows it.
  private struct Asker {
    var index: Int
    var number: PersonalNumber?
    var sex: Sex?
    var birthYear: Int?

    /// What the number itself says against the declaration; asked only where the register does not know the number.
    var contradictions: CodeSet { number?.contradictions(sex: sex, birthYear: birthYear) ?? [] }
  }

  /// Makes an inquiry under the directory's key.
  init(key: SipKey) { fingerprints = DirectoryFingerprints(key: key) }

  /// Forgets all questions and keeps the memory.
  mutating func removeAll() {
    questions.removeAll(keepingCapacity: true)
    askers.removeAll(keepingCapacity: true)
  }

  /// Asks about a citizen: by the personal number where one was declared, else by a passport; nothing about other papers.
  mutating func add(_ identity: BorrowedIdentity, number: PersonalNumber?, index: Int) {
    let (by, row): (ResidentQuestion.Key, UInt64)
    if let number {
      (by, row) = (.personalNumber, fingerprints.rowKey(of: number))
    } else if identity.documentKind == .passport, !identity.documentNumber.isEmpty {
      (by, row) = (.documentNumber, fingerprints.rowKey(ofDocument: identity.documentNumber))
    } else {
      return
    }
    let person = fingerprints.exactPerson(
      row: row, utf8Name: identity.fullName, birthDate: identity.birthDate, sex: identity.sex)
    questions.append(ResidentQuestion(by: by, key: row, person: person))
    askers.append(Asker(index: index, number: number, sex: identity.sex, birthYear: identity.birthDate?.year))
  }

  /// Asks all questions at once and adds what is found to the facts; throws where the directory does not answer.
  mutating func ask(_ directory: any ResidentDirectory, for prepared: PreparedEvents) throws {
    guard !questions.isEmpty else { return }
    let (questions, askers) = (questions, askers)
    var fingerprints = fingerprints
    let version = try directory.lookUp(questions, into: &answers) { index in
      prepared[askers[index].index].person(row: questions[index].key, &fingerprints)
    }
    for (asker, answer) in zip(askers, answers) {
      var codes = answer.codes
      if codes.contains(.directoryUnknownNumber) { codes.formUnion(asker.contradictions) }
      prepared[asker.index].facts.flags.formUnion(codes)
      prepared[asker.index].facts.directoryVersion = version
    }
  }
}

extension PreparedEvent {
  /// All fingerprints of the declared person.
  fileprivate func person(row: UInt64, _ fingerprints: inout DirectoryFingerprints) -> PersonFingerprints {
    var person = PersonFingerprints()
    guard case .event(let read) = content else { return person }
    // It was read before, so it can be read.
    try? read.opened?.read { identity in
      person = fingerprints.person(
        row: row, utf8Name: identity.fullName, birthDate: identity.birthDate, sex: identity.sex)
    }
    return person
  }
}
