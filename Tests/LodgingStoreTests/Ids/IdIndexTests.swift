import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("The id index knows what states have forgotten")
struct IdIndexTests {
  /// The indexes that the suite holds to the same promises.
  enum Subject: CaseIterable, CustomTestStringConvertible {
    case sqlite
    case memory

    var testDescription: String { self == .sqlite ? "in SQLite" : "in memory" }

    func make() throws -> any IdIndex {
      switch self {
      case .sqlite: try SQLiteIdIndex(directory: try StoreFolder.kept().path)
      case .memory: MemoryIdIndex()
      }
    }
  }

  static func position(_ offset: Int64) -> ChainPosition {
    ChainPosition(offset: offset, chain: Digest128(first: .max, second: UInt64(offset)), source: offset - 1)
  }

  static func registration(_ event: UInt64, of establishment: String = "A", source: Int64 = 7) throws -> IndexedRegistration {
    let record = RegisteredEvent(
      source: source, digest: Digest128(first: event, second: .max), month: Example.month, outcome: .flagged,
      codes: [CodeSet(.reportLate), CodeSet(.directoryDocumentLost)], isCheckIn: event.isMultiple(of: 2),
      registered: Instant(milliseconds: -5))
    return IndexedRegistration(establishment: try Example.id(establishment), event: .number(event), record: record)
  }

  @Test("What was added is found, at its establishment and on its partition only", arguments: Subject.allCases)
  func finds(_ subject: Subject) throws {
    let index = try subject.make()
    #expect(try index.position(partition: 1) == nil)
    let added = try [Self.registration(2), Self.registration(3), Self.registration(2, of: "B", source: 9)]
    #expect(try index.add(added, partition: 1, after: nil, position: Self.position(10)))
    #expect(try index.position(partition: 1) == Self.position(10))
    #expect(try index.position(partition: 0) == nil)
    for registration in added {
      #expect(try index.find(registration.event, at: registration.establishment, partition: 1) == registration.record)
      #expect(try index.find(registration.event, at: registration.establishment, partition: 0) == nil)
    }
    #expect(try index.find(.number(9), at: try Example.id("A"), partition: 1) == nil)
  }

  @Test("Several are found at once, each in the place of its id", arguments: Subject.allCases)
  func findsSeveral(_ subject: Subject) throws {
    let index = try subject.make()
    let added = try [Self.registration(2), Self.registration(3), Self.registration(4, of: "B")]
    #expect(try index.add(added, partition: 1, after: nil, position: Self.position(10)))
    let ids: [EventID?] = [.number(3), nil, .number(4), .number(2), .number(3)]
    let records = [added[1].record, nil, nil, added[0].record, added[1].record]
    #expect(try index.find(ids, at: try Example.id("A"), partition: 1) == records)
    #expect(try index.find([nil], at: try Example.id("A"), partition: 1) == [nil])
    #expect(try index.find([], at: try Example.id("A"), partition: 1).isEmpty)
  }

  @Test("What is added again under the same id is replaced, and the position moves without registrations too", arguments: Subject.allCases)
  func replaces(_ subject: Subject) throws {
    let index = try subject.make()
    #expect(try index.add([try Self.registration(2, source: 1)], partition: 0, after: nil, position: Self.position(1)))
    #expect(try index.add([try Self.registration(2, source: 5)], partition: 0, after: Self.position(1), position: Self.position(5)))
    #expect(try index.add([], partition: 0, after: Self.position(5), position: Self.position(6)))
    #expect(try index.find(.number(2), at: try Example.id("A"), partition: 0)?.source == 5)
    #expect(try index.position(partition: 0) == Self.position(6))
  }

  @Test("Who feeds it from another place than it stands at changes nothing", arguments: Subject.allCases)
  func comparesAndSets(_ subject: Subject) throws {
    let index = try subject.make()
    #expect(try !index.add([try Self.registration(2)], partition: 0, after: Self.position(1), position: Self.position(2)))
    #expect(try index.position(partition: 0) == nil)
    #expect(try index.add([try Self.registration(2, source: 1)], partition: 0, after: nil, position: Self.position(1)))
    for before in [nil, Self.position(7)] {
      #expect(try !index.add([try Self.registration(2, source: 5)], partition: 0, after: before, position: Self.position(8)))
    }
    #expect(try index.find(.number(2), at: try Example.id("A"), partition: 0)?.source == 1)
    #expect(try index.position(partition: 0) == Self.position(1))
  }

  @Test("Emptying one partition leaves the others", arguments: Subject.allCases)
  func clears(_ subject: Subject) throws {
    let index = try subject.make()
    for partition in 0...1 {
      #expect(try index.add([try Self.registration(2)], partition: partition, after: nil, position: Self.position(1)))
    }
    // Whoever is late empties nothing that was fed again meanwhile.
    try index.clear(partition: 0, standingAt: Self.position(7))
    #expect(try index.find(.number(2), at: try Example.id("A"), partition: 0) != nil)
    try index.clear(partition: 0, standingAt: Self.position(1))
    #expect(try index.position(partition: 0) == nil)
    #expect(try index.find(.number(2), at: try Example.id("A"), partition: 0) == nil)
    #expect(try index.find(.number(2), at: try Example.id("A"), partition: 1) != nil)
  }

  @Test("Opened again, it goes on where it stood")
  func survivesReopening() throws {
    let folder = try StoreFolder()
    let index = try SQLiteIdIndex(directory: folder.path)
    #expect(try index.add([try Self.registration(2)], partition: 0, after: nil, position: Self.position(4)))
    let reopened = try SQLiteIdIndex(directory: folder.path)
    #expect(try reopened.position(partition: 0) == Self.position(4))
    #expect(try reopened.find(.number(2), at: try Example.id("A"), partition: 0) == (try Self.registration(2)).record)
  }

  @Test("A file that is no database is refused with the way out")
  func refusesOtherFile() throws {
    let folder = try StoreFolder()
    _ = try FileSnapshotStore(folder: folder.path + "/snapshots")
    try folder.write(Array(repeating: 0x41, count: 20_000), to: SQLiteIdIndex.fileName)
    let error = #expect(throws: StoreError.self) { try SQLiteIdIndex(directory: folder.path) }
    #expect(error?.code == .damaged)
    #expect(error?.remedy.contains("remove the file") == true)
  }
}
