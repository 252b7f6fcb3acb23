import GRDB
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("What finds stays lies in a small table at first and in a large one later, and is found in both")
struct DeferredIndexTests {
  @Test("Of too many rows some are moved, in the order of keys and round and round, until few enough are left", arguments: [1, 7, 40])
  func moves(added: Int) throws {
    let register = try TestRegister()
    let index = DeferredIndex(name: "fingerprints", lead: "month, value", rowsMax: 24)
    var random = SeededGenerator(seed: UInt64(added))
    var progress = DeferredIndex.Progress()
    var expected: Set<Int64> = []
    for _ in 0..<30 {
      try register.store.file.write { db in
        for _ in 0..<added {
          let value = Int64(bitPattern: random.next())
          try db.execute(sql: "INSERT INTO recent_fingerprints VALUES (?, ?, 0, 1)", arguments: [value & 1, value])
          expected.insert(value)
        }
        try index.move(db, added: added, &progress)
        #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM recent_fingerprints") ?? 0 <= 24)
        #expect(try Int64.fetchAll(db, sql: "SELECT value FROM all_fingerprints ORDER BY value") == expected.sorted())
      }
    }
    #expect(progress.rows.map { $0 <= 24 } == true)
  }

  @Test("A writer that knows nothing of the small table counts it")
  func counts() throws {
    let register = try TestRegister()
    let index = DeferredIndex(name: "stay_places", lead: "establishment, stay", rowsMax: 8)
    try register.store.file.write { db in
      for number in 0..<20 {
        try db.execute(sql: "INSERT INTO recent_stay_places VALUES ('A', zeroblob(?), 0, ?)", arguments: [number, number])
      }
      var progress = DeferredIndex.Progress()
      try index.move(db, added: 0, &progress)
      let left = try Int.fetchOne(db, sql: "SELECT count(*) FROM recent_stay_places")
      #expect(progress.rows == left && left == 8)
    }
  }

  @Test("Where its rows lie shows in nothing that a register holds", arguments: 40...45 as ClosedRange<UInt64>)
  func doesNotShow(seed: UInt64) throws {
    let (moving, resting) = (try TestRegister(), try TestRegister())
    var (world, random) = (try RandomWorld(seed: seed), SeededGenerator(seed: seed))
    for _ in 0..<12 {
      let batch = try world.nextBatch(events: 40)
      try moving.store.commit(batch)
      try resting.store.commit(batch)
      try moving.moveIndexes(rowsMax: random.below(40))
      #expect(try moving.differences(from: resting).isEmpty)
    }
    #expect(try moving.rows("fingerprints")[0] > 0)
    for number in 0..<12 {
      let id = try Example.id("E-\(number)")
      #expect(try moving.store.read { try $0.stays(of: id) } == resting.store.read { try $0.stays(of: id) })
    }
  }

  @Test("A question is answered from both tables, and a change reaches the one that has the row")
  func spans() throws {
    let register = try TestRegister()
    var (one, other) = (try Example.partition(0), try Example.partition(1))
    one.send(try Example.opening(1, of: "A", commune: "00004"))
    other.send(try Example.opening(1, of: "B", commune: "00008"))
    one.send(try Example.checkIn(2, of: "A", until: "2026-11-22T12:00:00+07:00"), document: 5)
    try register.commit(&one)
    try register.commit(&other)
    try register.moveIndexes()
    #expect(try register.rows("fingerprints", "recent_fingerprints") == [1, 0])
    one.send(try Example.checkIn(3, of: "A", at: "2026-11-20T19:00:00+07:00"), document: 7)
    try register.commit(&one)
    other.send(try Example.checkIn(4, of: "B", until: "2026-11-22T12:00:00+07:00"), document: 5)
    try register.commit(&other)
    #expect(try register.rows("fingerprints", "recent_fingerprints", "stay_places", "recent_stay_places") == [1, 2, 1, 2])
    #expect(try register.stays(under: 5) == [2, 4] && register.alerts().map(\.kind) == [.stayOverlap])
    #expect(try register.store.read { try $0.stays(of: Example.id("A")) }.map(\.reference.stay) == [.number(3), .number(2)])

    let details = try Example.stay(arrival: "2026-11-20T18:00:00+07:00", departure: "2026-11-22T12:00:00+07:00")
    func amend(_ id: UInt64, document: UInt64) throws {
      one.send(try Example.event(id, at: "2026-11-20T20:00:00+07:00", of: "A", .amendment(stay: .number(2), details)), document: document)
      try register.commit(&one)
    }
    try amend(5, document: 6)
    #expect(try register.rows("fingerprints", "recent_fingerprints") == [0, 3])
    #expect(try register.stays(under: 5) == [4] && register.stays(under: 6) == [2] && register.alerts().isEmpty)
    try register.moveIndexes()
    try amend(6, document: 5)
    #expect(try register.stays(under: 5) == [2, 4] && register.stays(under: 6) == [] && register.alerts().count == 1)
    try register.moveIndexes()
    #expect(try register.rows("fingerprints", "recent_fingerprints", "stay_places", "recent_stay_places") == [3, 0, 3, 0])
  }

