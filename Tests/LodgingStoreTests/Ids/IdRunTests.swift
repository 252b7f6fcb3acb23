import Dispatch
import GRDB
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization
import Testing

@testable import LodgingStore

@Suite("Registrations lie in runs that are merged as they become many, and are found in all of them")
struct IdRunTests {
  private static let final = IdRunTiers.finalRecords

  @Test(
    "Four of the newest runs are merged that are no larger than the newest by their power of four",
    arguments: [
      ([], 0), ([1], 0), ([1, 1, 1], 0), ([1, 1, 1, 1], 4), ([3, 2, 1, 3, 1], 5), ([3, 2, 1, 4], 0), ([4, 3, 2, 1], 4), ([4, 15, 1, 5], 4),
      ([15, 4, 4, 16], 0), ([16, 1, 63, 16, 64], 4), ([0, 0, 0, 0], 4), ([final - 1, 1, final - 1, 1, 5], 5),
      ([final - 1, final - 1, final, final - 1, 1], 0), ([final, 1, 1, 1, 1], 0), ([1, 1, 1, final], 0), ([1, 1, 1, 1, final], 4),
      (Array(repeating: final / 2, count: 8), 8), (Array(repeating: final / 2, count: 9), 8),
      ([final / 2 + 1] + Array(repeating: final / 2, count: 8), 7),
    ])
  func due(records: [Int], count: Int) { #expect(IdRunTiers.due(records) == count) }

  @Test("However it is fed, it holds what one in memory does, in few runs", arguments: 1...6 as ClosedRange<UInt64>)
  func random(seed: UInt64) throws {
    let folder = try StoreFolder()
    var (index, memory, feeder) = (try SQLiteIdIndex(directory: folder.path), MemoryIdIndex(), try Feeder(seed: seed))
    for round in 0..<60 {
      try feeder.feed(partition: round % 3, into: [index, memory])
      if round % 20 == 19 { index = try SQLiteIdIndex(directory: folder.path) }
    }
    for partition in 0..<3 {
      #expect(try index.position(partition: partition) == memory.position(partition: partition))
      for establishment in feeder.establishments {
        let ids = feeder.ids(of: partition) + [EventID(high: 0, low: 0), EventID(high: .max, low: .max)]
        #expect(try index.find(ids, at: establishment, partition: partition) == memory.find(ids, at: establishment, partition: partition))
      }
      // Up to three for each of six powers of four, and a fourth that is there before the merging.
      #expect((1...18).contains(try index.runs(partition: partition)))
    }
    let position = try #require(try memory.position(partition: 1))
    try index.clear(partition: 1, standingAt: position)
    #expect(try (0..<3).map { try index.runs(partition: $0) > 0 } == [true, false, true])
    #expect(try index.file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM blocks WHERE partition = 1") } == 0)
  }

  @Test("Where a process ends between adding and merging, everything is found, and the next one merges")
  func interrupted() throws {
    let folder = try StoreFolder()
    var index = try SQLiteIdIndex(directory: folder.path)
    for event in 1...4 as ClosedRange<UInt64> {
      let isMergeDue = try index.file.write { try IdRuns($0, partition: 0).add([.registered(try IdIndexTests.registration(event))]) }
      #expect(isMergeDue == (event == 4))
    }
    index = try SQLiteIdIndex(directory: folder.path)
    #expect(try index.runs(partition: 0) == 4)
    for event in 1...4 as ClosedRange<UInt64> {
      #expect(try index.find(.number(event), at: try Example.id("A"), partition: 0)?.digest.first == event)
    }
    #expect(try index.add([try IdIndexTests.registration(5)], partition: 0, after: nil, position: IdIndexTests.position(1)))
    #expect(try index.runs(partition: 0) == 1)
  }

  @Test("On a disk with room for what is added and none for merging, what was added is there, and is merged when there is room")
  func fullDisk() throws {
    let folder = try StoreFolder()
    let (index, memory) = (try SQLiteIdIndex(directory: folder.path), MemoryIdIndex())
    var feeder = try Feeder(seed: 4)
    for _ in 0..<3 { try feeder.feed(2000, partition: 0, into: [index, memory]) }
    let (before, pages) = (try index.position(partition: 0), try index.pages())
    try index.setPagesMax(pages + pages / 2)
    try feeder.feed(2000, partition: 0, into: [index, memory])
    #expect(try index.position(partition: 0) != before)
    #expect(try index.runs(partition: 0) == 4)
    // Now there is room for nothing.
    try index.setPagesMax(pages + pages / 3 + 4)
    let stood = try index.position(partition: 0)
    let error = #expect(throws: StoreError.self) { try feeder.feed(2000, partition: 0, into: [index]) }
    #expect(error?.code == .full)
    #expect(try index.position(partition: 0) == stood)
    try index.setPagesMax(1_000_000)
    try feeder.feed(2000, partition: 0, into: [index, memory])
    #expect(try index.runs(partition: 0) == 1)
    for establishment in feeder.establishments {
      let ids = feeder.ids(of: 0)
      #expect(try index.find(ids, at: establishment, partition: 0) == memory.find(ids, at: establishment, partition: 0))
    }
  }

  @Test("What is there is found at every moment while others add and merge, and of what they add nothing is lost")
  func concurrent() throws {
    let folder = try StoreFolder()
    let known = try IdIndexTests.registration(1)
    #expect(try SQLiteIdIndex(directory: folder.path).add([known], partition: 0, after: nil, position: IdIndexTests.position(0)))
    let writers = Atomic(2)
    let misses = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 3) { thread in
      do {
        // As processes have it: a file of its own for each.
        let index = try SQLiteIdIndex(directory: folder.path)
        if thread < 2 {
          defer { writers.subtract(1, ordering: .releasing) }
          try add(200, to: index)
        } else {
          while writers.load(ordering: .acquiring) > 0 {
            if try index.find(known.event, at: known.establishment, partition: 0) != known.record { misses.add(1, ordering: .relaxed) }
          }
        }
      } catch {
        Issue.record(error)
      }
    }
    #expect(misses.load(ordering: .relaxed) == 0)
    let index = try SQLiteIdIndex(directory: folder.path)
    let last = try #require(try index.position(partition: 0)).offset
    #expect(last >= 200)
    for event in 1...UInt64(last + 1) { #expect(try index.find(.number(event), at: known.establishment, partition: 0) != nil) }
  }

  /// Adds as feeders do, up to an offset: who is overtaken goes on from there.
  private func add(_ last: Int64, to index: SQLiteIdIndex) throws {
    while let before = try index.position(partition: 0), before.offset < last {
      let added = [try IdIndexTests.registration(UInt64(before.offset + 2))]
      _ = try index.add(added, partition: 0, after: before, position: IdIndexTests.position(before.offset + 1))
    }
  }

  @Test(
    "A damaged block is told by whoever looks into it, and by whoever merges it",
    arguments: [
      "records = X'FF00'", "records = X''", "records = zeroblob(8037)", "records = zeroblob(9000)", "records = zeroblob(length(records))",
      "records = substr(records, 1, length(records) - 64)", "records = substr(records, 65)", "records = CAST(records || X'00' AS BLOB)",
      "records = CAST(substr(records, 1, 40) || X'7F' || substr(records, 42) AS BLOB)", "first = X'00'", "digest = digest + 1",
    ])
  func damaged(block: String) throws {
    let folder = try StoreFolder()
    let index = try SQLiteIdIndex(directory: folder.path)
    for offset in 1...3 as ClosedRange<Int64> {
      let added = [try IdIndexTests.registration(2 * UInt64(offset)), try IdIndexTests.registration(2 * UInt64(offset) + 1)]
      let before = offset == 1 ? nil : IdIndexTests.position(offset - 1)
      #expect(try index.add(added, partition: 0, after: before, position: IdIndexTests.position(offset)))
    }
    try index.file.write { try $0.execute(sql: "UPDATE blocks SET \(block) WHERE run = 2") }
    let added = try [IdIndexTests.registration(8), IdIndexTests.registration(9)]
    for look in [
      { _ = try index.find(.number(5), at: try Example.id("A"), partition: 0) },
      { _ = try index.add(added, partition: 0, after: IdIndexTests.position(3), position: IdIndexTests.position(4)) },
    ] {
      let error = #expect(throws: StoreError.self) { try look() }
      #expect(error?.code == .damaged)
      #expect(error?.remedy.contains("remove the file") == true)
    }
  }

  @Test("A run that lacks a block is told when it is merged, and stays as it is")
  func lostBlock() throws {
    let folder = try StoreFolder()
    let index = try SQLiteIdIndex(directory: folder.path)
    var feeder = try Feeder(seed: 7)
    for _ in 0..<3 { try feeder.feed(400, partition: 0, into: [index]) }
    try index.file.write {
      try $0.execute(sql: "DELETE FROM blocks WHERE run = 2 AND first = (SELECT max(first) FROM blocks WHERE run = 2)")
    }
    let error = #expect(throws: StoreError.self) { try feeder.feed(400, partition: 0, into: [index]) }
    #expect(error?.code == .damaged)
    #expect(try index.runs(partition: 0) == 4)
  }

  @Test("A digest under a later month's key is found wherever it was told, and for nothing that was never registered")
  func resealed() throws {
    let index = try SQLiteIdIndex(directory: try StoreFolder.kept().path)
    let (first, later) = (try IdIndexTests.registration(2), try IdIndexTests.registration(3))
    let changes = try (1...3).map { IdIndexNews.resealed(try stay(2), month: Example.month.next, digest: Digest128(first: 0, second: $0)) }
    let unknown = IdIndexNews.resealed(try stay(9), month: Example.month.next, digest: .zero)
    var offset: Int64 = 0
    func add(_ news: [IdIndexNews]) throws {
      let before = try index.position(partition: 0)
      offset += 1
      #expect(try index.add(news, partition: 0, after: before, position: IdIndexTests.position(offset)))
    }
    func digest() throws -> Digest128? { try index.find(.number(2), at: try Example.id("A"), partition: 0)?.digest }
    try add([.registered(first), changes[0]])
    #expect(try digest() == Digest128(first: 0, second: 1))
    try add([changes[1], unknown])
    #expect(try digest() == Digest128(first: 0, second: 2))
    try add([.registered(later), changes[0], changes[2]])
    var expected = first.record
    (expected.month, expected.digest) = (Example.month.next, Digest128(first: 0, second: 3))
    for runs in [3, 1] {
      #expect(try index.runs(partition: 0) == runs)
      #expect(try index.find(.number(2), at: try Example.id("A"), partition: 0) == expected)
      #expect(try index.find(.number(9), at: try Example.id("A"), partition: 0) == nil)
      if runs == 3 { try add([.registered(try IdIndexTests.registration(5)), .registered(try IdIndexTests.registration(4))]) }
    }
  }

  private func stay(_ event: UInt64) throws -> StayReference { StayReference(establishment: try Example.id("A"), stay: .number(event)) }

  @Test("A file of the form before is emptied and fed anew")
  func migrates() throws {
    let folder = try StoreFolder()
    _ = try FileSnapshotStore(folder: folder.path + "/snapshots")
    let queue = try DatabaseQueue(path: "\(folder.path)/\(SQLiteIdIndex.fileName)")
    try SQLiteIdIndex.migrator.migrate(queue, upTo: "ids 1")
    try queue.inDatabase { db in
      try db.execute(
        sql: """
          INSERT INTO positions VALUES (0, 10, zeroblob(16), 9);
          INSERT INTO ids VALUES (0, 'A', zeroblob(16), 3, zeroblob(16), 24000, 1, 0, 1, 5);
          """)
    }
    try queue.close()
    let index = try SQLiteIdIndex(directory: folder.path)
    #expect(try index.position(partition: 0) == nil)
    #expect(try index.find(EventID(high: 0, low: 0), at: try Example.id("A"), partition: 0) == nil)
    #expect(try index.add([try IdIndexTests.registration(2)], partition: 0, after: nil, position: IdIndexTests.position(1)))
    #expect(try index.find(.number(2), at: try Example.id("A"), partition: 0) != nil)
  }
}

/// Feeds indexes alike: new registrations in batches of very different sizes, and now and then an earlier one again.
private struct Feeder {
  /// The shortest id and the longest.
  let establishments: [EstablishmentID]
  private var random: SeededGenerator
  private var fed: [Int: [EventID]] = [:]
  private var source: Int64 = 0

