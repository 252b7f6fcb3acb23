import LodgingDomain
import Testing

/// Texts come from files, scanners and strangers: no parser may stop the process, whatever it is given.
@Suite("Hostile texts")
struct HostileTextTests {
  /// SplitMix64, so that every run tries the same texts.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }
  }

  private static let samples = [
    "2026-07-01T22:59:59.999+07:00", "01/07/2026 22:59", "1950-06", "001190000001", "B1234567", "VNM", "Nguyễn Thị Mẫu", "e:H-1", "00004",
    "001190000001|012345678|Nguyễn Thị Mẫu|01011990|Nữ|Số 1, Phố Mẫu|01072021", MachineReadableZoneTests.passport.joined(separator: "\n"),
    MachineReadableZoneTests.vietnameseCard.joined(separator: "\n"),
    "edition,1,2025-07-01\nprovince,01,A,1,2\ncommune,00001,01,A,B,1,2,3\nformer-province,01,A,01\nformer-commune,00001,00001,1\n",
  ]

  /// Gives a text to every parser; only returning matters.
  private func parseEverything(_ text: String, reference: CivilDate) {
    _ = try? Instant(rfc3339: text)
    _ = try? StatedTime(parsing: text).moment()
    _ = try? PartialDate(parsing: text).ages(on: reference)
    _ = try? PersonalNumber(text).birthplace
    _ = PersonalNumber.repairing(text)
    _ = try? PassportNumber(text)
    _ = try? Nationality(text).icaoCode
    _ = Sex(text)
    _ = try? UnitCode(text).description
    _ = try? CardQR(parsing: text)
    _ = try? MachineReadableZone(parsing: text, reference: reference).fullName
    _ = try? UnitCatalogue(parsing: Array(text.utf8))
    if let name = try? GuestName(text) { _ = name.compare(with: name) }
  }

  @Test("damaged samples stop no parser", arguments: [1, 2, 3] as [UInt64])
  func damaged(seed: UInt64) {
    var generator = Generator(state: seed)
    for _ in 0..<1000 {
      var bytes = Array(Self.samples[Int.random(in: 0..<Self.samples.count, using: &generator)].utf8)
      for _ in 0...Int.random(in: 0...3, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0...3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1 where bytes.count > 1: bytes.remove(at: place)
        case 2: bytes.insert(UInt8(ascii: "0") + UInt8.random(in: 0...12, using: &generator), at: place)
        default: bytes.removeSubrange(place..<min(bytes.count, place + 4))
        }
        if bytes.isEmpty { bytes = [0] }
      }
      parseEverything(String(decoding: bytes, as: UTF8.self), reference: .latest)
      parseEverything(String(decoding: bytes, as: UTF8.self), reference: .earliest)
    }
  }

  @Test("noise stops no parser")
  func noise() {
    var generator = Generator(state: 7)
    for _ in 0..<1000 {
      let bytes = (0..<Int.random(in: 0...100, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      parseEverything(String(decoding: bytes, as: UTF8.self), reference: .earliest)
    }
  }
}
