import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import Logging
import Testing

@testable import LodgingService

@Suite("Folding the register anew")
struct RebuildTests {
  let bench: RegisterBench

  init() throws {
    bench = try RegisterBench()
    try send(try bench.opening())
    try send(bench.checkIn(), RegisterBench.guest())
  }

  private var draft: String { bench.path + "/rebuild" }

  private func send(_ event: StayEvent, _ identity: GuestIdentity? = nil) throws {
    let sender = try EventSender(try bench.open())
    defer { sender.close() }
    _ = try sender.send([try sender.encode(event, identity: identity)], of: bench.inn)
  }

  private func rebuild() throws -> Int { try Rebuild.run(bench.folder, clock: bench.clock, logger: Logger(label: "test")) }

  private func guests(_ register: Register? = nil) throws -> Int? {
    try OccupancyOutput(try register ?? bench.openToRead(), unit: .nation, at: nil)?.guests
  }

  private func overwrite(_ name: String) throws {
    try Data(repeating: 0x41, count: 20_000).write(to: URL(fileURLWithPath: "\(bench.path)/\(name)"))
  }

  @Test("A rebuild that fails leaves the register that was there in force, and no draft")
  func failing() throws {
    try overwrite("log.sqlite")
    #expect(throws: LogOpenError.self) { try rebuild() }
    let store = try RegisterStore(reading: bench.path, catalogue: try UnitFiles.catalogue())
    #expect(try store.read { try $0.totals() }.events == 1)
    #expect(!FileManager.default.fileExists(atPath: draft))
  }

  @Test("What an interrupted rebuild left is removed by the next, and was no part of any answer")
  func afterInterruption() throws {
    try FileManager.default.createDirectory(atPath: draft, withIntermediateDirectories: false)
    for name in ["register.sqlite", "register.sqlite-wal", "register.sqlite-shm"] { try overwrite("rebuild/" + name) }
    #expect(try guests() == 1)
    #expect(try rebuild() == 1)
    #expect(try guests() == 1)
    #expect(!FileManager.default.fileExists(atPath: draft))
  }

  @Test("Who has the register open meanwhile sees the new one, and what is folded into it later")
  func besideReaders() throws {
    let (reading, writing) = (try bench.openToRead(), try bench.open())
    #expect(try guests(reading) == 1)
    #expect(try rebuild() == 1)
    #expect(try guests(reading) == 1)
    try send(bench.checkIn(), RegisterBench.guest("001190000002"))
    #expect(try guests(reading) == 2)
    #expect(try guests(writing) == 2)
  }

  @Test("A register that is no database, or missing, is replaced by a whole one, and its copies and rests go", arguments: [true, false])
  func damaged(isThere: Bool) throws {
    try bench.open().store.makeCopy(at: bench.clock.now)
    if isThere {
      for name in ["register.sqlite", "register.sqlite-wal", "register.sqlite-shm"] { try overwrite(name) }
    } else {
      try FileManager.default.removeItem(atPath: bench.folder.register)
    }
    #expect(try rebuild() == 1)
    #expect(try guests() == 1)
    #expect(!FileManager.default.fileExists(atPath: bench.path + "/copies"))
  }
}
