import Foundation
import LodgingDomain
import Testing

@Suite("The catalogue of units")
struct UnitCatalogueTests {
  /// The project's own file.
  private static let bytes: [UInt8] = {
    let file = URL(filePath: #filePath).appending(path: "../../../../Sources/LodgingService/Resources/units/units-2025-07-01.csv")
      .standardized
    return (try? Data(contentsOf: file)).map(Array.init) ?? []
  }()

  private static let catalogue = Result { try UnitCatalogue(parsing: bytes) }

  private func commune(_ text: String) throws -> CommuneCode {
    try #require(CommuneCode(text))
  }

  private func province(_ text: String) throws -> ProvinceCode {
    try #require(ProvinceCode(text))
  }

  @Test("the file holds all units of the edition")
  func counts() throws {
    let catalogue = try Self.catalogue.get()
    #expect(catalogue.edition.number == 1)
    #expect(catalogue.edition.inForce.description == "2025-07-01")
    #expect(catalogue.provinces.count == 34)
    #expect(catalogue.communes.count == 3321)
    #expect(catalogue.formerProvinces.count == 63)
    #expect(Dictionary(grouping: catalogue.communes, by: \.kind).mapValues(\.count) == ["Xã": 2621, "Phường": 687, "Đặc khu": 13])
    #expect(catalogue.communes.count(where: { $0.area == nil }) == 2)
  }

  @Test("units are found with their names, parents and children")
  func hierarchy() throws {
    let catalogue = try Self.catalogue.get()
    let haNoi = try province("01")
    let baDinh = try #require(catalogue.commune(try commune("00004")))
    #expect(baDinh.name == "Phường Ba Đình")
    #expect(baDinh.area == 2.97)
    #expect(catalogue.name(of: .nation) == "Việt Nam")
    #expect(catalogue.name(of: .province(haNoi)) == "Thành phố Hà Nội")
    #expect(catalogue.parent(of: .commune(baDinh.code)) == .province(haNoi))
    #expect(catalogue.parent(of: .province(haNoi)) == .nation)
    #expect(catalogue.parent(of: .nation) == nil)
    #expect(catalogue.children(of: .nation).count == 34)
    #expect(catalogue.children(of: .province(haNoi)).count == 126)
    #expect(catalogue.communes(of: haNoi).first == baDinh.code)
    #expect(catalogue.children(of: .commune(baDinh.code)).isEmpty)
    let establishment = try UnitCode("e:H1")
    #expect(catalogue.parent(of: establishment) == nil && catalogue.name(of: establishment) == nil)
  }

  @Test("units that do not exist are nil")
  func unknown() throws {
    let catalogue = try Self.catalogue.get()
    let (nowhere, noProvince) = (try commune("99999"), try province("99"))
    #expect(catalogue.commune(nowhere) == nil)
    #expect(catalogue.province(noProvince) == nil)
    #expect(catalogue.parent(of: .commune(nowhere)) == nil)
    #expect(catalogue.parent(of: .province(noProvince)) == nil)
    #expect(catalogue.children(of: .province(noProvince)).isEmpty)
    #expect(catalogue.name(of: .commune(nowhere)) == nil)
    #expect(catalogue.distance(from: nowhere, to: try commune("00004")) == nil)
    #expect(catalogue.formerProvince(noProvince) == nil)
    #expect(catalogue.successors(ofFormerCommune: "99999").isEmpty)
  }

  @Test("old units lead to new ones, the largest share first")
  func successors() throws {
    let catalogue = try Self.catalogue.get()
    #expect(try catalogue.formerProvince(province("02"))?.successor == province("08"))
    #expect(try catalogue.successors(ofFormerCommune: "00001").map(\.code) == [commune("00097")])
    let divided = catalogue.successors(ofFormerCommune: "00019")
    #expect(divided.map(\.isMain) == [true, false, false, false])
    #expect(try divided.map(\.code) == [commune("00004"), commune("00070"), commune("00190"), commune("00226")])
    #expect(try catalogue.successors(ofFormerCommune: "318").map(\.code) == [commune("11948")])
  }

  @Test("the domestic prefixes of personal numbers are the old provinces")
  func prefixes() throws {
    let catalogue = try Self.catalogue.get()
    for prefix in 0...999 {
      let number = try #require(PersonalNumber(prefix: prefix, sex: .male, birthYear: 1990, serial: 1))
      if case .province(let code) = number.birthplace {
        #expect(Int(code.number) == prefix && catalogue.formerProvince(code) != nil)
      } else {
        #expect(ProvinceCode(number: UInt8(clamping: prefix)).flatMap(catalogue.formerProvince) == nil)
      }
    }
  }

  @Test(
    "distances agree with the haversine formula",
    arguments: [
      ("00004", "00008", 2.2838996222267047), ("00070", "26743", 1144.4919866854227), ("00004", "32248", 1383.238807566857),
      ("11948", "26732", 1277.3591018993031), ("20333", "00004", 828.3172539477044), ("32248", "00715", 1633.8680588543764),
      ("00004", "00004", 0),
    ])
  func distances(first: String, second: String, kilometres: Double) throws {
    let catalogue = try Self.catalogue.get()
    let distance = try #require(catalogue.distance(from: try commune(first), to: try commune(second)))
    #expect(abs(distance - kilometres) < 1e-8)
    #expect(catalogue.distance(from: try commune(second), to: try commune(first)) == distance)
  }
}

@Suite("Reading catalogue files")
struct UnitCatalogueParsingTests {
  private static let lines = [
    "edition,2,2027-01-01", "province,01,Tỉnh Một,10,100", "province,02,Tỉnh Hai,-80,-170", "commune,00001,01,Xã A,Xã,10,100,1.5",
    "commune,00002,02,Xã B,Xã,-80,-170,", "former-province,03,Tỉnh Ba,01", "former-commune,00009,00002,0", "former-commune,00009,00001,1",
  ]

