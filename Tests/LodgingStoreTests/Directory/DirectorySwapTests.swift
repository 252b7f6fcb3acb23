import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Synchronization
import TestThreads
import Testing

@testable import LodgingStore

@Suite("New versions under look-ups", .onOwnThread)
struct DirectorySwapTests {
  private final class Flag: Sendable {
    let value = Atomic(false)
  }

  @Test("every batch is answered from exactly the version that it returns, while versions replace each other")
  func swap() async throws {
    let bench = try DirectoryBench()
    let versions: UInt64 = 12
    let keys = DirectoryBench.entries(300, seed: 1).map(\.key)
    // The person behind a key is another one in each version, so that an answer tells which version gave it.
    @Sendable func entries(_ version: UInt64) -> [DirectoryEntry] {
      var random = SeededGenerator(seed: version)
      return keys.map { DirectoryEntry(key: $0, person: DirectoryBench.person(&random), status: .alive) }
    }
    try bench.load(entries(1))
    let replica = try ResidentReplica(folder: bench.folder)
    let isOver = Flag()
    try await withThrowingTaskGroup(of: Set<UInt64>.self) { group in
      for reader in 0..<3 {
        group.addTask {
          let questions = (1...versions).map { entries($0).map(\.question) }
          var answers: [ResidentAnswer] = []
          var seen: Set<UInt64> = []
          var round = reader
          while true {
            let isLast = isOver.value.load(ordering: .acquiring)
            let asked = UInt64(round) % versions + 1
            let version = replica.lookUp(questions[Int(asked) - 1], into: &answers) >> 32
            let matches = answers.count { $0.codes == [] }
            #expect(answers.count == keys.count)
            #expect(matches == (version == asked ? keys.count : 0))
            seen.insert(version)
            round += 1
            if isLast { return seen }
          }
        }
      }
      for version in 2...versions {
        try bench.load(entries(version))
        #expect(try replica.refresh())
      }
      isOver.value.store(true, ordering: .releasing)
      for try await seen in group { #expect(seen.contains(versions)) }
    }
  }
}
