import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

@Suite("Events against swift-protobuf")
struct EventOracleTests {
  private static let eventsPerSeed = 200

  @Test("random events are written as swift-protobuf writes them", arguments: 0..<5)
  func writing(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var bytes: [UInt8] = []
    for _ in 0..<Self.eventsPerSeed {
      let event = generator.event()
      let identity = generator.outgoing()
      let traceparent = generator.oneIn(3) ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" : ""
      let proto = ProtoOracle.event(event, identity: identity, traceparent: traceparent)
      bytes.removeAll(keepingCapacity: true)
      try WireEvent.encode(event, identity: identity, traceparent: traceparent, into: &bytes)
      let expected: [UInt8] = try proto.serializedBytes()
      #expect(bytes == expected, "seed \(seed)")
      #expect(try ProtoStayEvent(serializedBytes: bytes) == proto, "seed \(seed)")
    }
  }

  @Test("random events by swift-protobuf are read as they were", arguments: 5..<10)
  func reading(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<Self.eventsPerSeed {
      let event = generator.event()
      let identity = generator.outgoing()
      let record: [UInt8] = try ProtoOracle.event(event, identity: identity, traceparent: "00-01").serializedBytes()
      let decoded = try WireEvent.decode(record)
      #expect(decoded.content == .event(event), "seed \(seed)")
      #expect(decoded.traceparent.map { Array(record[$0]) } == Array("00-01".utf8))
      switch (identity, decoded.identity) {
      case (.none, .none): break
      case (.plain(let guest), .plain(let range)):
        #expect(try WireIdentity.decode(Array(record[range])) == guest, "seed \(seed)")
      case (.sealed(let sealed), .sealed(let ranges)):
        #expect(record.withUnsafeBytes { SealedIdentity(ranges, in: $0) } == sealed, "seed \(seed)")
      default: Issue.record("another identity, seed \(seed)")
      }
    }
  }

  @Test("damaged and merged records are taken and refused as swift-protobuf does", arguments: 10..<20)
  func damaged(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var taken = 0
    var refused = 0
    for _ in 0..<Self.eventsPerSeed {
      let record = try Self.record(&generator)
      let other = try Self.record(&generator)
      let damaged = generator.mutated(record, with: other)
      if try Self.agree(on: damaged, "seed \(seed)") { taken += 1 } else { refused += 1 }
    }
    #expect(taken > 10 && refused > 10, "both outcomes are exercised")
  }

  @Test("random bytes never crash the reader", arguments: 20..<24)
  func noise(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<500 {
      let noise = generator.bytes(Int.random(in: 0...60, using: &generator))
      _ = try Self.agree(on: noise, "seed \(seed)")
    }
  }

  private static func record(_ generator: inout SeededGenerator) throws -> [UInt8] {
    var bytes: [UInt8] = []
    if generator.oneIn(20) {
      WireEvent.encodeTick(into: &bytes)
    } else {
      try WireEvent.encode(generator.event(), identity: generator.outgoing(), into: &bytes)
    }
    return bytes
  }

  /// Checks that both readers agree as far as protobuf goes; returns whether ours took the record.
  private static func agree(on record: [UInt8], _ comment: Comment) throws -> Bool {
    let oracle = Result { try ProtoOracle.read(ProtoStayEvent.self, record) }
    let ours = Result { () throws(WireError) in try WireEvent.decode(record) }
    switch (ours, oracle) {
    case (.success(let decoded), .success(let proto)):
      expectEqual(decoded, proto, record: record, comment)
      return true
    case (.success(let decoded), .failure):
      // The inside of a plain identity is looked at later; everything else both refuse.
      guard record.first != 0 else { return true }
      guard case .plain(let range) = decoded.identity else {
        Issue.record("swift-protobuf refuses what ours takes: \(comment)")
        return true
      }
      #expect(throws: WireError.self, comment) { try WireIdentity.decode(Array(record[range])) }
      return true
    case (.failure(.malformed(let malformation)), .success):
      #expect(malformation == .group, "ours calls malformed what swift-protobuf takes: \(comment)")
      return false
    case (.failure, _): return false
    }
  }

  private static func expectEqual(_ decoded: DecodedEvent, _ proto: ProtoStayEvent, record: [UInt8], _ comment: Comment) {
    guard case .event(let event) = decoded.content else {
      #expect(proto.body == ProtoOracle.tick().body, comment)
      return
    }
    var expected = proto
    var actual = ProtoOracle.event(event)
    actual.traceparent = decoded.traceparent.map { String(decoding: record[$0], as: UTF8.self) } ?? ""
    switch decoded.identity {
    case .none: break
    case .plain: actual.identity = proto.identity
    case .sealed(let ranges): actual.sealed = ProtoOracle.sealed(record.withUnsafeBytes { SealedIdentity(ranges, in: $0) })
    }
    // Spellings that are one value to the domain.
    expected.body = canonical(expected.body)
    #expect(actual == expected, comment)
  }

  private static func canonical(_ body: ProtoStayEvent.OneOf_Body?) -> ProtoStayEvent.OneOf_Body? {
    func code(_ text: String) -> String { (try? Nationality(text))?.code ?? text }
    switch body {
    case .checkIn(var checkIn):
      checkIn.stay.nationality = code(checkIn.stay.nationality)
      return .checkIn(checkIn)
    case .amendment(var amendment):
      amendment.stay.nationality = code(amendment.stay.nationality)
      return .amendment(amendment)
    default: return body
    }
  }
}
