import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingSynthetic
import LodgingTesting
import LodgingWire
import Testing

@testable import LodgingService

/// The directory's answers against those of a plain dictionary of readable residents, compared with the domain's own comparisons.
@Suite("Answers of the resident directory")
struct ResidentOracleTests {
  /// A guest as declared.
  private struct Declared {
    var number: String
    var isDocument = false
    var name: String
    var birthDate: PartialDate?
    var sex: Sex?
  }

  private static let count = 3000

  @Test("declared guests with every kind of mistake are graded as the readable register grades them", arguments: 0..<4)
  func oracle(seed: Int) throws {
    let bench = try ResidentBench()
    let people = SyntheticPeople(seed: UInt64(seed), count: Self.count)
    _ = try ResidentGenerator.write(rows: people.count, seed: people.seed, to: bench.csv)
    #expect(try bench.loader.load(bench.csv).loaded == Self.count)
    let replica = try ResidentReplica(folder: DirectoryFolder(path: bench.directory, key: bench.key))
    let register = (0..<people.count).map(people.person)
    var random = SeededGenerator(seed: UInt64(seed) + 100)
    let declared = register.map { declare($0, among: people, &random) }
    var byNumber: [String: SyntheticResident] = [:]
    for person in register {
      byNumber[person.number] = person
      if let document = person.documentNumber { byNumber[document] = person }
    }
    var fingerprints = DirectoryFingerprints(key: bench.key)
    let questions = try declared.map { try question($0, &fingerprints) }
    var answers: [ResidentAnswer] = []
    _ = replica.lookUp(questions, into: &answers)
    var seen: CodeSet = []
    for (guest, answer) in zip(declared, answers) {
      let expected = try expect(guest, byNumber[guest.number])
      #expect(answer.codes == expected, "\(answer.codes.codes) is not \(expected.codes)")
      seen.formUnion(expected)
    }
    #expect(answersInTwoStages(replica, declared, questions, fingerprints) == answers)
    #expect(seen == CodeSet.directoryFlags.intersection(CodeSet(rawValue: Code.allCases.reduce(0) { $0 | CodeSet($1).rawValue })))
  }

  /// The answers to questions that name the exact person only, and give the rest where they are asked for it.
  private func answersInTwoStages(
    _ replica: ResidentReplica, _ declared: [Declared], _ whole: [ResidentQuestion], _ fingerprints: DirectoryFingerprints
  ) -> [ResidentAnswer] {
    let exact = zip(declared, whole).map { guest, question in
      var name = guest.name
      var exact = question
      exact.person = name.withUTF8 {
        fingerprints.exactPerson(
          row: question.key, utf8Name: UnsafeRawBufferPointer($0), birthDate: guest.birthDate, sex: guest.sex)
      }
      return exact
    }
    var answers: [ResidentAnswer] = []
    _ = replica.lookUp(exact, into: &answers) { whole[$0].person }
    return answers
  }

  private func question(_ guest: Declared, _ fingerprints: inout DirectoryFingerprints) throws -> ResidentQuestion {
    let key = guest.isDocument ? fingerprints.rowKey(ofDocument: guest.number) : fingerprints.rowKey(of: try PersonalNumber(guest.number))
    let person = fingerprints.person(row: key, name: guest.name, birthDate: guest.birthDate, sex: guest.sex)
    return ResidentQuestion(by: guest.isDocument ? .documentNumber : .personalNumber, key: key, person: person)
  }

  private func expect(_ guest: Declared, _ person: SyntheticResident?) throws -> CodeSet {
    guard let person else { return CodeSet(.directoryUnknownNumber) }
    var codes: CodeSet = []
    switch try GuestName(guest.name).compare(with: try GuestName(person.fullName)) {
    case .exact: break
    case .accentsDiffer: codes.insert(.directoryNameAccents)
    case .orderDiffers: codes.insert(.directoryNameOrder)
    case .wordMissing: codes.insert(.directoryNameWordMissing)
    case .differs: codes.insert(.directoryNameDiffers)
    }
    switch guest.birthDate?.compare(with: person.birthDate) {
    case .swapped: codes.insert(.directoryBirthDateSwapped)
    case .differs: codes.insert(.directoryBirthDateDiffers)
    case .same, .partialMatch, nil: break
    }
    if let sex = guest.sex, sex != person.sex { codes.insert(.directorySexDiffers) }
    switch person.status {
    case .alive: break
    case .deceased: codes.insert(.directoryDeceased)
    case .revoked: codes.insert(.directoryDocumentRevoked)
    case .lost: codes.insert(.directoryDocumentLost)
    }
    return codes
  }

  /// A guest who is the person, with mistakes as clerks and guests make them.
  private func declare(_ person: SyntheticResident, among people: SyntheticPeople, _ random: inout SeededGenerator) -> Declared {
    var guest = Declared(number: person.number, name: person.fullName, birthDate: person.birthDate, sex: person.sex)
    if let document = person.documentNumber, random.below(2) == 0 {
      guest.number = document
      guest.isDocument = true
    }
    guard random.below(3) > 0 else { return guest }
    guest.name = name(guest.name, other: people.person(at: random.below(people.count)).fullName, &random)
    guest.birthDate = birthDate(person.birthDate, other: people.person(at: random.below(people.count)).birthDate, &random)
    switch random.below(8) {
    case 0: guest.sex = nil
    case 1: guest.sex = person.sex == .male ? .female : .male
    case 2 where !guest.isDocument: guest.number = people.person(at: people.count + random.below(1000)).number
    case 3 where guest.isDocument: guest.number = "X9999999"
    default: break
    }
    return guest
  }

  private func name(_ name: String, other: String, _ random: inout SeededGenerator) -> String {
    var words = name.split(separator: " ").map(String.init)
    switch random.below(8) {
    case 0: return GuestName.foldedText(name)
    case 1: return words.shuffled(using: &random).joined(separator: " ")
    case 2: words.remove(at: random.below(words.count))
    case 3: words.insert(String(other.split(separator: " ")[0]), at: random.below(words.count))
    case 4: words[random.below(words.count)] = "Ánh"
    case 5: return other
    case 6: return name.uppercased()
    default: break
    }
    return words.joined(separator: " ")
  }

  private func birthDate(_ date: PartialDate, other: PartialDate, _ random: inout SeededGenerator) -> PartialDate? {
    switch random.below(8) {
    case 0: nil
    case 1: try? PartialDate(year: date.year)
    case 2: try? PartialDate(year: date.year, month: date.month)
    case 3: (try? PartialDate(year: date.year, month: date.day, day: date.month)) ?? date
    case 4: (try? PartialDate(year: date.year, month: date.month, day: 1)) ?? date
    case 5: other
    default: date
    }
  }
}

extension GuestName {
  fileprivate static func foldedText(_ name: String) -> String {
    var bytes: [UInt8] = []
    appendFolded(name, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
