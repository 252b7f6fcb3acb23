import LodgingDomain
import LodgingWire
import Testing

@Suite("The bytes of a partition's state")
struct SnapshotCodecTests {
  private static func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }

  private static func text(_ text: String) -> [UInt8] { bytes(UInt16(text.utf8.count)) + Array(text.utf8) }

  private static func id(_ value: UInt64) -> EventID { EventID(high: 0x0102_0304_0506_0708, low: value) }

  private static func stay(_ room: String, party: EventID?) -> Stay {
    Stay(
      guestKind: .citizen, isMinor: party == nil, presence: .overdue, room: room, arrival: Instant(milliseconds: 11),
      departure: Instant(milliseconds: 12), due: Instant(milliseconds: 13), party: party, month: KeyMonth(index: 24_322),
      reported: Instant(milliseconds: 14), judged: Instant(milliseconds: 15))
  }

  private static func registration(
    _ event: UInt64, of establishment: UInt32 = 0, outcome: Outcome = .flagged
  ) -> PartitionState.Registration {
    let record = RegisteredEvent(
      source: 1 << 44, digest: Digest128(first: 21, second: 22), month: KeyMonth(index: 24_321), outcome: outcome,
      codes: [CodeSet(.reportLate), CodeSet(.directoryDocumentLost)], isCheckIn: true, registered: Instant(milliseconds: -23))
    return PartitionState.Registration(establishment: establishment, event: id(event), record: record)
  }

  private static func establishment(_ stays: [EventID: Stay]) throws -> EstablishmentState {
    let commune = try #require(CommuneCode("00004"))
    let details = EstablishmentDetails(name: "Nhà nghỉ", kind: .guestHouse, commune: commune, remote: true, rooms: 5, beds: 10)
    return EstablishmentState(
      id: try EstablishmentID("HN-0001"), details: details, status: .open, lastReport: Instant(milliseconds: 9), stays: stays)
  }

  private static func state(_ stays: [EventID: Stay], _ registrations: [PartitionState.Registration]) throws -> PartitionState? {
    PartitionState(
      now: Instant(milliseconds: 1000), forgottenThrough: 7, establishments: [try establishment(stays)], registrations: registrations)
  }

  /// What is written of the stay, after its id.
  private static func stayBytes(_ bits: UInt8, party: [UInt64], room: String) -> [UInt8] {
    [GuestKind.citizen.rawValue, 2, bits] + party.flatMap { bytes($0) } + bytes(UInt32(24_322))
      + (11...15).flatMap { bytes(Int64($0)) } + text(room)
  }

  private static func registrationBytes(_ event: UInt64) -> [UInt8] {
    let codes = UInt64(1) << 32 | UInt64(1) << 58
    return bytes(UInt32(0)) + bytes(id(event).high) + bytes(event) + bytes(Int64(1) << 44) + bytes(UInt64(21)) + bytes(UInt64(22))
      + bytes(UInt32(24_321)) + [2] + bytes(codes) + [1] + bytes(Int64(-23))
  }

  @Test("They stand in the documented order: stays by their ids, registrations as they were made")
  func layout() throws {
    let stays = [Self.id(2): Self.stay("101", party: Self.id(3)), Self.id(1): Self.stay("", party: nil)]
    let state = try #require(try Self.state(stays, [Self.registration(8), Self.registration(4)]))
    var expected = Self.bytes(UInt32(2)) + Self.bytes(Int64(1000)) + Self.bytes(Int64(7)) + Self.bytes(UInt32(1))
    expected += Self.text("HN-0001") + Self.text("Nhà nghỉ") + [EstablishmentKind.guestHouse.rawValue] + Self.bytes(UInt32(4))
    expected += [1] + Self.bytes(UInt32(5)) + Self.bytes(UInt32(10)) + [1] + Self.bytes(Int64(9)) + Self.bytes(Int64.min)
    expected += Self.bytes(UInt32(2)) + Self.bytes(Self.id(1).high) + Self.bytes(UInt64(1)) + Self.stayBytes(1, party: [0, 0], room: "")
    expected += Self.bytes(Self.id(2).high) + Self.bytes(UInt64(2)) + Self.stayBytes(2, party: [Self.id(3).high, 3], room: "101")
    expected += Self.bytes(UInt32(2)) + Self.registrationBytes(8) + Self.registrationBytes(4)
    #expect(SnapshotCodec.encode(state) == expected)
    #expect(SnapshotCodec.encode(try SnapshotCodec.decode(expected)) == expected)
    for count in [0, 3, 20, expected.count - 1] {
      #expect(throws: SnapshotError.malformed) { try SnapshotCodec.decode(Array(expected.prefix(count))) }
    }
  }

  @Test("A registration twice, of no establishment, or of an event that was not registered is refused")
  func misfits() throws {
    #expect(try Self.state([:], [Self.registration(8), Self.registration(9)]) != nil)
    #expect(try Self.state([:], [Self.registration(8), Self.registration(8)]) == nil)
    #expect(try Self.state([:], [Self.registration(8, of: 1)]) == nil)
    #expect(try Self.state([:], [Self.registration(8, outcome: .rejected)]) == nil)
  }
}
