import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

@Suite("Records of the topic access")
struct AccessRecordTests {
  private func read(_ key: [UInt8]?, _ value: [UInt8]?) -> AccessChange? {
    func withKey(_ key: UnsafeRawBufferPointer?) -> AccessChange? {
      guard let value else { return AccessRecord.read(key: key, value: nil) }
      return value.withUnsafeBytes { AccessRecord.read(key: key, value: $0) }
    }
    return key.map { key in key.withUnsafeBytes { withKey($0) } } ?? withKey(nil)
  }

  private func example(_ name: String) throws -> Example { try #require(Example.access.first { $0.name == name }) }

  private func key(of example: Example) throws -> AccessKey {
    guard case .put(let key)? = read(Array("0123456789".utf8), example.record) else {
      throw Missing()
    }
    return key
  }

  private struct Missing: Error {}

  @Test("The golden examples hold what their description says, and are written as in the first version", arguments: Example.access)
  func described(example: Example) throws {
    #expect(try ProtoAccessKey(serializedBytes: example.record) == ProtoAccessKey(jsonUTF8Data: example.message))
    #expect(AccessRecord.value(of: try key(of: example)) == example.record)
  }

  @Test("A record is read with everything in it")
  func contents() throws {
    let granted = Instant(milliseconds: 1_795_352_400_000)
    let whole = try key(of: example("access-key"))
    #expect(whole.holder.description == "hue-dashboard" && whole.knownScopes == [.readAlerts, .readReceipts])
    #expect(whole.granted == granted && whole.expires == granted.adding(days: 90) && whole.revoked == nil)
    #expect(whole.replaces?.id.description == "zyxwvtsrqp" && whole.replaces?.ends == granted.adding(days: 1))
    let revoked = try key(of: example("access-key-revoked"))
    #expect(revoked.revoked == granted.adding(hours: 1) && revoked.expires == nil && revoked.replaces == nil)
    #expect(AccessRecord.key(of: revoked.id) == Array("0123456789".utf8))
    // The examples' hashes are those of the key in the tests of hashes.
    let hasher = AccessHasher(ringKey: try #require(SipKey(bytes: Array(0..<16))))
    let presented = try #require(PresentedAccessKey("lodging.0123456789.AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"))
    #expect(hasher.matches(presented, whole) && hasher.matches(presented, revoked))
  }

  @Test("Fields and scopes of a later version are passed over and allow nothing")
  func later() throws {
    let record = try example("access-key-revoked").record
    let key = Array("0123456789".utf8)
    // Field 1000, a number.
    #expect(read(key, record + [0xC0, 0x3E, 0x07]) == read(key, record))
    var message = try ProtoAccessKey(serializedBytes: record)
    message.scopes = ["write:establishment", "read.alerts"]
    guard case .put(let later)? = read(key, try message.serializedBytes()) else { throw Missing() }
    #expect(later.scopes.count == 2 && later.knownScopes == [.readAlerts])
    #expect(AccessRecord.value(of: later) == (try message.serializedBytes()))
  }

  @Test("A record without a value forgets the key")
  func tombstone() throws {
    #expect(read(Array("0123456789".utf8), nil) == .forget(try #require(AccessKeyID("0123456789"))))
  }

  @Test("What is no such record is none, and no bytes crash the reader")
  func garbage() throws {
    let record = try example("access-key").record
    let key = Array("0123456789".utf8)
    #expect(read(nil, record) == nil && read(nil, nil) == nil && read([], record) == nil)
    #expect(read(Array("0123456788".utf8), record) == nil, "another key")
    #expect(read(Array("012345678i".utf8), nil) == nil)
    #expect(read([UInt8](repeating: 0xFF, count: 10), nil) == nil)
    #expect(read(key, []) == nil && read(key, [0xFF]) == nil)
    #expect(read(key, Array(repeating: 0, count: AccessRecord.valueBytesMax + 1)) == nil)
    let changes: [(inout ProtoAccessKey) -> Void] = [
      { $0.id = "0123456788" }, { $0.holder = "" }, { $0.holder = "two words" }, { $0.digest = Data([1]) }, { $0.digest = Data() },
      { $0.scopes = ["a b"] }, { $0.scopes = [""] }, { $0.scopes = Array(repeating: "a", count: 17) },
      { $0.replaces.id = "0123456789" }, { $0.replaces.id = "x" },
    ]
    for change in changes {
      var message = try ProtoAccessKey(serializedBytes: record)
      change(&message)
      #expect(read(key, try message.serializedBytes()) == nil)
    }
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      var bytes = record
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
      }
      _ = read(key, bytes)
      _ = read(key, Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))))
    }
  }
}
