import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Loads into the resident directory")
struct DirectoryLoadTests {
  let bench: DirectoryBench

  init() throws { bench = try DirectoryBench() }

  @Test("a load replaces residents of the same number and keeps the others; duplicates in it count once, the last")
  func upsert() throws {
    let entries = DirectoryBench.entries(100, seed: 1)
    var random = SeededGenerator(seed: 2)
    let again = DirectoryBench.entry(&random, key: entries[5].key)
    let build = try bench.load(entries + [again])
    #expect(build.persons == 100)
    #expect(build.added == 100)
    #expect(build.duplicates == 1)
    let newer = DirectoryBench.entry(&random, key: entries[6].key)
    let added = DirectoryBench.entry(&random)
    let second = try bench.load([newer, added])
    #expect(second.persons == 101)
    #expect(second.added == 2)
    #expect(second.replaced == 1)
    #expect(second.version == 2)
    let replica = try ResidentReplica(folder: bench.folder)
    #expect(replica.codes([entries[4], again, newer, added].map(\.question)) == [entries[4], again, newer, added].map(\.expected))
    #expect(bench.files == ["residents-2.dir"])
  }

  @Test("a load that starts anew keeps nothing, even where the former version cannot be read")
  func anew() throws {
    let entries = DirectoryBench.entries(10, seed: 3)
    try bench.load(entries)
    try Data("rubbish".utf8).write(to: URL(fileURLWithPath: bench.folder.listPath))
    #expect(throws: DirectoryError.foreign(file: "CURRENT")) { try bench.load([]) }
    let build = try bench.load([entries[3]], startingAnew: true)
    #expect(build.version == 2)
    let replica = try ResidentReplica(folder: bench.folder)
    #expect(replica.codes([entries[3], entries[4]].map(\.question)) == [entries[3].expected, CodeSet(.directoryUnknownNumber)])
  }

  @Test("only one load at a time")
  func busy() throws {
    let builder = try DirectoryBuilder(folder: bench.folder)
    #expect(throws: DirectoryError.busy) { try DirectoryBuilder(folder: bench.folder) }
    _ = try builder.finish()
  }

  @Test("a load that is given up leaves the directory as it was, and the next one clears what it left")
  func givenUp() throws {
    let entries = DirectoryBench.entries(10, seed: 4)
    try bench.load(entries)
    do {
      let builder = try DirectoryBuilder(folder: bench.folder)
      for entry in DirectoryBench.entries(200_000, seed: 5) { try builder.add(entry) }
    }
    try Data("half a file".utf8).write(to: URL(fileURLWithPath: "\(bench.path)/residents-2.dir.new"))
    let replica = try ResidentReplica(folder: bench.folder)
    #expect(replica.version == 1 << 32)
    #expect(replica.codes(entries.map(\.question)) == entries.map(\.expected))
    try bench.load([])
    #expect(bench.files == ["residents-2.dir"])
  }

  @Test("a damaged former version is not copied into a new one")
  func damagedFormer() throws {
    try bench.load(DirectoryBench.entries(10, seed: 6))
    let path = URL(fileURLWithPath: bench.file(version: 1))
    var bytes = try Data(contentsOf: path)
    bytes[4100] ^= 1
    try bytes.write(to: path)
    #expect(throws: DirectoryError.damaged(file: "residents-1.dir", part: .block(0))) { try bench.load([]) }
  }

