import LodgingDomain
import LodgingPipeline
import LodgingTesting
import LodgingWire
import Testing

@Suite("The acceptance rule")
struct ChainCursorTests {
  let key: SipKey
  var cursor = ChainCursor(partition: 0)

  init() throws { key = try #require(SipKey(bytes: [UInt8](repeating: 3, count: 16))) }

  private func entry(
    after previous: Digest128, source: Int64 = 0, _ body: LedgerBody = .ticked
  ) -> (value: [UInt8], chain: Digest128) {
    var value: [UInt8] = []
    let header = EntryHeader(previous: previous, source: source, now: Instant(milliseconds: 5), rules: .newest)
    let chain = LedgerWriter.append(header, body, key: key, to: &value)
    return (value, chain)
  }

  private func genesis() -> (value: [UInt8], chain: Digest128) {
    entry(
      after: .zero, source: -1, .genesis(Genesis(ledgerID: LedgerID(high: 1, low: 2), partition: 0, partitions: 1, keyID: 1)))
  }

  private mutating func take(_ value: [UInt8]?, at offset: Int64) -> ChainCursor.Verdict {
    guard let value else { return cursor.take(nil, at: offset) }
    return value.withUnsafeBytes { cursor.take($0, at: offset) }
  }

  @Test("Entries that continue the chain count, and the cursor stands behind the last of them")
  mutating func counts() throws {
    let first = genesis()
    let second = entry(after: first.chain)
    guard case .counts = take(first.value, at: 0), case .counts(let summary) = take(second.value, at: 1) else {
      Issue.record("an entry does not count")
      return
    }
    #expect(summary.kind == .ticked)
    #expect(cursor.position == ChainPosition(offset: 1, chain: second.chain, source: 0))
    #expect(cursor.next == 2)
    #expect(cursor.ignored == 0)
  }

  @Test("What does not continue the chain is ignored: repeated, deposed, garbage, a tombstone, a second genesis")
  mutating func ignored() throws {
    let first = genesis()
    let second = entry(after: first.chain)
    _ = take(first.value, at: 0)
    _ = take(second.value, at: 1)
    let before = cursor.position
    let deposed = entry(after: first.chain, source: 1)
    for (index, value) in [second.value, deposed.value, [1, 2, 3], nil, first.value, Array(second.value.prefix(35))].enumerated() {
      #expect(take(value, at: Int64(2 + index)) == .ignored)
    }
    #expect(cursor.position == before)
    #expect(cursor.next == 8)
    #expect(cursor.ignored == 6)
  }

  @Test("Nothing counts before genesis, and the cursor does not move")
  mutating func noGenesis() throws {
    #expect(take(entry(after: .zero).value, at: 0) == .noGenesis)
    #expect(take([7], at: 0) == .noGenesis)
    #expect(take(nil, at: 0) == .noGenesis)
    #expect(cursor.next == 0)
    #expect(cursor.position == nil)
  }

  @Test(
    "An entry that would count and is reserved or unknown stops the reader, and the cursor does not move",
    arguments: [
      LedgerBody.sourceReset(incarnation: 2, nextSource: 0), .upgrade(format: 2, rules: .newest), .rekey(keyID: 2),
    ])
  mutating func reserved(body: LedgerBody) throws {
    let first = genesis()
    _ = take(first.value, at: 0)
    #expect(take(entry(after: first.chain, source: -1, body).value, at: 1) == .unknown)
    #expect(cursor.next == 1)
    #expect(cursor.position?.chain == first.chain)
  }

  @Test("An unknown kind of entry that does not continue the chain is ignored like any other")
  mutating func unknownElsewhere() throws {
    _ = take(genesis().value, at: 0)
    let elsewhere = Digest128(first: 9, second: 9)
    #expect(take(entry(after: elsewhere, .rekey(keyID: 2)).value, at: 1) == .ignored)
  }

  @Test("An entry that continues the chain and cannot be read any further stops the reader")
  mutating func damaged() throws {
    let first = genesis()
    _ = take(first.value, at: 0)
    #expect(take(Array(entry(after: first.chain).value.prefix(37)), at: 1) == .unknown)
  }

  @Test("A second genesis that continues the chain stops the reader")
  mutating func secondGenesis() throws {
    let first = genesis()
    _ = take(first.value, at: 0)
    let body = LedgerBody.genesis(Genesis(ledgerID: LedgerID(high: 1, low: 2), partition: 0, partitions: 1, keyID: 1))
    #expect(take(entry(after: first.chain, source: -1, body).value, at: 1) == .unknown)
  }

  @Test("A cursor begun behind an entry goes on from there, and skipping never goes back")
  mutating func resumed() throws {
    let first = genesis()
    cursor = ChainCursor(partition: 0, after: ChainPosition(offset: 4, chain: first.chain, source: -1))
    #expect(cursor.next == 5)
    cursor.skip(to: 9)
    cursor.skip(to: 6)
    #expect(cursor.next == 9)
    guard case .counts = take(entry(after: first.chain).value, at: 9) else {
      Issue.record("the entry does not count")
      return
    }
  }
}
