import Foundation
import GRDB
import Testing

@testable import LodgingStore

@Suite("Reading an SQLite file where nothing may be written")
struct ReadAccessTests {
  let folder: StoreFolder
  private let path: String

  init() throws {
    folder = try StoreFolder()
    path = folder.path + "/a b?%.sqlite"
  }

  /// A file whose second row is in the write-ahead log only, as a killed process leaves it; `keeping` says what of it is left.
  private func make(keeping suffixes: [String]) throws {
    let pool = try DatabasePool(path: folder.path + "/live")
    try pool.write { try $0.execute(sql: "CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
    if !suffixes.isEmpty {
      try pool.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
      try pool.write { try $0.execute(sql: "INSERT INTO t VALUES (2)") }
      for suffix in suffixes + [""] {
        try FileManager.default.copyItem(atPath: folder.path + "/live" + suffix, toPath: path + suffix)
      }
    }
    try pool.close()
    if suffixes.isEmpty { try FileManager.default.copyItem(atPath: folder.path + "/live", toPath: path) }
    for name in ["live", "live-wal", "live-shm"] { try? FileManager.default.removeItem(atPath: "\(folder.path)/\(name)") }
  }

  private func rows(_ access: ReadAccess) throws -> Int? {
    let keeper = try access.makeKeeper(busySeconds: 1)
    defer { try? keeper?.close() }
    var configuration = Configuration()
    configuration.readonly = true
    configuration.prepareDatabase { try access.prepare($0) }
    let readers = try (0..<2).map { _ in try DatabaseQueue(path: access.name, configuration: configuration) }
    defer { for reader in readers { try? reader.close() } }
    let counts = try readers.map { try $0.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } }
    return Set(counts).count == 1 ? counts[0] : nil
  }

  @Test(
    "Every commit is seen, and no file is made, changed or removed",
    arguments: [([], 1), (["-wal"], 2), (["-wal", "-shm"], 2)] as [([String], Int)])
  func seesCommits(suffixes: [String], count: Int) throws {
    try make(keeping: suffixes)
    let before = try names()
    let wal = try? Data(contentsOf: URL(fileURLWithPath: path + "-wal"))
    #expect(try rows(ReadAccess(path: path, isWritable: false)) == count)
    #expect(try names() == before)
    #expect((try? Data(contentsOf: URL(fileURLWithPath: path + "-wal"))) == wal)
  }

  @Test("A store's file is read so too, whatever its readers set first")
  func throughStore() throws {
    try make(keeping: ["-wal"])
    let access = ReadAccess(path: path, isWritable: false)
    let file = try StoreFile(reading: path, access: access, settings: StoreFile.Settings(), migrator: DatabaseMigrator(), remedy: .ids)
    #expect(try file.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 2)
    #expect(throws: StoreError.self) { try file.write { try $0.execute(sql: "INSERT INTO t VALUES (9)") } }
    #expect(try names() == ["a b?%.sqlite", "a b?%.sqlite-wal"])
  }

  @Test("Where it could be written, the usual locks hold, and what they need is gone afterwards")
  func whereWritable() throws {
    try make(keeping: [])
    let before = try names()
    let access = ReadAccess(path: path)
    #expect(access.needsKeeper && access.name == path)
    let keeper = try #require(try access.makeKeeper(busySeconds: 1))
    #expect(throws: DatabaseError.self) { try keeper.write { try $0.execute(sql: "INSERT INTO t VALUES (9)") } }
    let writer = try DatabasePool(path: path)
    try writer.write { try $0.execute(sql: "INSERT INTO t VALUES (2)") }
    #expect(try rows(ReadAccess(path: path)) == 2)
    try writer.close()
    try keeper.close()
    #expect(try names() == before)
    #expect(try rows(ReadAccess(path: path)) == 2)
    #expect(try names() == before)
  }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
}
