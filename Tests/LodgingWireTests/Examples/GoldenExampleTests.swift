import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

/// The records of every released version, which are decoded for ever.
///
/// They were made with protoc, a Python implementation of SipHash and the HPKE and AES-GCM of Python's `cryptography`, so that none of the code under
/// test took part.
@Suite("Golden examples")
struct GoldenExampleTests {
  @Test("every kind of event and of entry has an example, and every file is one")
  func complete() throws {
    let shapes = try Example.events.map { EventShape(try WireEvent.decode($0.record).content) }
    #expect(Set(shapes) == Set(EventShape.allCases))
    let kinds = try Example.entries.map { try LedgerReader.entry($0.record).body.kind }
    #expect(Set(kinds) == Set(LedgerBodyKind.allCases))
    let names = try FileManager.default.contentsOfDirectory(atPath: Example.folder.appendingPathComponent("v1").path)
    let expected = Example.all.filter { $0.version == "v1" }.flatMap { ["\($0.name).hex", "\($0.name).json"] } + ["keys.json"]
    #expect(Set(names) == Set(expected))
  }

  @Test("events hold what their description says", arguments: Example.events)
  func events(example: Example) throws {
    let described = try ProtoStayEvent(jsonUTF8Data: example.message)
    let isFramed = example.record.first == 0
    let message = isFramed ? Array(example.record.dropFirst(6)) : example.record
    #expect(try ProtoStayEvent(serializedBytes: message) == described)

    let decoded = try WireEvent.decode(example.record)
    guard case .event(let event) = decoded.content else {
      #expect(described == ProtoOracle.tick())
      return
    }
    let traceparent = decoded.traceparent.map { String(decoding: example.record[$0], as: UTF8.self) } ?? ""
    let identity: OutgoingIdentity =
      switch decoded.identity {
      case .none: .none
      case .plain(let range): .plain(try WireIdentity.decode(Array(example.record[range])))
      case .sealed(let ranges): .sealed(example.record.withUnsafeBytes { SealedIdentity(ranges, in: $0) })
      }
    #expect(ProtoOracle.event(event, identity: identity, traceparent: traceparent) == described)
    var written: [UInt8] = []
    try WireEvent.encode(event, identity: identity, traceparent: traceparent, into: &written)
    #expect(written == message, "the first version's writer is still this one")
  }

  @Test("entries hold what their description says, and their chain values hold", arguments: Example.entries)
  func entries(example: Example) throws {
    let described = try ProtoLedgerEntry(jsonUTF8Data: example.message)
    #expect(try ProtoLedgerEntry(serializedBytes: example.record) == described)
    let entry = try LedgerReader.entry(example.record)
    let event = Array(example.record[entry.event])
    #expect(ProtoOracle.entry(entry.header, chain: entry.chain, entry.body, event: event, record: entry.record) == described)
    let key = try #require(SipKey(bytes: bytes(try ExampleKeys(version: example.version).chainKey)))
    #expect(ChainFields.chainHolds(example.record, key: key))
    let written = LedgerWriter.entry(entry.header, entry.body, event: event, record: entry.record, key: key)
    #expect(written.bytes == example.record && written.chain == entry.chain, "the first version's writer is still this one")
  }

  @Test("an event whose plain identity was refused is kept without it, with the digest of what was sent")
  func plainRefused() throws {
    let sent = try #require(Example.events.first { $0.name == "event-check-in-plain" }).record
    let example = try #require(Example.entries.first { $0.name == "entry-decided-plain-refused" })
    let entry = try LedgerReader.entry(example.record)
    #expect(Array(example.record[entry.event]) == sent.withUnsafeBytes(WireEvent.withoutPlainIdentity))
    guard case .event(let event) = try WireEvent.decode(sent).content else { return #expect(Bool(false)) }
    let key = try #require(SipKey(bytes: bytes(try ExampleKeys(version: example.version).chainKey)))
    var scratch: [UInt8] = []
    let digest = event.establishment.withUTF8 { recordKey in
      sent.withUnsafeBytes { RecordDigest.make(recordKey: recordKey, value: $0, key: key, scratch: &scratch) }
    }
    #expect(entry.record == digest)
  }

  @Test("sealed identities open with the key of their version", arguments: Example.events + Example.entries)
  func sealed(example: Example) throws {
    let keys = try ExampleKeys(version: example.version)
    let none = [UInt8](repeating: 0, count: SipKey.byteCount)
    let month = try #require(KeyMonth(keys.month))
    let secret = try #require(MonthKeys(month: month, privateKey: bytes(keys.monthPrivateKey), fingerprint: none, digest: none))
    guard let (sealed, establishment, event) = try Self.sealedIdentity(of: example) else { return }
    #expect(sealed.month == month)
    let opener = IdentityOpener()
    let identity = opener.open(sealed, establishment: establishment, event: event, keys: secret)
    let expected = GuestIdentity(
      fullName: "Nguyễn Thị Mẫu", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .female, documentKind: .chipCard,
      documentNumber: "001190000001", documentExpiry: CivilDate(daysSinceEpoch: 22_279), phone: "0900000001",
      address: "Số 1, Phường Mẫu, Hà Nội")
    #expect(identity == expected)
  }

  private static func sealedIdentity(of example: Example) throws -> (SealedIdentity, EstablishmentID, EventID)? {
    var record = example.record
    if example.type == .entry {
      let entry = try LedgerReader.entry(record)
      if case .reseal(let reseal) = entry.body { return (reseal.sealed, reseal.establishment, reseal.stay) }
      guard case .decided = entry.body else { return nil }
      record = Array(record[entry.event])
    }
    let decoded = try WireEvent.decode(record)
    guard case .event(let event) = decoded.content, case .sealed(let ranges) = decoded.identity else { return nil }
    return (record.withUnsafeBytes { SealedIdentity(ranges, in: $0) }, event.establishment, event.id)
  }
}

/// What a record of `stay-events` may be, without what it holds.
private enum EventShape: CaseIterable {
  case checkIn, amendment, roomChange, extended, checkOut, cancellation, dailyClose, opened, changed, closed, tick

  init(_ content: DecodedEvent.Content) {
    guard case .event(let event) = content else {
      self = .tick
      return
    }
    self =
      switch event.body {
      case .checkIn: .checkIn
      case .amendment: .amendment
      case .roomChange: .roomChange
      case .extended: .extended
      case .checkOut: .checkOut
      case .cancellation: .cancellation
      case .dailyClose: .dailyClose
      case .establishmentOpened: .opened
      case .establishmentChanged: .changed
      case .establishmentClosed: .closed
      }
  }
}
