import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

/// Questions that name the exact person only, and give the rest where they are asked for it, against questions that hold everything.
@Suite("Questions in two stages")
struct TwoStageQuestionTests {
  private static let count = 400

  @Test("answers are those of whole questions, whatever differs and whatever collides", arguments: 0..<6)
  func sameAnswers(seed: Int) throws {
    let bench = try DirectoryBench(seed: UInt64(seed) + 1)
    var random = SeededGenerator(seed: UInt64(seed))
    let entries = DirectoryBench.entries(Self.count, seed: UInt64(seed) + 50)
    try bench.load(entries)
    let replica = try ResidentReplica(folder: bench.folder)
    // First all from one table, then from a table over it too, then from changes over both.
    try compare(replica, entries, &random)
    let later = entries.prefix(40).map { DirectoryBench.entry(&random, key: $0.key) }
    try bench.load(later)
    #expect(try replica.refresh())
    try compare(replica, later + entries.dropFirst(40), &random)
    replica.apply([(offset: 0, change: .delete(key: entries[50].key)), (offset: 1, change: .put(entries[3]))])
    try compare(replica, later + entries.dropFirst(40), &random)
  }

  @Test("whoever matches exactly is not asked for more")
  func exactMatches() throws {
    let bench = try DirectoryBench()
    let entries = DirectoryBench.entries(Self.count, seed: 9).filter { $0.status == .alive }
    try bench.load(entries)
    let replica = try ResidentReplica(folder: bench.folder)
    let (answers, asked) = inTwoStages(replica, entries.map(\.question))
    #expect(answers == entries.map { _ in ResidentAnswer() })
    #expect(asked.isEmpty)
  }

  private func compare(_ replica: ResidentReplica, _ entries: [DirectoryEntry], _ random: inout SeededGenerator) throws {
    let questions = (0..<1000).map { _ in question(entries[random.below(entries.count)], &random) }
    var whole: [ResidentAnswer] = []
    let version = replica.lookUp(questions, into: &whole)
    let (answers, asked) = inTwoStages(replica, questions)
    #expect(answers == whole)
    #expect(replica.version == version)
    #expect(Set(asked).count == asked.count)
    #expect(Set(whole.map(\.codes)).count > 10)
  }

  /// The answers to the same questions without what is made of the folded name, and who was asked for that.
  private func inTwoStages(_ replica: ResidentReplica, _ questions: [ResidentQuestion]) -> (answers: [ResidentAnswer], asked: [Int]) {
    var exact = questions
    for index in exact.indices {
      exact[index].person.foldedName = 0
      exact[index].person.sortedName = 0
      exact[index].person.words = (0, 0, 0, 0, 0, 0, 0, 0)
    }
    var answers: [ResidentAnswer] = []
    var asked: [Int] = []
    _ = replica.lookUp(exact, into: &answers) { index in
      asked.append(index)
      return questions[index].person
    }
    return (answers, asked)
  }

  /// A question about a resident of whom each part may be other than on record, or not declared; equal names with other words are
  /// fingerprints that collide.
  private func question(_ entry: DirectoryEntry, _ random: inout SeededGenerator) -> ResidentQuestion {
    var question = entry.question
    if let document = entry.documentQuestion, random.below(2) == 0 { question = document }
    if random.below(20) == 0 { question.key = random.next() }
    guard random.below(4) > 0 else { return question }
    var person = question.person
    func change<Value: FixedWidthInteger & UnsignedInteger>(_ value: inout Value, _ random: inout SeededGenerator) {
      switch random.below(6) {
      case 0: value = 0
      case 1: value ^= 2
      default: break
      }
    }
    change(&person.exactName, &random)
    change(&person.foldedName, &random)
    change(&person.sortedName, &random)
    change(&person.words.0, &random)
    change(&person.words.2, &random)
    change(&person.words.3, &random)
    change(&person.birthDay, &random)
    change(&person.birthMonth, &random)
    change(&person.birthYear, &random)
    change(&person.sex, &random)
    if random.below(8) == 0 { swap(&person.birthDay, &person.birthMonth) }
    question.person = person
    return question
  }
}
