import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

@Suite("Records of the topic notices")
struct NoticeRecordTests {
  private static let name = "0f8fad5b-d9cb-469f-a165-70867728950e"
  private static let key = Array(name.utf8)

  private func read(_ key: [UInt8]?, _ value: [UInt8]?) -> Notice? {
    func withKey(_ key: UnsafeRawBufferPointer?) -> Notice? {
      guard let value else { return NoticeRecord.read(key: key, value: nil) }
      return value.withUnsafeBytes { NoticeRecord.read(key: key, value: $0) }
    }
    return key.map { key in key.withUnsafeBytes { withKey($0) } } ?? withKey(nil)
  }

  private func example(_ name: String) throws -> Example { try #require(Example.notices.first { $0.name == name }) }

  @Test("The golden examples hold what their description says, and are written as in the first version", arguments: Example.notices)
  func described(example: Example) throws {
    #expect(try ProtoNotice(serializedBytes: example.record) == ProtoNotice(jsonUTF8Data: example.message))
    #expect(NoticeRecord.value(of: try #require(read(Self.key, example.record))) == example.record)
  }

  @Test("A record is read with everything in it, and its document opens with the key of its version")
  func contents() throws {
    let posted = Instant(milliseconds: 1_795_352_400_000)
    let notice = try #require(read(Self.key, example("notice").record))
    #expect(try notice.id.description == Self.name && notice.unit == UnitCode("01") && notice.reason == .missing)
    #expect(notice.priority == .high && notice.posted == posted && notice.validUntil == posted.adding(days: 30) && notice.withdrawn == nil)
    var withdrawn = notice
    withdrawn.withdrawn = posted.adding(hours: 1)
    #expect(read(Self.key, try example("notice-withdrawn").record) == withdrawn)
    #expect(NoticeRecord.key(of: notice.id) == Self.key)

    let keys = try ExampleKeys(version: "v1")
    let none = [UInt8](repeating: 0, count: SipKey.byteCount)
    let month = try #require(KeyMonth(keys.month))
    let secret = try #require(MonthKeys(month: month, privateKey: bytes(keys.monthPrivateKey), fingerprint: none, digest: none))
    let document = try #require(NoticeSeal.open(notice.document, of: notice.id, with: secret))
    #expect(document == (try NoticeDocument(kind: .chipCard, nationality: .vietnam, number: "001190000001")))
  }

  @Test("Fields of a later version are passed over, and a reason of a later version is another one")
  func later() throws {
    let record = try example("notice").record
    // Field 1000, a number.
    #expect(read(Self.key, record + [0xC0, 0x3E, 0x07]) == read(Self.key, record))
    var message = try ProtoNotice(serializedBytes: record)
    message.reason = "witness"
    #expect(read(Self.key, try message.serializedBytes())?.reason == .other)
  }

  @Test("What is no such record is none, and no bytes crash the reader")
  func garbage() throws {
    let record = try example("notice").record
    #expect(read(nil, record) == nil && read(nil, nil) == nil && read([], record) == nil && read(Self.key, nil) == nil)
    #expect(read(Array(Self.name.uppercased().utf8), record) == nil && read(Array(Self.name.dropLast().utf8), record) == nil)
    #expect(read(Self.key, []) == nil && read(Self.key, [0xFF]) == nil)
    #expect(read(Self.key, Array(repeating: 0, count: NoticeRecord.valueBytesMax + 1)) == nil)
    let changes: [(inout ProtoNotice) -> Void] = [
      { $0.id = "1f8fad5b-d9cb-469f-a165-70867728950e" }, { $0.unit = "e:HN-0001" }, { $0.unit = "" }, { $0.reason = "" },
      { $0.priority = "medium" }, { $0.priority = "" }, { $0.validUntilMs = $0.postedMs }, { $0.postedMs = 0 },
      { $0.document = Data() }, { $0.document.append(0) },
    ]
    for change in changes {
      var message = try ProtoNotice(serializedBytes: record)
      change(&message)
      #expect(read(Self.key, try message.serializedBytes()) == nil)
    }
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      var bytes = record
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
      }
      _ = read(Self.key, bytes)
      _ = read(Self.key, Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))))
    }
  }
}
