import LodgingDomain
import LodgingWire
import Testing

@Suite("Ledger entries")
struct LedgerEntryTests {
  private static let header = EntryHeader(
    previous: Digest128(first: 1, second: 2), source: 41, now: Instant(milliseconds: 1_782_864_000_000), rules: .first)

  private static func key() throws -> SipKey { try #require(SipKey(bytes: 0..<16)) }

  @Test("the chain value is the keyed hash over the previous value and every byte after the first 36")
  func chainValue() throws {
    let key = try Self.key()
    var buffer: [UInt8] = [1, 2, 3]
    let chain = LedgerWriter.append(Self.header, .ticked, key: key, to: &buffer)
    #expect(Array(buffer.prefix(3)) == [1, 2, 3], "the entry is appended")
    let entry = Array(buffer.dropFirst(3))
    let hashed = Array(entry[2..<18]) + Array(entry[36...])
    #expect(chain == hashed.withUnsafeBytes { KeyedHash.digest(key: key, bytes: $0) })
    #expect(try ChainFields(of: entry) == fields(previous: Self.header.previous, chain: chain))
    #expect(ChainFields.chainHolds(entry, key: key))
  }

  @Test("a change of any one byte breaks the chain value")
  func tampering() throws {
    let key = try Self.key()
    let (entry, _) = LedgerWriter.entry(
      Self.header, .decided(Decision(outcome: .accepted), Facts(month: KeyMonth(index: 24_318), digest: .zero)), event: [9, 9, 9], key: key)
    #expect(ChainFields.chainHolds(entry, key: key))
    for index in entry.indices {
      var changed = entry
      changed[index] ^= 0x10
      #expect(!ChainFields.chainHolds(changed, key: key), "byte \(index)")
    }
    #expect(!ChainFields.chainHolds(entry + [0], key: key))
    #expect(!ChainFields.chainHolds(entry.dropLast(), key: key))
    #expect(!ChainFields.chainHolds([], key: key))
    let other = try #require(SipKey(bytes: 1..<17))
    #expect(!ChainFields.chainHolds(entry, key: other))
  }

  @Test("an entry of a later version yields its chain fields and header, and its body is not guessed at", arguments: [UInt8(19), 31])
  func unknownKind(field: UInt8) throws {
    var (entry, chain) = LedgerWriter.entry(Self.header, .ticked, key: try Self.key())
    let field = UInt64(field) << 3 | 2
    entry.removeLast(2)
    entry += field < 128 ? [UInt8(field)] : [UInt8(field & 0x7F) | 0x80, UInt8(field >> 7)]
    entry += [3, 8, 1, 0]
    #expect(try LedgerReader.summary(entry) == EntrySummary(header: Self.header, chain: chain, kind: nil))
    #expect(throws: WireError.unknownBody) { try LedgerReader.entry(entry) }
    entry.removeLast(2)
    #expect(try ChainFields(of: entry).chain == chain, "even where the rest is cut off")
    #expect(throws: WireError.malformed(.truncated)) { try LedgerReader.summary(entry) }
  }

  @Test("the chain fields are taken in their one encoding only")
  func onePlace() throws {
    let (entry, chain) = LedgerWriter.entry(Self.header, .ticked, key: try Self.key())
    #expect(throws: WireError.malformed(.chainFields)) { try ChainFields(of: Array(entry.prefix(35))) }
    let swapped = Array(entry[18..<36]) + Array(entry[0..<18]) + Array(entry[36...])
    #expect(throws: WireError.malformed(.chainFields)) { try LedgerReader.summary(swapped) }
    let long = [0x0A, 0x90, 0x00] + Array(entry[2...])
    #expect(throws: WireError.malformed(.chainFields)) { try LedgerReader.summary(long) }
    let repeated = entry + [0x12, 16] + [UInt8](repeating: 0, count: 16)
    #expect(try ChainFields(of: repeated).chain == chain)
    #expect(throws: WireError.malformed(.chainFields)) { try LedgerReader.summary(repeated) }
  }

  @Test("an entry has one body")
  func oneBody() throws {
    let (entry, _) = LedgerWriter.entry(Self.header, .ticked, key: try Self.key())
    #expect(throws: WireError.invalid(.body)) { try LedgerReader.summary(entry + [0x62, 0]) }
    #expect(throws: WireError.missing(.body)) { try LedgerReader.summary(Array(entry.dropLast(2))) }
  }

  @Test("a long reason is cut at a character")
  func reasons() throws {
    let reason = String(repeating: "ế", count: 100)
    let (entry, _) = LedgerWriter.entry(Self.header, .missing(first: 3, reason: reason), key: try Self.key())
    #expect(try LedgerReader.entry(entry).body == .missing(first: 3, reason: String(repeating: "ế", count: 85)))
  }

  @Test("what an entry must have is missed by name")
  func missing() throws {
    let key = try Self.key()
    func body(_ field: UInt8, _ content: [UInt8]) throws -> LedgerEntry {
      var (entry, _) = LedgerWriter.entry(Self.header, .ticked, key: key)
      entry.removeLast(2)
      return try LedgerReader.entry(entry + [field << 3 | 2, UInt8(content.count)] + content)
    }
    #expect(throws: WireError.missing(.ledgerID)) { try body(10, []) }
    #expect(throws: WireError.invalid(.outcome)) { try body(11, []) }
    #expect(throws: WireError.missing(.facts)) { try body(11, [0x10, 1]) }
    #expect(throws: WireError.missing(.digest)) { try body(11, [0x10, 1, 0x42, 0]) }
    #expect(throws: WireError.invalid(.seal)) { try body(11, [0x10, 1, 0x42, 2, 0x08, 9]) }
    #expect(throws: WireError.invalid(.fields)) { try body(11, [0x22, 3, 0x80, 0x80, 0x7C]) }
    #expect(throws: WireError.missing(.digest)) { try body(13, []) }
    #expect(throws: WireError.invalid(.code)) { try body(13, [0x08, 7]) }
    #expect(throws: WireError.missing(.establishment)) { try body(15, []) }
  }

  @Test("records that differ in where the key ends have different digests")
  func recordDigests() throws {
    let key = try Self.key()
    var scratch: [UInt8] = []
    func digest(_ recordKey: [UInt8]?, _ value: [UInt8]?) -> Digest128 {
      (recordKey ?? []).withUnsafeBytes { keyBytes in
        (value ?? []).withUnsafeBytes { valueBytes in
          RecordDigest.make(
            recordKey: recordKey == nil ? nil : keyBytes, value: value == nil ? nil : valueBytes, key: key, scratch: &scratch)
        }
      }
    }
    let records: [([UInt8]?, [UInt8]?)] = [
      (nil, nil), ([], nil), (nil, []), ([], []), ([1], [2]), ([1, 2], []), ([], [1, 2]), ([1, 2], nil),
    ]
    #expect(Set(records.map { digest($0.0, $0.1) }).count == records.count)
    #expect(digest([1], [2]) == digest([1], [2]))
  }
}

private func fields(previous: Digest128, chain: Digest128) -> ChainFields? {
  let entry = [0x0A, 16] + previous.withBytes { Array($0) } + [0x12, 16] + chain.withBytes { Array($0) }
  return try? ChainFields(of: entry)
}