  @Test("An id that is taken again is found at its later place alone, wherever the earlier one was noted", arguments: [true, false])
  func takesIDAgain(isMoved: Bool) throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2), document: 5)
    driver.send(try Example.event(4, at: "2026-11-21T10:00:00+07:00", .checkOut(stay: .number(2))))
    try register.commit(&driver)
    if isMoved { try register.moveIndexes() }
    driver.tick(try Example.at("2026-12-10T12:00:00+07:00"))
    driver.send(try Example.checkIn(2, at: "2026-12-10T18:00:00+07:00", until: "2026-12-12T12:00:00+07:00", room: "9"), document: 5)
    try register.commit(&driver)
    #expect(try register.rows("fingerprints", "recent_fingerprints", "stay_places", "recent_stay_places") == [0, 1, 0, 1])
    try register.moveIndexes()
    #expect(try register.stays(under: 5) == [2] && register.stay(2)?.room == "9")
  }

  @Test("A move is there as a whole or not at all")
  func breaksOff() throws {
    let register = try TestRegister.random(seed: 50)
    let broken = try register.store.file.maintain { db in
      try db.execute(sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE")
      defer { try? db.execute(sql: "ROLLBACK") }
      try TestRegister.moveIndexes(db, rowsMax: 0)
      return try register.folder.copy()
    }
    let reopened = try TestRegister(folder: broken)
    for some in [register, reopened] {
      #expect(try some.rows("fingerprints", "stay_places") == [0, 0] && some.rows("recent_stay_places")[0] > 0)
    }
    #expect(try reopened.differences(from: register).isEmpty)
  }

  @Test("A key in both tables is damage: the comparison tells it, and a move refuses it and changes nothing")
  func keyInBoth() throws {
    let (register, whole) = (try TestRegister.random(seed: 51), try TestRegister.random(seed: 51))
    try register.store.file.write { try $0.execute(sql: "INSERT INTO stay_places SELECT * FROM recent_stay_places LIMIT 1") }
    #expect(try register.differences(from: whole).count == 1)
    let error = #expect(throws: StoreError.self) { try register.moveIndexes() }
    #expect(error?.code == .damaged)
    #expect(try register.rows("fingerprints", "stay_places") == [0, 1])
  }

  @Test("Copies, drafts and an emptied register have both tables", arguments: [true, false])
  func replaced(byCopy: Bool) throws {
    let register = try TestRegister()
    let whole = try TestRegister()
    var world = try RandomWorld(seed: 52)
    for number in 0..<4 {
      let batch = try world.nextBatch(events: 60)
      try register.store.commit(batch)
      try whole.store.commit(batch)
      if number == 1 { try register.moveIndexes() }
    }
    #expect(try register.rows("fingerprints", "recent_fingerprints", "stay_places", "recent_stay_places").allSatisfy { $0 > 0 })
    let next = try world.nextBatch(events: 60)
    if byCopy {
      try register.store.makeCopy(at: Example.at("2026-12-01T00:00:00+07:00"))
      try register.store.commit(next)
      try register.moveIndexes()
      try register.store.goBack { _, _ in true }
    } else {
      try register.store.reset()
      #expect(try register.rows("fingerprints", "recent_fingerprints", "stay_places", "recent_stay_places") == [0, 0, 0, 0])
      let draft = try RegisterStore.makeDraft(directory: register.folder.path, catalogue: register.catalogue)
      try draft.replace(by: whole.store.file.path)
      try RegisterStore.putInForce(draft, directory: register.folder.path)
    }
    #expect(try register.differences(from: whole).isEmpty)
    _ = try register.store.positions()
    try register.store.commit(next)
    try whole.store.commit(next)
    #expect(try register.differences(from: whole).isEmpty)
  }

  @Test("A stay that is missing where an index says it lies is damage to the fold and to whoever asks", arguments: [true, false])
  func missingStay(isMoved: Bool) throws {
    let register = try TestRegister()
    var (one, other) = (try Example.partition(0), try Example.partition(1))
    one.send(try Example.opening(1, of: "A"))
    one.send(try Example.checkIn(2, of: "A"), document: 5)
    other.send(try Example.opening(1, of: "B", commune: "00008"))
    try register.commit(&one)
    try register.commit(&other)
    if isMoved { try register.moveIndexes() }
    try register.store.file.write { try $0.execute(sql: "DELETE FROM stays") }
    let position = other.position
    other.send(try Example.checkIn(3, of: "B"), document: 5)
    let batch = other.take()
    let attempts: [() throws -> Void] = [
      { try register.store.commit(batch) }, { _ = try register.stay(2, of: "A") }, { _ = try register.stays(under: 5) },
    ]
    for attempt in attempts {
      let error = #expect(throws: StoreError.self) { try attempt() }
      #expect(error?.code == .damaged)
    }
    #expect(try register.store.read { try $0.chainPositions() }[1] == position)
    #expect(try register.stay(3, of: "B") == nil)
  }
}

extension TestRegister {
  /// One that took four batches of random events.
  static func random(seed: UInt64) throws -> TestRegister {
    let register = try TestRegister()
    var world = try RandomWorld(seed: seed)
    for _ in 0..<4 { try register.store.commit(world.nextBatch(events: 60)) }
    return register
  }

  /// Moves what finds stays into the large tables, but for so many rows.
  func moveIndexes(rowsMax: Int = 0) throws { try store.file.write { try Self.moveIndexes($0, rowsMax: rowsMax) } }

  static func moveIndexes(_ db: Database, rowsMax: Int) throws {
    for index in [DeferredIndex.fingerprints, .stayPlaces] {
      var progress = DeferredIndex.Progress()
      try DeferredIndex(name: index.name, lead: index.lead, rowsMax: rowsMax).move(db, added: 0, &progress)
    }
  }

  /// The rows of tables.
  func rows(_ tables: String...) throws -> [Int] {
    try store.file.read { db in try tables.map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? 0 } }
  }

  /// The ids of the stays under a document, in order.
  func stays(under document: UInt64) throws -> [UInt64] {
    try store.read { try $0.stays(by: [Example.document(document)]) }.map(\.reference.stay.low).sorted()
  }

  /// In what a register differs from another one.
  func differences(from expected: TestRegister) throws -> [String] {
    var differences: [String] = []
    try expected.store.read { expected in try store.read { try $0.compare(with: expected) { differences.append($0) } } }
    return differences
  }
}
