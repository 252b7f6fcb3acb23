import Foundation
import LodgingDomain
import LodgingWire
import SwiftProtobuf
import Testing

/// The published records of every released version, made with protoc.
@Suite("Golden examples of what is published")
struct PublishedExampleTests {
  private func example(_ name: String) throws -> Example { try #require(Example.published.first { $0.name == name }) }

  private static let position = PublishedPosition(
    partition: 17, offset: 40213, chain: Digest128(first: 0x0706_0504_0302_0100, second: 0x0F0E_0D0C_0B0A_0908),
    now: Instant(milliseconds: 1_795_356_000_000))

  @Test("They hold what their description says, and the marks by which a publisher knows them", arguments: Example.published)
  func described(example: Example) throws {
    if example.type == .occupancy {
      #expect(try ProtoOccupancyFigures(serializedBytes: example.record) == ProtoOccupancyFigures(jsonUTF8Data: example.message))
      #expect(example.record.withUnsafeBytes { PublishedStamp(occupancy: $0) }?.positions == [Self.position])
    } else {
      #expect(try ProtoAlert(serializedBytes: example.record) == ProtoAlert(jsonUTF8Data: example.message))
      #expect(example.record.withUnsafeBytes { PublishedStamp(alert: $0) }?.positions.first == Self.position)
    }
  }

  @Test("Figures of a unit are written as in the first version")
  func occupancy() throws {
    var occupancy = Occupancy()
    (occupancy.present, occupancy.overdue, occupancy.presumedLeft) = (120, 3, 2)
    (occupancy.citizens, occupancy.foreigners, occupancy.minors) = (100, 23, 9)
    (occupancy.roomsInUse, occupancy.rooms, occupancy.beds, occupancy.establishments) = (61, 200, 410, 12)
    let record = try example("published-occupancy").record
    let content = PublishedContent.occupancy(try UnitCode("00004"), occupancy)
    #expect(content.bytes(at: [Self.position]) == record)
    #expect(record.withUnsafeBytes { PublishedStamp(occupancy: $0) }?.fingerprint == content.fingerprint)
  }

  @Test("Alerts are written as in the first version, and without an identity")
  func alerts() throws {
    let alert = Alert(
      kind: .stayOverlap, severity: .high, score: 58, establishment: try EstablishmentID("HN-0001"), stay: EventID(high: 1, low: 2),
      other: StayReference(establishment: try EstablishmentID("HN-0002"), stay: EventID(high: 3, low: 4)),
      day: CivilDate(daysSinceEpoch: 20_779), at: Instant(milliseconds: 1_795_352_400_000), reasons: [.sameDocument(hours: 8)])
    let id = Digest128(first: 0x0706_0504_0302_0100, second: 0x0F0E_0D0C_0B0A_0908)
    let units = [try UnitCode("01"), try UnitCode("00004"), .establishment(alert.establishment)]
    let standing = PublishedContent.standing(PublishedAlert(id: id, alert: alert, units: units))
    let other = PublishedPosition(partition: 3, offset: 7, chain: .zero, now: Self.position.now)
    #expect(standing.bytes(at: [Self.position, other]) == (try example("published-alert").record))
    let withdrawn = PublishedContent.withdrawn(id)
    #expect(withdrawn.bytes(at: [Self.position]) == (try example("published-alert-withdrawn").record))
    #expect(withdrawn.fingerprint != standing.fingerprint)
  }

  @Test("An alert about a notice names it, and nothing of the document")
  func notice() throws {
    let notice = try #require(NoticeID("0f8fad5b-d9cb-469f-a165-70867728950e"))
    let alert = Alert(
      kind: .noticeMatch, severity: .critical, score: 100, establishment: try EstablishmentID("HN-0001"), stay: EventID(high: 1, low: 2),
      notice: notice, at: Instant(milliseconds: 1_795_352_400_000), reasons: [.notice(.missing)])
    let id = Digest128(first: 0x0706_0504_0302_0100, second: 0x0F0E_0D0C_0B0A_0908)
    let units = [try UnitCode("01"), try UnitCode("00004"), .establishment(alert.establishment)]
    let standing = PublishedContent.standing(PublishedAlert(id: id, alert: alert, units: units))
    #expect(standing.bytes(at: [Self.position]) == (try example("published-alert-notice").record))
  }

  @Test("A field of a later version is no difference, and bytes that are no message have no mark")
  func later() throws {
    let record = try example("published-occupancy").record
    // Field 1000, a number.
    let later = record + [0xC0, 0x3E, 0x07]
    let marks = [record, later].map { bytes in bytes.withUnsafeBytes { PublishedStamp(occupancy: $0) } }
    #expect(marks[0] != nil && marks[0] == marks[1])
    #expect(([0xFF] as [UInt8]).withUnsafeBytes { PublishedStamp(alert: $0) } == nil)
  }

  @Test("A sent event names itself and its establishment, the same each time, and nothing of a guest")
  func sentEvent() throws {
    let at = Instant(milliseconds: 1_795_356_000_000)
    let event = StayEvent(
      id: EventID(high: 0, low: 7), establishment: try EstablishmentID("HN-0001"), happened: at, captured: at, received: at, channel: .api,
      body: .establishmentClosed)
    let attributes = Dictionary(CloudEvent.attributes(of: event).map { ($0.name, $0.text) }) { $1 }
    #expect(
      attributes == [
        "ce_specversion": "1.0", "ce_id": event.id.description, "ce_type": "lodging.stay-event.v1", "ce_source": "/establishments/HN-0001",
        "ce_subject": "HN-0001", "ce_time": at.rfc3339(offsetMinutes: 0), "content-type": "application/x-protobuf",
      ])
  }

  @Test("CloudEvents of one value have one id, and of another value another")
  func attributes() {
    func attributes(_ value: [UInt8]) -> [String: String] {
      let list = CloudEvent.attributes(type: "lodging.occupancy.v1", subject: "VN/17", value: value, positions: [Self.position])
      return Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0.text) })
    }
    let one = attributes([1])
    #expect(one == attributes([1]) && one["ce_id"] != attributes([2])["ce_id"])
    #expect(one["ce_source"] == "/stay-ledger/17" && one["ce_specversion"] == "1.0" && one["ce_subject"] == "VN/17")
    #expect(one["ce_time"] == "2026-11-22T14:00:00Z" && one["content-type"] == "application/x-protobuf")
  }
}
