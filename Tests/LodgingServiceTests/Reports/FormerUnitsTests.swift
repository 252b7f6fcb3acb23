import LodgingDomain
import LodgingService
import Testing

@Suite("Units of the time before")
struct FormerUnitsTests {
  @Test("An old code leads to the units of today, largest share first")
  func words() throws {
    let catalogue = try UnitFiles.catalogue()
    let province = try #require(catalogue.wordsOnFormer(try UnitCode("02")))
    #expect(province.contains("2025-07-01") && province.contains("08 ("))
    let commune = try #require(catalogue.wordsOnFormer(try UnitCode("00019")))
    #expect(commune.contains("00004 (Phường Ba Đình), 00070"))
  }

  @Test("What is of no time says nothing", arguments: ["VN", "99", "99999", "e:H1"])
  func nothing(unit: String) throws {
    #expect(try UnitFiles.catalogue().wordsOnFormer(try UnitCode(unit)) == nil)
  }
}
