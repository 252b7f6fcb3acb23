import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

@Suite("Identity on the wire")
struct WireIdentityTests {
  @Test("random identities agree with swift-protobuf both ways", arguments: 0..<4)
  func oracle(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<150 {
      let identity = generator.identity()
      let proto = ProtoOracle.identity(identity)
      var bytes: [UInt8] = []
      try WireIdentity.encode(identity, padded: false, into: &bytes)
      let expected: [UInt8] = try proto.serializedBytes()
      #expect(bytes == expected, "seed \(seed)")
      #expect(try WireIdentity.decode(expected) == identity, "seed \(seed)")
    }
  }

  @Test("damaged identities never crash the reader, and what it takes swift-protobuf takes too", arguments: 4..<8)
  func damaged(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    for _ in 0..<200 {
      var (bytes, other): ([UInt8], [UInt8]) = ([], [])
      try WireIdentity.encode(generator.identity(), padded: true, into: &bytes)
      try WireIdentity.encode(generator.identity(), padded: true, into: &other)
      let damaged = generator.mutated(bytes, with: other)
      guard let identity = try? WireIdentity.decode(damaged) else { continue }
      var proto = try ProtoOracle.read(ProtoGuestIdentity.self, damaged)
      proto.padding = .init()
      let reread = try WireIdentity.decode(try proto.serializedBytes())
      #expect(reread == identity, "seed \(seed)")
    }
  }

  @Test("the padded length is a multiple of 64 whatever the name's length", arguments: 0..<140)
  func padding(length: Int) throws {
    let identity = Self.identity(name: String(repeating: "A", count: length))
    var bytes: [UInt8] = [1, 2, 3]
    try WireIdentity.encode(identity, padded: true, into: &bytes)
    #expect((bytes.count - 3) % WireIdentity.paddedBytes == 0)
    #expect(try WireIdentity.decode(Array(bytes.dropFirst(3))) == identity)
  }

  @Test("texts are written and read in normalization form C")
  func normalization() throws {
    let decomposed = "Nguye\u{302}\u{303}n Va\u{306}n An"
    var bytes: [UInt8] = []
    try WireIdentity.encode(Self.identity(name: decomposed), padded: false, into: &bytes)
    #expect(Array(try WireIdentity.decode(bytes).fullName.unicodeScalars) == Array("Nguyễn Văn An".unicodeScalars))
    let foreign: [UInt8] = try ProtoGuestIdentity.with {
      $0.fullName = decomposed
      $0.documentKind = 1
    }.serializedBytes()
    #expect(Array(try WireIdentity.decode(foreign).fullName.unicodeScalars) == Array("Nguyễn Văn An".unicodeScalars))
  }

  @Test("a text of 512 bytes is taken, one more is not, by writer and reader alike")
  func limits() throws {
    var bytes: [UInt8] = []
    #expect(throws: Never.self) {
      try WireIdentity.encode(Self.identity(name: String(repeating: "A", count: 512)), padded: true, into: &bytes)
    }
    #expect(throws: Never.self) { try WireIdentity.decode(bytes) }
    let before = bytes
    let tooLong = Self.identity(name: String(repeating: "A", count: 513))
    #expect(throws: WireError.tooLong(.fullName)) { try WireIdentity.encode(tooLong, padded: true, into: &bytes) }
    #expect(bytes == before, "nothing is appended on failure")
    let foreign: [UInt8] = try ProtoOracle.identity(tooLong).serializedBytes()
    #expect(throws: WireError.tooLong(.fullName)) { try WireIdentity.decode(foreign) }
  }

  @Test("values that the domain cannot express are refused by name")
  func values() throws {
    func read(_ change: (inout ProtoGuestIdentity) -> Void) throws -> GuestIdentity {
      try WireIdentity.decode(
        try ProtoGuestIdentity.with {
          $0.documentKind = 4
          change(&$0)
        }.serializedBytes())
    }
    #expect(throws: WireError.missing(.documentKind)) { try read { $0.documentKind = 0 } }
    #expect(throws: WireError.invalid(.documentKind)) { try read { $0.documentKind = 11 } }
    #expect(throws: WireError.invalid(.sex)) { try read { $0.sex = 3 } }
    #expect(throws: WireError.invalid(.noDocumentReason)) { try read { $0.noDocumentReason = 300 } }
    #expect(throws: WireError.invalid(.documentExpiry)) { try read { $0.documentExpiryDay = .max } }
    for text in ["1990-13", "90", "1990-02-30", "01/02/1990", "1990-1-1"] {
      #expect(throws: WireError.invalid(.birthDate)) { try read { $0.birthDate = text } }
    }
    #expect(throws: WireError.tooLong(.birthDate)) { try read { $0.birthDate = "1990-01-01 " } }
    #expect(try read { $0.birthDate = "1990-02" }.birthDate == PartialDate(year: 1990, month: 2))
    #expect(try read { $0.birthDate = "" }.birthDate == nil)
  }

  private static func identity(name: String) -> GuestIdentity {
    GuestIdentity(fullName: name, birthDate: nil, sex: .female, documentKind: .passport, documentNumber: "B1234567")
  }
}