  @Test("small loads over a large base become a delta, which is folded into the base when it grows too large")
  func delta() throws {
    var random = SeededGenerator(seed: 7)
    let entries = DirectoryBench.entries(500, seed: 8)
    #expect(try !bench.load(entries, deltaRowsMax: 100).isDelta)
    let replica = try ResidentReplica(folder: bench.folder)
    var model = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0) })
    var kinds: [Bool] = []
    for _ in 0..<6 {
      let changed = entries.indices.shuffled(using: &random).prefix(40).map { DirectoryBench.entry(&random, key: entries[$0].key) }
      for entry in changed { model[entry.key] = entry }
      kinds.append(try bench.load(changed, deltaRowsMax: 100).isDelta)
      #expect(try replica.refresh())
      #expect(replica.codes(model.values.map(\.question)) == model.values.map(\.expected))
      let asked = model.values.filter { $0.document != nil }
      #expect(replica.codes(asked.compactMap(\.documentQuestion)) == asked.map(\.expected))
    }
    #expect(kinds.first == true)
    #expect(kinds.contains(false))
    #expect(bench.files.count <= 2)
  }

  @Test("a deletion over a large base is kept in the delta and gone from the next base")
  func deltaDeletion() throws {
    let entries = DirectoryBench.entries(50, seed: 9)
    try bench.load(entries, deltaRowsMax: 10)
    var overlay = ResidentOverlay()
    overlay.apply(.delete(key: entries[0].key), at: 0)
    #expect(try bench.load([], deltaRowsMax: 10, overlay: overlay).isDelta)
    let replica = try ResidentReplica(folder: bench.folder)
    #expect(replica.codes([entries[0].question, entries[1].question]) == [CodeSet(.directoryUnknownNumber), entries[1].expected])
    #expect(replica.changesPosition == 1)
    let build = try bench.load([])
    #expect(!build.isDelta)
    #expect(build.persons == 49)
    #expect(try ResidentReplica(folder: bench.folder).changesPosition == 1)
  }

  @Test("any sequence of loads, changes, builds and restarts answers as a plain dictionary does", arguments: 0..<6)
  func model(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var model: [UInt64: DirectoryEntry] = [:]
    var holders: [UInt64: UInt64] = [:]
    let keys = (0..<120).map { _ in random.next() | 1 }
    let documentKeys = (0..<20).map { _ in random.next() | 1 }
    func makeEntry() -> DirectoryEntry {
      var entry = DirectoryBench.entry(&random, key: keys[random.below(keys.count)])
      if entry.document != nil { entry.document?.key = documentKeys[random.below(documentKeys.count)] }
      return entry
    }
    func put(_ entry: DirectoryEntry) {
      model[entry.key] = entry
      if let document = entry.document { holders[document.key] = entry.key }
    }
    var replica = try ResidentReplica(folder: bench.folder)
    var offset: Int64 = 0
    for _ in 0..<40 {
      switch random.below(6) {
      case 0, 1:
        let entries = (0..<random.below(30)).map { _ in makeEntry() }
        let overlay = replica.overlay
        try bench.load(entries, deltaRowsMax: 40, overlay: overlay)
        entries.forEach(put)
        try replica.refresh()
      case 2:
        replica = try ResidentReplica(folder: bench.folder)
      // What only the lost replica's overlay held is read from the topic again; here a build has taken it in before.
      default:
        var changes: [(offset: Int64, change: ResidentChange)] = []
        for _ in 0..<random.below(8) {
          if random.below(3) == 0 {
            let key = keys[random.below(keys.count)]
            model[key] = nil
            changes.append((offset, .delete(key: key)))
          } else {
            let entry = makeEntry()
            put(entry)
            changes.append((offset, .put(entry)))
          }
          offset += 1
        }
        replica.apply(changes)
        try bench.load([], deltaRowsMax: 40, overlay: replica.overlay)
        if random.below(2) == 0 { try replica.refresh() }
      }
      guard replica.version != 0 else { continue }
      try replica.refresh()
      try check(replica, model: model, holders: holders, keys: keys, documentKeys: documentKeys)
    }
  }

  private func check(
    _ replica: ResidentReplica, model: [UInt64: DirectoryEntry], holders: [UInt64: UInt64], keys: [UInt64], documentKeys: [UInt64]
  ) throws {
    for key in keys {
      let question = model[key]?.question ?? ResidentQuestion(by: .personalNumber, key: key, person: .init())
      #expect(replica.codes([question]) == [model[key]?.expected ?? CodeSet(.directoryUnknownNumber)])
    }
    for key in documentKeys {
      // Known is a document while the person who showed it last still holds it.
      let holder = holders[key].flatMap { model[$0] }
      let isHeld = holder?.document?.key == key
      let question = ResidentQuestion(by: .documentNumber, key: key, person: holder?.document?.person ?? .init())
      #expect(replica.codes([question]) == [isHeld ? holder?.expected ?? [] : CodeSet(.directoryUnknownNumber)])
    }
  }
}
