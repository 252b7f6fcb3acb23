import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

@Suite("Events without their plain identity")
struct PlainIdentityTests {
  private static func kept(_ record: [UInt8]) -> [UInt8] { record.withUnsafeBytes(WireEvent.withoutPlainIdentity) }

  @Test("a plain identity goes and everything else stays as it was written", arguments: 200..<204)
  func random(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<200 {
      let event = generator.event()
      let identity = generator.outgoing()
      var record: [UInt8] = []
      try WireEvent.encode(event, identity: identity, traceparent: "00-01", into: &record)
      var expected = record
      if case .plain = identity {
        expected.removeAll()
        try WireEvent.encode(event, traceparent: "00-01", into: &expected)
      }
      #expect(Self.kept(record) == expected, "seed \(seed)")
      let frame: [UInt8] = [0, 0, 0, 0, 42, 2, 0]
      #expect(Self.kept(frame + record) == frame + expected, "seed \(seed)")
    }
  }

  @Test("it is found however its tag and length are written, and fields that nobody knows stay")
  func spellings() throws {
    var generator = SeededGenerator(seed: 9)
    var record: [UInt8] = []
    try WireEvent.encode(generator.event(), into: &record)
    let unknown: [UInt8] = [0xC2, 0x0C, 1, 7]
    for tag: [UInt8] in [[0x72], [0xF2, 0x00], [0xF2, 0x80, 0x00]] {
      for length: [UInt8] in [[3], [0x83, 0x00]] {
        let plain = tag + length + [0x0A, 1, 0x41]
        #expect(Self.kept(plain + record + unknown) == record + unknown)
        #expect(Self.kept(unknown + record + plain) == unknown + record)
      }
    }
  }

  @Test("no bytes crash it, and it never keeps what follows a fault", arguments: 204..<208)
  func damaged(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<500 {
      var record: [UInt8] = []
      try WireEvent.encode(generator.event(), identity: .plain(generator.identity()), into: &record)
      let damaged = generator.mutated(record, with: generator.bytes(40))
      let kept = Self.kept(damaged)
      #expect(kept.count <= damaged.count)
      guard let before = try? WireEvent.decode(damaged) else { continue }
      let after = try WireEvent.decode(kept)
      #expect(after.content == before.content, "seed \(seed)")
      if case .plain = after.identity { Issue.record("an identity is left, seed \(seed)") }
    }
  }
}
