import Foundation
import LodgingAudit
import LodgingDomain
import LodgingPipeline
import LodgingService
import LodgingStore
import Logging
import Testing

@Suite("Destroying a month's key")
struct KeyDeskTests {
  private func instant(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

  private func withRegister(_ body: (Register, SimulatedClock) throws -> Void) throws {
    let path = NSTemporaryDirectory() + "lodging-keys-" + String(UInt64.random(in: 0 ... .max), radix: 36)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let clock = SimulatedClock(try instant("2026-11-20T18:00:00+07:00"))
    let register = try Register(DataFolder(path), clock: clock, logger: Logger(label: "test"), making: true)
    try body(register, clock)
  }

  private func checkIn(_ register: Register, until departure: String) throws -> (EstablishmentID, EventID) {
    let id = try EstablishmentID("HN-0001")
    let sender = try EventSender(register)
    defer { sender.close() }
    let commune = try #require(CommuneCode("00004"))
    let details = EstablishmentDetails(name: "Inn", kind: .guestHouse, commune: commune, remote: false, rooms: 3, beds: 6)
    let now = register.clock.now
    func event(_ number: UInt64, _ body: StayEvent.Body) -> StayEvent {
      StayEvent(
        id: EventID(high: 0, low: number), establishment: id, happened: now, captured: now, received: now, channel: .api, body: body)
    }
    let stay = StayDetails(
      guestKind: .citizen, nationality: .vietnam, room: "1", arrival: LocalMoment(now), departure: LocalMoment(try instant(departure)))
    let identity = GuestIdentity(
      fullName: "Nguyễn Thị Mẫu", birthDate: try PartialDate(year: 1990, month: 1, day: 1), sex: .female, documentKind: .chipCard,
      documentNumber: "001190000001")
    let rows = try sender.send(
      [
        try sender.encode(event(1, .establishmentOpened(details)), identity: nil),
        try sender.encode(event(2, .checkIn(stay)), identity: identity),
      ], of: id)
    #expect(rows.map(\.decision.outcome) == [.accepted, .accepted])
    return (id, EventID(high: 0, low: 2))
  }

  @Test("It is refused while the month takes events, and while an open stay is under it")
  func refusals() throws {
    try withRegister { register, clock in
      _ = try checkIn(register, until: "2026-12-20T12:00:00+07:00")
      let month = try #require(KeyMonth("2026-11"))
      #expect(throws: (any Error).self) { try KeyDesk(register).destroy(month) }
      clock.move(to: try instant("2026-12-10T00:00:00+07:00"))
      #expect(throws: ServiceError.self) { try KeyDesk(register).destroy(month) }
      #expect(try KeyDesk(register).list().first { $0.month == "2026-11" }?.openStays == 1)
    }
  }

  @Test("Afterwards nobody can read the month's identities, and every answer says so in words")
  func destroyed() throws {
    try withRegister { register, clock in
      let (id, _) = try checkIn(register, until: "2026-11-21T12:00:00+07:00")
      #expect(try StayDesk(register).stays(of: id, purpose: "test").first?.identity.fullName == "Nguyễn Thị Mẫu")
      clock.move(to: try instant("2026-12-10T00:00:00+07:00"))
      let month = try #require(KeyMonth("2026-11"))
      #expect(try KeyDesk(register).destroy(month).standing == "destroyed")
      let stay = try #require(try StayDesk(register).stays(of: id, purpose: "test").first)
      #expect(stay.identity.state == "destroyed" && stay.identity.fullName == nil)
      #expect(stay.identity.note?.contains("destroyed") == true)
      #expect(try StayDesk(register).stays(document: "001190000001", purpose: nil).isEmpty)
      var report = try register.makeAudit().run()
      try RegisterComparison.compare(register, with: &report)
      #expect(report.isOK, "\(report.differences)")
    }
  }

  @Test("Opening an identity is recorded before it happens, with its purpose")
  func disclosures() throws {
    try withRegister { register, _ in
      let (id, _) = try checkIn(register, until: "2026-11-21T12:00:00+07:00")
      #expect(try StayDesk(register).stays(of: id, purpose: nil).first?.identity.state == "masked")
      #expect(try register.log.bounds(of: TopicPartition(.disclosures, 0)).end == 0)
      _ = try StayDesk(register).stays(of: id, purpose: "missing person 17")
      var note = ""
      _ = try register.log.read(TopicPartition(.disclosures, 0), from: 0, limit: ReadLimit(records: 1)) { record in
        note = record.value.map { String(decoding: $0, as: UTF8.self) } ?? ""
      }
      #expect(note.contains("missing person 17") && !note.contains("Mẫu"))
    }
  }
}