  init(seed: UInt64) throws {
    establishments = [try Example.id("A"), try Example.id(String(repeating: "z", count: EstablishmentID.lengthMax))]
    random = SeededGenerator(seed: seed)
  }

  func ids(of partition: Int) -> [EventID] { fed[partition] ?? [] }

  /// Gives all indexes so many registrations of a partition; where it is not said how many, one to some hundred.
  mutating func feed(_ count: Int? = nil, partition: Int, into indexes: [any IdIndex]) throws {
    let count = count ?? 1 << random.below(8) + random.below(3)
    let added = (0..<count).map { _ in news(partition: partition) }
    let before = try indexes[0].position(partition: partition)
    let position = IdIndexTests.position(source)
    for index in indexes { #expect(try index.add(added, partition: partition, after: before, position: position)) }
  }

  private mutating func news(partition: Int) -> IdIndexNews {
    source += 1
    let known = ids(of: partition)
    let isAgain = !known.isEmpty && random.below(10) == 0
    let establishment = establishments[random.below(2)]
    if !known.isEmpty, random.below(10) == 0 {
      let stay = StayReference(establishment: establishment, stay: known[random.below(known.count)])
      return .resealed(stay, month: Example.month.next, digest: Digest128(first: random.next(), second: 0))
    }
    // Ids that differ in one half only lie beside each other.
    let half = random.below(2) == 0 ? 0 : random.next()
    let event = isAgain ? known[random.below(known.count)] : EventID(high: half, low: random.next())
    if !isAgain { fed[partition, default: []].append(event) }
    let record = RegisteredEvent(
      // As after a reset of the source, later ones may have lower numbers.
      source: 1_000_000 - source, digest: Digest128(first: random.next(), second: random.next()), month: Example.month, outcome: .accepted,
      codes: [],
      isCheckIn: true, registered: Instant(milliseconds: source))
    return .registered(IndexedRegistration(establishment: establishment, event: event, record: record))
  }
}

extension SQLiteIdIndex {
  /// The number of runs of a partition.
  fileprivate func runs(partition: Int) throws -> Int {
    try file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM runs WHERE partition = ?", arguments: [partition]) } ?? 0
  }

  fileprivate func pages() throws -> Int { try file.read { try Int.fetchOne($0, sql: "PRAGMA page_count") } ?? 0 }

  fileprivate func setPagesMax(_ count: Int) throws {
    try file.maintain { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
  }
}
