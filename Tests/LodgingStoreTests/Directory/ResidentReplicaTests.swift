import Foundation
import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Resident directory of a node")
struct ResidentReplicaTests {
  let bench: DirectoryBench

  init() throws { bench = try DirectoryBench() }

  @Test("where nothing was ever loaded, nothing is found and the version is 0")
  func nothing() throws {
    let replica = try ResidentReplica(folder: bench.folder)
    let questions = DirectoryBench.entries(3, seed: 1).map(\.question)
    #expect(replica.codes(questions) == [[], [], []])
    #expect(replica.version == 0)
    #expect(try !replica.refresh())
  }

  @Test("a load is seen after a refresh, and answers come from one version")
  func refresh() throws {
    let entries = DirectoryBench.entries(500, seed: 2)
    let replica = try ResidentReplica(folder: bench.folder)
    try bench.load(entries)
    #expect(replica.version == 0)
    #expect(try replica.refresh())
    #expect(try !replica.refresh())
    #expect(replica.version == 1 << 32)
    #expect(replica.codes(entries.map(\.question)) == entries.map(\.expected))
    let asked = entries.compactMap(\.documentQuestion)
    #expect(replica.codes(asked) == entries.filter { $0.document != nil }.map(\.expected))
    #expect(replica.counts.base == 500)
  }

  @Test("what every look-up asks is read in part by part, once for each version")
  func warming() throws {
    try bench.load(DirectoryBench.entries(60_000, seed: 5))
    let replica = try ResidentReplica(folder: bench.folder, verifying: .header)
    let slots = try #require(replica.filesInForce?.base.persons.slotByteCount)
    #expect(try residentBytes() < slots / 2)
    var parts = 1
    while replica.warmNext(atMost: 100_000) { parts += 1 }
    #expect(parts == (slots + 99_999) / 100_000 && !replica.warmNext())
    #expect(try residentBytes() >= slots)
    try bench.load(DirectoryBench.entries(60_000, seed: 6))
    #expect(try replica.refresh())
    #expect(replica.warmNext(atMost: 100_000))
    #expect(try !ResidentReplica(folder: DirectoryBench().folder).warmNext(), "nothing was loaded")
  }

  /// The bytes of this directory's files that are mapped and in memory, as the kernel has it (`/proc/self/smaps`, proc(5)).
  private func residentBytes() throws -> Int {
    var (bytes, isOurs) = (0, false)
    let maps = try #require(try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/smaps")).readToEnd())
    for line in String(decoding: maps, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      if words[0].contains("-"), !words[0].hasSuffix(":") { isOurs = line.contains(bench.folder.path) }
      if isOurs, words[0] == "Rss:" { bytes += (Int(words[1]) ?? 0) * 1024 }
    }
    return bytes
  }

  @Test("a smaller answer array grows and a longer one shrinks to the number of questions")
  func answerCount() throws {
    let entries = DirectoryBench.entries(200, seed: 3)
    try bench.load(entries)
    let replica = try ResidentReplica(folder: bench.folder)
    var answers = [ResidentAnswer](repeating: ResidentAnswer(codes: CodeSet(.reportLate)), count: 1000)
    for count in [0, 1, 63, 64, 65, 200] {
      _ = replica.lookUp(Array(entries.map(\.question).prefix(count)), into: &answers)
      #expect(answers.map(\.codes) == entries.prefix(count).map(\.expected))
    }
  }

