import Foundation
import GRDB
import LodgingDomain
import LodgingPipeline
import Testing

@testable import LodgingStore

@Suite("A file on a full disk gives back the room of its write-ahead log, and goes on when there is room")
struct FullDiskTests {
  private static let log = "\(RegisterStore.fileName)-wal"

  @Test("After a write that found no room the write-ahead log is empty, and with room the same write succeeds")
  func emptiesLog() throws {
    let folder = try StoreFolder()
    let register = try RegisterStore(directory: folder.path, catalogue: try Example.catalogue())
    var world = try RandomWorld(seed: 9)
    try register.commit(world.nextBatch(events: 100))
    // Not below its size: what follows takes many pages, and no order of its rows finds room in those that are there.
    try register.file.maintain { try $0.execute(sql: "PRAGMA max_page_count = 1") }
    let batch = try world.nextBatch(events: 400)
    for _ in 0..<2 {
      #expect(full { try register.commit(batch) })
      #expect(try folder.size(Self.log) == 0)
    }
    try register.file.maintain { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
    try register.commit(batch)
    #expect(try register.holds(world.partitions))
  }

  @Test(
    "A disk on which the file fits several times over is not filled by what is written again and again",
    .enabled(if: SmallDisk.isPossible, "only root may mount a small disk"))
  func staysSmall() throws {
    let disk = try SmallDisk(mebibytes: 24)
    let register = try RegisterStore(directory: disk.path, catalogue: try Example.catalogue())
    var world = try RandomWorld(seed: 10)
    for _ in 0..<60 { try register.commit(world.nextBatch(events: 100)) }
    #expect(try register.holds(world.partitions))
  }

  @Test(
    "A register that found its disk full again and again goes on by itself as soon as somebody makes room",
    .enabled(if: SmallDisk.isPossible, "only root may mount a small disk"), arguments: [0, 100_000, 1_000_000])
  func goesOn(bytesLeft: Int) throws {
    let disk = try SmallDisk(mebibytes: 24)
    let register = try RegisterStore(directory: disk.path, catalogue: try Example.catalogue())
    var world = try RandomWorld(seed: 11)
    for _ in 0..<4 { try register.commit(world.nextBatch(events: 100)) }
    try disk.fill(leaving: bytesLeft)
    let batch = try fill(register, &world)
    for _ in 0..<3 { #expect(full { try register.commit(batch) }) }
    try disk.makeRoom()
    try register.commit(batch)
    for _ in 0..<20 { try register.commit(world.nextBatch(events: 100)) }
    #expect(try register.holds(world.partitions))
  }

  /// Commits batches until one finds no room, and returns that one.
  private func fill(_ register: RegisterStore, _ world: inout RandomWorld) throws -> ProjectionBatch {
    while true {
      let batch = try world.nextBatch(events: 100)
      if full({ try register.commit(batch) }) { return batch }
    }
  }

  /// Whether what is done fails because the disk is full.
  private func full(_ body: () throws -> Void) -> Bool {
    do {
      try body()
      return false
    } catch {
      return (error as? StoreError)?.code == .full
    }
  }
}

extension RegisterStore {
  /// Whether it stands where the drivers do.
  fileprivate func holds(_ drivers: [PartitionDriver]) throws -> Bool {
    let positions = try positions()
    return drivers.allSatisfy { positions[$0.partition]?.position == $0.position }
  }
}
