import GRDB
import LodgingDomain
import LodgingPipeline
import Testing

@testable import LodgingStore

@Suite("A register in which stays lay by establishment becomes one in which they lie by their check-ins")
struct RegisterMigrationTests {
  /// A file of the form before the third, which is filled by `fill`.
  private func earlier(_ fill: (Database) throws -> Void) throws -> StoreFolder {
    let folder = try StoreFolder()
    let queue = try DatabaseQueue(path: "\(folder.path)/\(RegisterStore.fileName)")
    try RegisterSchema.migrator.migrate(queue, upTo: "register 2")
    try queue.inDatabase(fill)
    try queue.close()
    return folder
  }

  /// The rows of a register as the form before had them.
  private func earlier(of register: TestRegister) throws -> StoreFolder {
    let columns = """
      establishment, stay, partition, presence, guest_kind, nationality, minor, party, room, arrival, departure, due, departed, presumed_left,
      reported, judged, changed, reason, permit_until, codes, month, check_in, identity_offset, fingerprints
      """
    return try earlier { db in
      try db.execute(sql: "ATTACH DATABASE ? AS later", arguments: [register.store.file.path])
      let others = Set(RegisterSchema.tables).subtracting([
        "stays", "amendments", "stay_places", "recent_stay_places", "fingerprints", "recent_fingerprints",
      ])
      for table in others { try db.execute(sql: "INSERT INTO main.\(table) SELECT * FROM later.\(table)") }
      try db.execute(
        sql: """
          INSERT INTO main.stays (\(columns)) SELECT \(columns) FROM later.stays;
          INSERT INTO main.amendments
          SELECT establishment, stay, source FROM later.amendments JOIN later.stays USING (partition, check_in);
          INSERT INTO main.fingerprints
          SELECT found.month, value, establishment, stay FROM later.all_fingerprints AS found JOIN later.stays USING (partition, check_in);
          DETACH DATABASE later
          """)
    }
  }

  @Test("It holds what one of the later form does, and still does after more events", arguments: 80...82 as ClosedRange<UInt64>)
  func random(seed: UInt64) throws {
    let expected = try TestRegister()
    var world = try RandomWorld(seed: seed)
    for _ in 0..<8 { try expected.store.commit(world.nextBatch(events: 60)) }
    let migrated = try TestRegister(folder: try earlier(of: expected))
    let found = try migrated.rows("stays", "amendments", "stay_places", "fingerprints", "recent_stay_places", "recent_fingerprints")
    #expect(found[..<4].allSatisfy { $0 > 0 } && found[4...] == [0, 0])
    #expect(try migrated.differences(from: expected).isEmpty)
    let positions = try migrated.store.positions()
    #expect(positions.mapValues(\.position) == world.partitions.reduce(into: [:]) { $0[$1.partition] = $1.position })
    #expect(positions.mapValues(\.state.openStays) == world.partitions.reduce(into: [:]) { $0[$1.partition] = $1.state.openStays })
    for number in 0..<12 {
      let id = try Example.id("E-\(number)")
      let stays = try expected.store.read { try $0.stays(of: id) }
      #expect(try migrated.store.read { try $0.stays(of: id) } == stays)
      for stay in stays.map(\.reference) {
        #expect(try migrated.store.read { try $0.versions(of: stay) } == expected.store.read { try $0.versions(of: stay) })
      }
    }
    for _ in 0..<4 {
      let batch = try world.nextBatch(events: 60)
      try migrated.store.commit(batch)
      try expected.store.commit(batch)
    }
    #expect(try migrated.differences(from: expected).isEmpty)
  }

  @Test("A stay keeps all that was told of it and all that finds it")
  func stay() throws {
    let folder = try earlier { db in
      try db.execute(
        sql: """
          INSERT INTO stays (establishment, stay, partition, presence, guest_kind, nationality, minor, room, arrival, departure, due, reported,
            judged, changed, reason, codes, month, check_in, identity_offset, fingerprints)
          VALUES ('A', x'00000000000000000000000000000002', 3, 4, 1, 'VNM', 0, '7', 10, 20, 20, 11, 11, 30, 2, 0, 24322, 5, 6,
            x'025f00000900000000000000');
          INSERT INTO fingerprints VALUES (24322, 9, 'A', x'00000000000000000000000000000002');
          INSERT INTO amendments VALUES ('A', x'00000000000000000000000000000002', 8);
          """)
      for source in [5, 8] {
        try db.execute(
          sql: """
            INSERT INTO receipts (partition, source, ledger_offset, establishment, event, kind, outcome, codes, fields, digest, received, now,
              own_reference)
            VALUES (3, ?1, ?1, 'A', zeroblob(16), 1, 1, 0, x'', zeroblob(16), 1, 1, '')
            """, arguments: [source])
      }
    }
    let register = try TestRegister(folder: folder)
    let stay = try #require(try register.stay(2, of: "A"))
    #expect(stay.partition == 3 && stay.room == "7" && stay.fingerprints == [Example.document(9)])
    #expect(try register.store.read { try $0.stays(of: Example.id("A")) } == [stay])
    #expect(try register.store.read { try $0.stays(by: [Example.document(9)]) } == [stay])
    #expect(try register.store.read { try $0.versions(of: stay.reference) }.map(\.source) == [5, 8])
  }

  @Test("Where moving the rows fails, the file is as it was and can be moved later")
  func fails() throws {
    let register = try TestRegister.random(seed: 83)
    let folder = try earlier(of: register)
    let path = "\(folder.path)/\(RegisterStore.fileName)"
    try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE VIEW all_fingerprints AS SELECT 1") }
    #expect(throws: StoreError.self) { try TestRegister(folder: folder) }
    try DatabaseQueue(path: path).write { db in
      #expect(try RegisterSchema.migrator.appliedIdentifiers(db) == ["register 1", "register 2"])
      try db.execute(sql: "DROP VIEW all_fingerprints")
    }
    #expect(try TestRegister(folder: folder).differences(from: register).isEmpty)
  }
}
