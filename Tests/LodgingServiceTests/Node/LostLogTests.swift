import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingStore
import LodgingWire
import Logging
import Testing

@testable import LodgingService

@Suite("A log that is gone while what was folded from it is there")
struct LostLogTests {
  let bench: RegisterBench

  init() throws { bench = try RegisterBench() }

  enum Loss: CaseIterable {
    case removed, emptied
  }

  /// What only a ledger can have left.
  enum Trace: CaseIterable {
    case register, ids, snapshot
  }

  /// A register with a guest, which nobody has open.
  private func fill() throws {
    let sender = try EventSender(try bench.open())
    defer { sender.close() }
    _ = try sender.send([try sender.encode(bench.opening(), identity: nil)], of: bench.inn)
    _ = try sender.send([try sender.encode(bench.checkIn(), identity: RegisterBench.guest())], of: bench.inn)
  }

  private func remove(_ name: String) throws {
    for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: "\(bench.path)/\(name)\(suffix)") {
      try FileManager.default.removeItem(atPath: "\(bench.path)/\(name)\(suffix)")
    }
  }

  private func lose(_ loss: Loss) throws {
    try remove("log.sqlite")
    if loss == .emptied { try Data().write(to: URL(fileURLWithPath: bench.path + "/log.sqlite")) }
  }

  private func keep(_ trace: Trace) throws {
    let position = ChainPosition(offset: 0, chain: .zero, source: -1)
    if trace != .register { try remove("register.sqlite") }
    switch trace {
    case .register: break
    case .ids: _ = try SQLiteIdIndex(directory: bench.path).add([], partition: 0, after: nil, position: position)
    case .snapshot:
      try FileSnapshotStore(folder: bench.path + "/snapshots").publish([1], as: SnapshotName(partition: 0, position: position))
    }
  }

  private func expectRefusal(_ body: () throws -> Void) {
    let error = #expect(throws: ServiceError.self) { try body() }
    let words = error?.description ?? ""
    for part in [bench.path + "/log.sqlite", "missing or empty", "backup", "nothing was changed"] {
      #expect(words.contains(part), "\(words)")
    }
    #expect(!words.contains("load establishments"))
    #expect(error.map { ErrorKind($0) } == .inputOrData)
  }

  @Test("Every command says that the log must be restored, and changes nothing", arguments: Loss.allCases)
  func refused(loss: Loss) throws {
    try fill()
    try lose(loss)
    let before = try bench.contents()
    for purpose in [Register.Purpose.reading, .writing, .making, .loadingResidents(startingAnew: true)] {
      expectRefusal { _ = try Register(bench.folder, clock: bench.clock, logger: Logger(label: "test"), for: purpose) }
    }
    expectRefusal { _ = try Rebuild.run(bench.folder, clock: bench.clock, logger: Logger(label: "test")) }
    expectRefusal { _ = try Backup.make(of: bench.folder, at: bench.path + "-backup", withKeys: false, clock: bench.clock) }
    expectRefusal { try DemoSettings().claim(bench.folder) }
    #expect(try bench.contents() == before)
  }

  @Test("Each thing that only a ledger can have left is enough", arguments: Trace.allCases)
  func traces(trace: Trace) throws {
    try fill()
    try keep(trace)
    try remove("log.sqlite")
    expectRefusal { _ = try bench.open() }
  }

  @Test("A log without any entry is no new one beside what was folded")
  func withoutEntries() throws {
    try fill()
    try remove("log.sqlite")
    let other = try RegisterBench()
    do { _ = try EmbeddedLog(directory: other.path, clock: bench.clock) }
    try FileManager.default.copyItem(atPath: other.path + "/log.sqlite", toPath: bench.path + "/log.sqlite")
    expectRefusal { _ = try bench.open() }
    expectRefusal { _ = try bench.openToRead() }
  }

  @Test("A folder whose making was interrupted before anything was folded opens", arguments: Loss.allCases)
  func interruptedMaking(loss: Loss) throws {
    do { _ = try bench.open() }
    try lose(loss)
    try fill()
    #expect(try OccupancyOutput(try bench.openToRead(), unit: .nation, at: nil)?.guests == 1)
  }
}