  private func parse(_ lines: [String], separator: String = "\n") throws(UnitCatalogueError) -> UnitCatalogue {
    try UnitCatalogue(parsing: Array(lines.joined(separator: separator).utf8))
  }

  @Test("a small file is read, with either line end")
  func small() throws {
    for separator in ["\n", "\r\n"] {
      let catalogue = try parse(Self.lines, separator: separator)
      #expect(catalogue.edition == UnitCatalogue.Edition(number: 2, inForce: try CivilDate(parsing: "2027-01-01")))
      #expect(catalogue.successors(ofFormerCommune: "00009").map(\.code.description) == ["00001", "00002"])
      #expect(catalogue.communes.map(\.area) == [1.5, nil])
      let (first, second) = (catalogue.communes[0].code, catalogue.communes[1].code)
      // Far points, independently computed.
      #expect(abs((catalogue.distance(from: first, to: second) ?? 0) - 11_102.445_353_991_46) < 1e-6)
    }
  }

  @Test(
    "a bad line is named with its reason",
    arguments: [
      (1, "province,01,Tỉnh Một,10,100", UnitCatalogueError.Reason.edition), (1, "edition,2", .fieldCount),
      (1, "edition,0,2027-01-01", .field),
      (1, "edition,2,2027-02-30", .field), (2, "edition,3,2027-01-01", .edition), (2, "provinces,01,Tỉnh Một,10,100", .recordKind),
      (2, "province,01,Tỉnh Một,10", .fieldCount), (2, "province,1,Tỉnh Một,10,100", .field), (2, "province,01,,10,100", .field),
      (2, "province,01,Tỉnh Một,91,100", .field), (2, "province,01,Tỉnh Một,10,nan", .field), (3, "province,01,Tỉnh Hai,-80,-170", .order),
      (4, "commune,00001,07,Xã A,Xã,10,100,1", .unknownUnit), (4, "commune,00001,01,Xã A,Xã,10,100,-1", .field),
      (4, "commune,00001,01,\"Xã, A\",Xã,10,100,1", .fieldCount), (5, "commune,00001,02,Xã B,Xã,1,1,1", .order),
      (6, "former-province,03,Tỉnh Ba,07", .unknownUnit),
      (7, "former-commune,00009,00007,0", .unknownUnit), (7, "former-commune,0009,00002,0", .field),
      (7, "former-commune,00009,00002,2", .field),
      (7, "former-commune,00009,00001,0", .order), (7, "former-commune,00009,00002,1", .mainShare),
      (8, "former-commune,00009,00001,0", .mainShare),
    ])
  func badLines(line: Int, text: String, reason: UnitCatalogueError.Reason) {
    var lines = Self.lines
    lines[line - 1] = text
    let place = reason == .mainShare ? lines.count : reason == .order && line == 7 ? 8 : line
    #expect(throws: UnitCatalogueError(line: place, reason: reason)) { try parse(lines) }
  }

  @Test("an empty or truncated file is no catalogue")
  func truncated() {
    #expect(throws: UnitCatalogueError(line: 1, reason: .edition)) { try parse([]) }
    #expect(throws: UnitCatalogueError(line: 1, reason: .empty)) { try parse(Array(Self.lines.prefix(1))) }
    #expect(throws: UnitCatalogueError(line: 3, reason: .empty)) { try parse(Array(Self.lines.prefix(3))) }
  }
}
