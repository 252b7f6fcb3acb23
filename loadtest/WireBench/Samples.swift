import LodgingDomain
import LodgingWire

/// Typical records of one evening, synthetic and the same on every run.
struct Samples {
  let events: [StayEvent]
  let identities: [GuestIdentity]
  let sealed: [SealedIdentity]
  let key: SipKey

  init(count: Int) throws {
    var generator = SplitMix(state: 1)
    key = SipKey.random(using: &generator)
    let month = KeyMonth(index: 24_318)
    let midnight: Int64 = 1_782_864_000_000
    let establishments = try (0..<500).map { try EstablishmentID("hotel-\(10_000 + $0)") }
    events = (0..<count).map { index in
      let arrival = Instant(milliseconds: midnight + Int64(index) * 137)
      let details = StayDetails(
        guestKind: .citizen, nationality: .vietnam, room: "\(100 + index % 900)", arrival: LocalMoment(arrival),
        departure: LocalMoment(arrival.adding(hours: 14)), reason: UInt8(1 + index % 9),
        party: index % 2 == 0 ? EventID(high: UInt64(index / 2), low: 7) : nil)
      return StayEvent(
        id: EventID(high: generator.next(), low: generator.next()), establishment: establishments[index % establishments.count],
        happened: arrival, captured: arrival.adding(seconds: 20), received: arrival.adding(seconds: 25),
        ownReference: "row \(index % 1000)",
        channel: .api, body: .checkIn(details))
    }
    let names = ["Nguyễn Thị Minh Châu", "Trần Văn Hùng", "Lê Hoàng Phương Anh", "Phạm Quốc Đạt", "Vũ Ngọc Ánh"]
    identities = try (0..<count).map { index in
      GuestIdentity(
        fullName: names[index % names.count],
        birthDate: try PartialDate(year: 1950 + index % 50, month: 1 + index % 12, day: 1 + index % 28),
        sex: index % 2 == 0 ? .female : .male, documentKind: .chipCard, documentNumber: "0011990\(10_000 + index % 90_000)",
        phone: "09\(10_000_000 + index)", address: "Số \(index % 300), Phường Hoàn Kiếm, Hà Nội")
    }
    sealed = (0..<count).map { index in
      // Of the size that such an identity has once it is padded and sealed; nothing here opens it.
      func noise(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) } }
      return SealedIdentity(month: month, envelope: noise(80), nonce: noise(12), ciphertext: noise(128 + 16))
    }
  }
}

/// SplitMix64: fast, and the same on every run.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
    return value ^ value >> 31
  }
}