  @Test("a document that was replaced, taken over by another person, or whose holder is gone is unknown")
  func documents() throws {
    var random = SeededGenerator(seed: 4)
    var (first, second) = (DirectoryBench.entry(&random), DirectoryBench.entry(&random))
    (first.status, second.status) = (.alive, .lost)
    let former = DirectoryEntry.Document(key: 77, person: DirectoryBench.person(&random))
    first.document = former
    second.document = nil
    try bench.load([first, second])
    let replica = try ResidentReplica(folder: bench.folder)
    let question = ResidentQuestion(by: .documentNumber, key: 77, person: former.person)
    #expect(replica.codes([question]) == [[]])

    first.document = DirectoryEntry.Document(key: 78, person: DirectoryBench.person(&random))
    replica.apply([(offset: 0, change: .put(first))])
    #expect(replica.codes([question]) == [CodeSet(.directoryUnknownNumber)])
    #expect(replica.codes([first.documentQuestion].compactMap(\.self)) == [[]])

    second.document = DirectoryEntry.Document(key: 77, person: DirectoryBench.person(&random))
    replica.apply([(offset: 1, change: .put(second))])
    #expect(replica.codes([second.documentQuestion].compactMap(\.self)) == [CodeSet(.directoryDocumentLost)])

    replica.apply([(offset: 2, change: .delete(key: second.key))])
    #expect(replica.codes([second.documentQuestion].compactMap(\.self)) == [CodeSet(.directoryUnknownNumber)])
    #expect(replica.codes([second.question]) == [CodeSet(.directoryUnknownNumber)])
  }

  @Test("every applied change raises the version; one that was applied before changes nothing")
  func versions() throws {
    let entries = DirectoryBench.entries(3, seed: 5)
    try bench.load(entries)
    let replica = try ResidentReplica(folder: bench.folder)
    let before = replica.version
    replica.apply([(offset: 4, change: .delete(key: entries[0].key))])
    let after = replica.version
    #expect(after > before)
    replica.apply([(offset: 4, change: .put(entries[0])), (offset: 2, change: .put(entries[0]))])
    #expect(replica.version == after)
    #expect(replica.changesPosition == 5)
    #expect(replica.codes([entries[0].question]) == [CodeSet(.directoryUnknownNumber)])
    #expect(replica.record(of: entries[0].key) == nil)
    #expect(replica.record(of: entries[1].key)?.status == entries[1].status)
  }

  @Test("changes that a build takes in leave the overlay; later ones stay over the new version")
  func compaction() throws {
    var entries = DirectoryBench.entries(50, seed: 6)
    try bench.load(entries)
    let replica = try ResidentReplica(folder: bench.folder)
    var random = SeededGenerator(seed: 7)
    let added = DirectoryBench.entry(&random)
    replica.apply([(offset: 0, change: .put(added)), (offset: 1, change: .delete(key: entries[0].key))])
    let overlay = replica.overlay
    entries[2] = DirectoryBench.entry(&random, key: entries[2].key)
    replica.apply([(offset: 2, change: .put(entries[2]))])
    try bench.load([], overlay: overlay)
    let before = replica.version
    #expect(try replica.refresh())
    #expect(replica.version > before)
    #expect(replica.overlay.count == 1)
    #expect(replica.counts.base == 50)
    let expected = [CodeSet(.directoryUnknownNumber)] + entries.dropFirst().map(\.expected) + [added.expected]
    #expect(replica.codes(entries.map(\.question) + [added.question]) == expected)
    let reopened = try ResidentReplica(folder: bench.folder)
    #expect(reopened.changesPosition == 2)
  }

  @Test("a version that cannot be opened is told once and the former one stays in force")
  func refusedVersion() throws {
    let entries = DirectoryBench.entries(20, seed: 8)
    try bench.load(entries)
    let replica = try ResidentReplica(folder: bench.folder)
    try bench.load(DirectoryBench.entries(20, seed: 9), startingAnew: true)
    let path = URL(fileURLWithPath: bench.file(version: 2))
    var bytes = try Data(contentsOf: path)
    bytes[5000] ^= 1
    try bytes.write(to: path)
    #expect(throws: DirectoryError.damaged(file: "residents-2.dir", part: .block(0))) { try replica.refresh() }
    #expect(try !replica.refresh())
    #expect(replica.codes(entries.map(\.question)) == entries.map(\.expected))
  }
}
