import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("The attempt journal remembers what was being decided")
struct AttemptJournalTests {
  /// The journals that the suite holds to the same promises.
  enum Subject: CaseIterable, CustomTestStringConvertible {
    case sqlite
    case memory

    var testDescription: String { self == .sqlite ? "in SQLite" : "in memory" }

    func make() throws -> any AttemptJournal {
      switch self {
      case .sqlite: try SQLiteAttemptJournal(directory: try StoreFolder.kept().path)
      case .memory: MemoryAttemptJournal()
      }
    }
  }

  @Test("Claims at the same event are counted, one at another begins anew", arguments: Subject.allCases)
  func countsClaims(_ subject: Subject) throws {
    let journal = try subject.make()
    #expect(try (1...3).map { _ in try journal.claim(partition: 0, next: 7) } == [1, 2, 3])
    #expect(try journal.claim(partition: 1, next: 7) == 1)
    #expect(try journal.claim(partition: 0, next: 8) == 1)
    #expect(try journal.claim(partition: 0, next: 7) == 1)
    #expect(try journal.claim(partition: 0, next: 0) == 1)
  }

  @Test("Attempts that were begun and not ended are counted, those before this one", arguments: Subject.allCases)
  func countsAttempts(_ subject: Subject) throws {
    let journal = try subject.make()
    #expect(try (1...3).map { _ in try journal.begin(partition: 0, source: 7) } == [0, 1, 2])
    #expect(try journal.begin(partition: 1, source: 7) == 0)
    #expect(try journal.begin(partition: 0, source: 8) == 0)
    #expect(try journal.begin(partition: 0, source: 8) == 1)
  }

  @Test("Claims and attempts are counted apart", arguments: Subject.allCases)
  func countsApart(_ subject: Subject) throws {
    let journal = try subject.make()
    #expect(try journal.begin(partition: 0, source: 7) == 0)
    #expect(try journal.claim(partition: 0, next: 7) == 1)
    #expect(try journal.begin(partition: 0, source: 7) == 1)
    #expect(try journal.claim(partition: 0, next: 7) == 2)
  }

  @Test("Progress ends both counts of its partition", arguments: Subject.allCases)
  func clears(_ subject: Subject) throws {
    let journal = try subject.make()
    for partition in 0...1 {
      _ = try journal.claim(partition: partition, next: 7)
      _ = try journal.begin(partition: partition, source: 7)
    }
    try journal.clear(partition: 0)
    #expect(try journal.claim(partition: 0, next: 7) == 1)
    #expect(try journal.begin(partition: 0, source: 7) == 0)
    #expect(try journal.claim(partition: 1, next: 7) == 2)
    #expect(try journal.begin(partition: 1, source: 7) == 1)
  }

  @Test("What was begun is there after the process was killed")
  func survivesKill() throws {
    let folder = try StoreFolder()
    let journal = try SQLiteAttemptJournal(directory: folder.path)
    #expect(try journal.begin(partition: 0, source: 7) == 0)
    let copy = try folder.copy()
    #expect(try SQLiteAttemptJournal(directory: copy.path).begin(partition: 0, source: 7) == 1)
    #expect(try journal.begin(partition: 0, source: 7) == 1)
  }
}
