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
    after previous: Digest128, source: Int64 = 0, format: UInt32 = 1, _ body: LedgerBody = .ticked
  ) -> (value: [UInt8], chain: Digest128) {
    var value: [UInt8] = []
    let header = EntryHeader(previous: previous, source: source, now: Instant(milliseconds: 5), rules: .newest, format: format)
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

  @Test("A reset of the source counts, and the source goes on behind the record that it names, above all numbers before")
  mutating func sourceReset() throws {
    let first = genesis()
    let second = entry(after: first.chain, source: 7)
    let reset = entry(after: second.chain, source: 7, .sourceReset(incarnation: 2, nextSource: 5, reason: "restored"))
    let again = entry(after: reset.chain, source: (1 << 44) + 4, .sourceReset(incarnation: 3, nextSource: 0, reason: "begun anew"))
    for (offset, value) in [first, second, reset].map(\.value).enumerated() { _ = take(value, at: Int64(offset)) }
    #expect(cursor.position?.source == Int64(1 << 44) + 4)
    guard case .counts = take(again.value, at: 3) else { return #expect(Bool(false), "the second reset does not count") }
    let source = SourceNumber(try #require(cursor.position).source)
    #expect(source.incarnation == 3 && source.offset == -1)
  }

  @Test(
    "A reset that does not follow from the incarnation before it stops the reader",
    arguments: [(1, 0), (3, 0), (2, -1)] as [(UInt32, Int64)])
  mutating func wrongReset(incarnation: UInt32, next: Int64) throws {
    let first = genesis()
    _ = take(first.value, at: 0)
    let body = LedgerBody.sourceReset(incarnation: incarnation, nextSource: next, reason: "")
    #expect(take(entry(after: first.chain, source: -1, body).value, at: 1) == .unknown)
    #expect(cursor.next == 1)
  }

  @Test("A reader stops in front of an upgrade that leads beyond what it knows, and says which version it needs")
  mutating func upgrade() throws {
    let first = genesis()
    let next = LedgerVersion(format: 2, rules: .newest)
    let upgrade = entry(after: first.chain, source: -1, .upgrade(format: 2, rules: .newest))
    let later = entry(after: upgrade.chain, source: 0, format: 2)
    _ = take(first.value, at: 0)
    #expect(take(upgrade.value, at: 1) == .later(next))
    #expect(cursor.next == 1 && cursor.position?.chain == first.chain)
    cursor = ChainCursor(partition: 0, version: next)
    for (offset, value) in [first, upgrade, later].map(\.value).enumerated() {
      guard case .counts = take(value, at: Int64(offset)) else { return #expect(Bool(false), "\(offset) does not count") }
    }
  }

  @Test("A reader that begins behind an upgrade stops at the first entry of a format or of rules that it does not know")
  mutating func laterEntry() throws {
    let start = Digest128(first: 4, second: 4)
    cursor = ChainCursor(partition: 0, after: ChainPosition(offset: 8, chain: start, source: 3))
    #expect(take(entry(after: start, source: 4, format: 3).value, at: 9) == .later(LedgerVersion(format: 3, rules: .newest)))
    cursor = ChainCursor(
      partition: 0, after: ChainPosition(offset: 8, chain: start, source: 3), version: LedgerVersion(format: 3, rules: RulesVersion(0)))
    #expect(take(entry(after: start, source: 4, format: 3).value, at: 9) == .later(LedgerVersion(format: 3, rules: .newest)))
  }

  @Test("A rekey counts like any other entry: who only compares needs no key")
  mutating func rekey() throws {
    let first = genesis()
    _ = take(first.value, at: 0)
    guard case .counts = take(entry(after: first.chain, source: -1, .rekey(keyID: 2)).value, at: 1) else {
      return #expect(Bool(false), "it does not count")
    }
  }

  @Test("An unknown kind of entry that does not continue the chain is ignored like any other")
  mutating func unknownElsewhere() throws {
    _ = take(genesis().value, at: 0)
    let elsewhere = Digest128(first: 9, second: 9)
    #expect(take(entry(after: elsewhere, .upgrade(format: 9, rules: .newest)).value, at: 1) == .ignored)
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
