import Foundation
import LodgingDomain
import SwiftProtobuf
import Testing

@testable import LodgingWire

@Suite("Records of the topic notices")
struct NoticeRecordTests {
  private static let name = "0f8fad5b-d9cb-469f-a165-70867728950e"
  private static let key = Array(name.utf8)
  /// The bytes behind a record's content: field 10 and its 32 bytes.
  private static let tail = 34
  private let hasher: NoticeHasher

  init() throws { hasher = NoticeHasher(ringKey: try #require(SipKey(bytes: Array(0..<16)))) }

  private func read(_ key: [UInt8]?, _ value: [UInt8]?, by other: NoticeHasher? = nil) -> Notice? {
    func withKey(_ key: UnsafeRawBufferPointer?) -> Notice? {
      guard let value else { return NoticeRecord.read(key: key, value: nil, by: other ?? hasher) }
      return value.withUnsafeBytes { NoticeRecord.read(key: key, value: $0, by: other ?? hasher) }
    }
    return key.map { key in key.withUnsafeBytes { withKey($0) } } ?? withKey(nil)
  }

  private func example(_ name: String) throws -> Example { try #require(Example.notices.first { $0.name == name }) }

  @Test("The golden examples hold what their description says, and are written as in the first version", arguments: Example.notices)
  func described(example: Example) throws {
    #expect(try ProtoNotice(serializedBytes: example.record) == ProtoNotice(jsonUTF8Data: example.message))
    #expect(NoticeRecord.value(of: try #require(read(Self.key, example.record)), by: hasher) == example.record)
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
    let content = Array(record.dropLast(Self.tail))
    #expect(hasher.sign(content) == record)
    // Field 1000, a number.
    #expect(read(Self.key, hasher.sign(content + [0xC0, 0x3E, 0x07])) == read(Self.key, record))
    var message = try ProtoNotice(serializedBytes: content)
    message.reason = "witness"
    #expect(read(Self.key, hasher.sign(try message.serializedBytes()))?.reason == .other)
  }

  @Test("The hash is what Python's hmac and hashlib make of it")
  func vectors() {
    let head: [UInt8] = [0x52, 0x20]
    let content = Array("abc".utf8)
    let signed: [UInt8] = content + head + bytes("4ae5da17fa951f937d3648f4f308122c6436e0aca802e9263f806e1084955077")
    #expect(hasher.sign(content) == signed)
    let empty: [UInt8] = head + bytes("0492600bb2259b966057cbcbffa4c2705c83898319f37785088acea4a10d8228")
    #expect(hasher.sign([]) == empty)
    var dumped = ""
    dump(hasher, to: &dumped)
    for text in ["\(hasher)", String(reflecting: hasher), dumped] { #expect(!text.contains("[0, 1") && !text.contains("Symmetric")) }
  }

  @Test("A record that was forged, altered, cut off, added to or put under another id is none, and so is another register's")
  func foreign() throws {
    let (posted, withdrawn) = (try example("notice").record, try example("notice-withdrawn").record)
    for place in posted.indices {
      var other = posted
      other[place] ^= 1
      #expect(read(Self.key, other) == nil, "\(place)")
      #expect(read(Self.key, Array(posted.prefix(place))) == nil)
    }
    let (content, end) = (Array(posted.dropLast(Self.tail)), Array(posted.suffix(Self.tail)))
    let (other, otherEnd) = (Array(withdrawn.dropLast(Self.tail)), Array(withdrawn.suffix(Self.tail)))
    let (head, later) = (Array(end.prefix(2)), [0xC0, 0x3E, 0x07] as [UInt8])
    let forged: [[UInt8]] = [
      content, content + head, content + head + later, content + end + end, posted + later, other + end, content + otherEnd, end + content,
      end, Array(end.dropFirst(2)),
    ]
    for record in forged { #expect(read(Self.key, record) == nil) }
    #expect(read(Array("1f8fad5b-d9cb-469f-a165-70867728950e".utf8), posted) == nil)
    #expect(read(Self.key, posted, by: NoticeHasher(ringKey: try #require(SipKey(bytes: Array(1..<17))))) == nil)
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
      var message = try ProtoNotice(serializedBytes: record.dropLast(Self.tail))
      #expect(read(Self.key, hasher.sign(try message.serializedBytes())) != nil)
      change(&message)
      #expect(read(Self.key, hasher.sign(try message.serializedBytes())) == nil)
    }
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<2000 {
      var bytes = record
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: .min ... .max, using: &generator)
      }
      _ = read(Self.key, hasher.sign(bytes))
      _ = read(Self.key, hasher.sign(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))))
    }
  }
}
