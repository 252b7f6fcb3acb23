import Foundation
import GRDB
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("The register's file keeps what was committed, or says that it cannot be used")
struct RegisterFileTests {
  @Test("A transaction that was not committed is not there after the process was killed")
  func survivesKill() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    driver.send(try Example.checkIn(2))
    try register.commit(&driver)
    let copy = try register.store.file.maintain { db in
      try db.execute(sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM stays; DELETE FROM positions")
      defer { try? db.execute(sql: "ROLLBACK") }
      return try register.folder.copy()
    }
    let reopened = try TestRegister(folder: copy)
    #expect(try reopened.store.positions()[0]?.position == driver.position)
    #expect(try reopened.stay(2) != nil)
  }

  @Test("A full disk fails the batch as a whole, and with room it succeeds")
  func survivesFullDisk() throws {
    let folder = try StoreFolder()
    let catalogue = try Example.catalogue()
    var settings = RegisterStore.settings
    settings.bytesMax = 400 * 1024
    let small = try RegisterStore(directory: folder.path, catalogue: catalogue, settings: settings)
    var world = try RandomWorld(seed: 9)
    var committed = 0
    var failed: (batch: ProjectionBatch, error: StoreError)?
    while failed == nil {
      let batch = try world.nextBatch(events: 400)
      do {
        try small.commit(batch)
        committed += batch.receipts.count
      } catch let error as StoreError {
        failed = (batch, error)
      }
    }
    let (batch, error) = try #require(failed)
    #expect(error.code == .full)
    #expect(error.isRetryable)
    let receipts = { (store: RegisterStore) in
      try store.file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM receipts") }
    }
    #expect(try receipts(small) == committed)
    let large = try RegisterStore(directory: folder.path, catalogue: catalogue)
    _ = try large.positions()
    try large.commit(batch)
    #expect(try receipts(large) == committed + batch.receipts.count)
  }

  @Test("A file that is no database is refused with the way out, and can be made anew")
  func refusesOtherFile() throws {
    let folder = try StoreFolder()
    try folder.write(Array(repeating: 0x41, count: 20_000), to: RegisterStore.fileName)
    let error = #expect(throws: StoreError.self) { try TestRegister(folder: folder) }
    #expect(error?.code == .damaged)
    #expect(error?.description.contains("`lodging rebuild`") == true)
    #expect(try folder.bytes(of: RegisterStore.fileName).count == 20_000)
    let draft = try RegisterStore.makeDraft(directory: folder.path, catalogue: Example.catalogue())
    try RegisterStore.putInForce(draft, directory: folder.path)
    #expect(try TestRegister(folder: folder).store.positions().isEmpty)
  }

  @Test("Damaged pages are found when they are read, and the error names the way out")
  func findsDamage() throws {
    let folder = try StoreFolder()
    try filled(folder)
    let size = try folder.size(RegisterStore.fileName)
    for page in 2..<(size / UInt64(StoreFile.pageBytes)) {
      try folder.overwrite(RegisterStore.fileName, at: page * UInt64(StoreFile.pageBytes), with: Array(repeating: 0xA5, count: 64))
    }
    let error = #expect(throws: StoreError.self) {
      let register = try TestRegister(folder: folder)
      _ = try register.store.positions()
      _ = try register.store.read { try $0.establishments() }
    }
    #expect(error?.code == .damaged)
    #expect(error?.remedy.contains("`lodging rebuild`") == true)
  }

  @Test("A file that was cut off is found")
  func findsTruncation() throws {
    let folder = try StoreFolder()
    try filled(folder)
    let bytes = try folder.bytes(of: RegisterStore.fileName)
    try folder.write(Array(bytes.prefix(5 * StoreFile.pageBytes + 100)), to: RegisterStore.fileName)
    let error = #expect(throws: StoreError.self) {
      let register = try TestRegister(folder: folder)
      _ = try register.store.positions()
    }
    #expect(error?.code == .damaged)
  }

  @Test("A value that no version writes is damage, and later reads do not stand on an old moment")
  func findsOddValues() throws {
    let register = try TestRegister()
    var driver = try Example.partition()
    driver.send(try Example.opening())
    for stay in 2...9 as ClosedRange<UInt64> { driver.send(try Example.checkIn(stay)) }
    try register.commit(&driver)
    try register.store.file.maintain { db in
      try db.execute(sql: "PRAGMA ignore_check_constraints = ON; UPDATE stays SET nationality = '?!'")
      try db.execute(sql: "PRAGMA ignore_check_constraints = OFF")
    }
    let id = try Example.id(Example.inn)
    let error = #expect(throws: StoreError.self) { try register.store.read { try $0.stays(of: id) } }
    #expect(error?.code == .damaged)
    driver.send(try Example.checkIn(10))
    try register.commit(&driver)
    #expect(try register.stay(10) != nil)
  }

  @Test("A file of a later version is left alone")
  func refusesLaterVersion() throws {
    let folder = try StoreFolder()
    try filled(folder)
    try DatabaseQueue(path: "\(folder.path)/\(RegisterStore.fileName)").write {
      try $0.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('register 99')")
    }
    let error = #expect(throws: StoreError.self) { try TestRegister(folder: folder) }
    #expect(error?.code == .newerFormat)
  }

  @Test("To be read, a register that is missing is an empty one, and one of an earlier version is refused; neither is made or changed")
  func reading() throws {
    let folder = try StoreFolder()
    let empty = try RegisterStore(reading: folder.path, catalogue: try Example.catalogue())
    #expect(try empty.positions().isEmpty)
    #expect(try folder.names("") == [])
    try folder.write([], to: RegisterStore.fileName)
    let error = #expect(throws: StoreError.self) { try RegisterStore(reading: folder.path, catalogue: try Example.catalogue()) }
    #expect(error?.code == .unusable && error?.description.contains("earlier version") == true)
    #expect(try folder.names("") == [RegisterStore.fileName] && folder.bytes(of: RegisterStore.fileName) == [])
  }

  @Test("A folder that cannot be made is said to be unusable")
  func refusesImpossibleFolder() throws {
    let folder = try StoreFolder()
    try folder.write([1], to: "file")
    let error = #expect(throws: StoreError.self) {
      try RegisterStore(directory: "\(folder.path)/file/below", catalogue: try Example.catalogue())
    }
    #expect(error?.code == .unusable)
    #expect(error?.detail == "Not a directory", "the system's own words")
  }

  @Test("Commits of the register wait for no disk, those of the attempt journal do")
  func waitsAsItSays() throws {
    let register = try TestRegister()
    let synchronous = try register.store.file.maintain { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    #expect(synchronous == 1)
    #expect(try SQLiteAttemptJournal(directory: register.folder.path).synchronous() == 2)
  }

  /// A closed register with some hundred stays.
  private func filled(_ folder: StoreFolder) throws {
    let register = try TestRegister(folder: folder)
    var world = try RandomWorld(seed: 3)
    try register.store.commit(world.nextBatch(events: 1500))
    try register.store.file.maintain { _ = try $0.checkpoint(.truncate) }
  }
}
