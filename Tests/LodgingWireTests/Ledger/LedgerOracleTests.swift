import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

@Suite("Entries against swift-protobuf")
struct LedgerOracleTests {
  private static let entriesPerKind = 60

  @Test("random entries are written and read as swift-protobuf does", arguments: LedgerBodyKind.allCases)
  func bothWays(kind: LedgerBodyKind) throws {
    var generator = SeededGenerator(seed: UInt64(kind.rawValue))
    let key = SipKey.random(using: &generator)
    for _ in 0..<Self.entriesPerKind {
      let header = generator.header()
      let body = generator.ledgerBody(kind)
      let event = kind == .decided ? generator.bytes(Int.random(in: 1...400, using: &generator)) : []
      let record = (kind == .decided || kind == .ticked) && generator.oneIn(2) ? generator.digest() : nil
      let (bytes, chain) = LedgerWriter.entry(header, body, event: event, record: record, key: key)
      let proto = ProtoOracle.entry(header, chain: chain, body, event: event, record: record)
      let expected: [UInt8] = try proto.serializedBytes()
      #expect(bytes == expected)
      #expect(try ProtoLedgerEntry(serializedBytes: bytes) == proto)

      #expect(try ChainFields(of: bytes) == ChainFields(of: expected))
      #expect(try LedgerReader.summary(bytes) == EntrySummary(header: header, chain: chain, kind: kind))
      let entry = try LedgerReader.entry(bytes)
      #expect(entry.header == header && entry.chain == chain && entry.body == body && entry.record == record)
      #expect(Array(bytes[entry.event]) == event)
    }
  }

  @Test("what the reader takes of damaged entries swift-protobuf takes too, and it never crashes", arguments: 100..<106)
  func damaged(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let key = SipKey.random(using: &generator)
    var taken = 0
    for _ in 0..<300 {
      let kind = LedgerBodyKind.allCases.randomElement(using: &generator) ?? .ticked
      let (bytes, _) = LedgerWriter.entry(
        generator.header(), generator.ledgerBody(kind), event: generator.bytes(30), record: generator.digest(), key: key)
      let damaged = generator.mutated(bytes, with: generator.bytes(20))
      #expect(damaged == bytes || !ChainFields.chainHolds(damaged, key: key), "seed \(seed)")
      guard let entry = try? LedgerReader.entry(damaged) else { continue }
      taken += 1
      let proto = try ProtoOracle.read(ProtoLedgerEntry.self, damaged)
      let event = Array(damaged[entry.event])
      #expect(ProtoOracle.entry(entry.header, chain: entry.chain, entry.body, event: event, record: entry.record) == proto, "seed \(seed)")
    }
    #expect(taken > 5, "some damage is harmless to the reader, and only the chain value shows it")
  }

  @Test("random bytes never crash the readers")
  func noise() {
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<1000 {
      var noise = generator.bytes(Int.random(in: 0...80, using: &generator))
      #expect(throws: WireError.self) { try LedgerReader.entry(noise) }
      // With the chain fields in place the rest is looked at.
      noise = [0x0A, 16] + generator.bytes(16) + [0x12, 16] + generator.bytes(16) + noise
      _ = try? LedgerReader.entry(noise)
    }
  }
}
