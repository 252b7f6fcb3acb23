import LodgingDomain
import Testing

@Suite("Unit codes")
struct UnitCodeTests {
  @Test(
    "each form reads to its level and is written back",
    arguments: [
      ("VN", UnitCode.Level.nation), ("01", .province), ("00", .province), ("00004", .commune), ("e:H-1", .establishment),
      ("e:00004", .establishment),
    ])
  func forms(text: String, level: UnitCode.Level) throws {
    let unit = try UnitCode(text)
    #expect(unit.level == level)
    #expect(unit.description == text)
  }

  @Test(
    "other texts are no unit",
    arguments: [
      "", "vn", "VNM", "1", "001", "0004", "000004", "e:", "E:H1", "e:a b", "0x", "+1", "٠١", "e:" + String(repeating: "a", count: 33),
    ])
  func malformed(text: String) {
    #expect(throws: UnitCodeError.malformed) { try UnitCode(text) }
  }

  @Test("units are ordered by level, then by code")
  func order() throws {
    let texts = ["VN", "01", "96", "00004", "32248", "e:A", "e:B"]
    let units = try texts.map { text throws in try UnitCode(text) }
    #expect(units.reversed().sorted() == units)
  }
}
