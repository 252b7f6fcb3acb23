import LodgingDomain
import LodgingPipeline
import LodgingService
import Testing

@Suite("Waiting for the read model")
struct FoldProgressTests {
  private func version(_ offsets: [Int: Int64], chain: UInt64 = 1) -> RegisterVersion {
    RegisterVersion(
      positions: offsets.mapValues { ChainPosition(offset: $0, chain: Digest128(first: chain, second: 0), source: $0) }, asOf: nil)
  }

  /// Moves on once somebody waits.
  private func whenAwaited(_ progress: FoldProgress, _ body: () -> Void) async {
    while !progress.hasWaiters { await Task.yield() }
    body()
  }

  @Test("What is there is not waited for")
  func there() async {
    let progress = FoldProgress()
    progress.move(to: version([0: 5, 1: 5]))
    #expect(await progress.wait(for: LedgerOffsets([0: 5]), timeout: .zero))
    #expect(await !progress.wait(for: LedgerOffsets([0: 6]), timeout: .zero))
    #expect(await !progress.wait(for: LedgerOffsets([2: 0]), timeout: .zero))
  }

  @Test("A waiter is woken when every component is reached, and not before")
  func componentwise() async {
    let progress = FoldProgress()
    async let hasCome = progress.wait(for: LedgerOffsets([0: 5, 1: 7]), timeout: .seconds(3600))
    await whenAwaited(progress) {
      progress.move(to: version([0: 9, 1: 6]))
      #expect(progress.hasWaiters)
      progress.move(to: version([0: 9, 1: 7]))
    }
    #expect(await hasCome)
    #expect(!progress.hasWaiters)
  }

  @Test("Waiting ends with the time, with the request and with the node")
  func ends() async {
    let progress = FoldProgress()
    #expect(await !progress.wait(for: LedgerOffsets([0: 5]), timeout: .milliseconds(1)))
    let request = Task { await progress.wait(for: LedgerOffsets([0: 5]), timeout: .seconds(3600)) }
    await whenAwaited(progress) { request.cancel() }
    #expect(await !request.value)
    async let last = progress.wait(for: LedgerOffsets([0: 5]), timeout: .seconds(3600))
    await whenAwaited(progress) { progress.close() }
    #expect(await !last)
    #expect(await !progress.wait(for: LedgerOffsets([0: 5]), timeout: .seconds(3600)))
    #expect(!progress.hasWaiters)
  }

  @Test("Versions are told apart by their history, not by their offsets alone")
  func tags() {
    #expect(version([0: 5, 1: 7]).tag == version([0: 5, 1: 7]).tag)
    #expect(version([0: 5]).tag != version([0: 5], chain: 2).tag)
    #expect(Set([version([0: 5]), version([1: 5]), version([0: 6]), version([0: 5, 1: 5])].map(\.tag)).count == 4)
    #expect(version([10: 5, 2: 7]).text == "2:7,10:5")
  }

  @Test(
    "Offsets are read as they are written, and nothing else",
    arguments: ["", ":", "1", "1:", ":1", "a:1", "1:-1", "1:1,", "1:1,1:2", "1:99999999999999999999", "+1:1", "1:1;2:2"])
  func malformed(text: String) {
    #expect(LedgerOffsets(text) == nil)
    #expect(LedgerOffsets("2:7,10:5") == LedgerOffsets([2: 7, 10: 5]))
  }
}
