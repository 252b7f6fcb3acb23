import LodgingDomain
import Testing

@testable import LodgingFiles

@Suite struct ZonesTests {
  private static let td3 = ["P<D<<SPECIMEN<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36D<<7408122F3204156<<<<<<<<<<<<<<<8"]
  private static let td1 = ["IDVNM1900000015001190000001<<6", "9001011F3001019VNM<<<<<<<<<<<4", "NGUYEN<<THI<MAU<<<<<<<<<<<<<<<"]

  private func read(_ lines: [String]) -> ReadFile {
    ReadFile(lines.joined(separator: "\n"), format: .mrz)
  }

  @Test func `What is wrong with a zone is said in words that fit it`() throws {
    let visa = ["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L8988901C4XXX4009078F96121096ZE184226B<<<<<<"]
    #expect(read(visa).first.problems.first?.hint.english.contains("visa") == true)
    #expect(read(visa).first.problems.first?.hint.vietnamese.contains("thị thực") == true)
    var birth = Self.td3
    birth[1] = "L898902C36D<<7413322F3204156<<<<<<<<<<<<<<<8"
    let problem = try #require(read(birth).first.problems.first { $0.field == .event(.birthDate) && $0.code == .fieldInvalid })
    #expect(!problem.hint.english.contains("dd/MM/yyyy") && problem.hint.english.contains("zone"))
    #expect(!problem.hint.vietnamese.contains("dd/MM/yyyy") && problem.hint.vietnamese.contains("vùng đọc máy"))
  }

  @Test func `A passport's zone gives the guest`() throws {
    let content = MachineReadableZone.Content(
      documentCode: "P", issuer: "D", documentNumber: "X00000001", nationality: "D", primaryName: "Specimen", secondaryName: "Anna Maria",
      birthDate: try PartialDate(parsing: "12/08/1974"), sex: .female, expiryDate: try CivilDate(parsing: "15/04/2032"))
    let file = read(MachineReadableZone.td3(content))
    let draft = file.first
    #expect(draft.told == [])
    #expect(draft.guestKind == .foreigner)
    #expect(draft.nationality == .germany)
    #expect(draft.fullName == "SPECIMEN ANNA MARIA")
    #expect(draft.birthDate == content.birthDate)
    #expect(draft.sex == .female)
    #expect(draft.documentKind == .passport)
    #expect(draft.documentNumber == "X00000001")
    #expect(draft.documentExpiry == content.expiryDate)
    #expect(draft.machineReadableZone == MachineReadableZone.td3(content))
  }

  @Test func `A Vietnamese card's zone gives the personal identification number`() {
    let draft = read(Self.td1).first
    #expect(draft.told == [])
    #expect(draft.guestKind == .citizen)
    #expect(draft.documentKind == .chipCard)
    #expect(draft.documentNumber == "001190000001")
  }

  @Test func `A card of another country is another document`() throws {
    let content = MachineReadableZone.Content(
      documentCode: "I", issuer: "FRA", documentNumber: "X10000003", nationality: "FRA", primaryName: "Specimen", secondaryName: "Jean",
      birthDate: try PartialDate(parsing: "01/05/1980"), sex: nil, expiryDate: nil)
    for lines in [MachineReadableZone.td1(content), MachineReadableZone.td2(content)] {
      let draft = read(lines).first
      #expect(draft.told == [])
      #expect(draft.documentKind == .other)
      #expect(draft.documentName == "ICAO 9303 I FRA")
      #expect(draft.documentNumber == "X10000003")
      #expect(draft.sex == nil)
      #expect(draft.documentExpiry == nil)
    }
  }

  @Test func `The specimen of the standard has a nationality that does not exist`() {
    let lines = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
    #expect(read(lines).first.told == ["nationality field.invalid"])
    #expect(read(lines).first.problems.map(\.hint) == [.zoneNationality])
  }

  @Test func `Each check digit that does not fit is told with its field`() {
    var lines = Self.td1
    lines[0] = lines[0].replacing("IDVNM190000001", with: "IDVNM190000002")
    lines[1] = lines[1].replacing("900101", with: "900102").replacing("300101", with: "300102")
    #expect(
      read(lines).first.told == [
        "document.number document.check-digit", "birth_date document.check-digit", "document.expiry document.check-digit",
        "document.number document.check-digit", "document.mrz document.check-digit",
      ])
  }

  @Test func `Lines that are no zone are one problem`() {
    #expect(read(["XIN CHAO"]).first.told == ["document.mrz field.invalid"])
    #expect(read([Self.td1[0], Self.td1[1]]).first.told == ["document.mrz field.invalid"])
    #expect(read([Self.td3[0], String(Self.td3[1].dropLast())]).first.told == ["document.mrz field.invalid"])
  }

  @Test func `A line of a wrong length or with a wrong character is named`() {
    #expect(read([Self.td3[0], String(Self.td3[1].dropLast())]).first.problems.map(\.hint) == [.zoneLine(2)])
    #expect(read([Self.td3[0].replacing("<<", with: "<?"), Self.td3[1]]).first.problems.map(\.hint) == [.zoneCharacter(line: 1)])
  }

  @Test func `Documents follow one another with and without blank lines, spaces and lower case`() {
    let lines = Self.td1 + Self.td3 + ["", "  "] + Self.td3 + Self.td1.map { " " + $0.lowercased() + "\t" } + [""]
    let file = read(lines)
    #expect(file.rows.map(\.row) == [1, 2, 3, 4])
    #expect(file.rows.map(\.place) == [1, 4, 8, 10])
    #expect(file.rows.map { $0.draft.machineReadableZone.count } == [3, 2, 2, 3])
  }

  @Test func `A lost second line does not shift the documents behind it`() {
    let file = read(Self.td3 + [Self.td3[0]] + Self.td3 + Self.td3)
    #expect(file.rows.map { $0.draft.machineReadableZone.count } == [2, 1, 2, 2])
  }

  @Test func `A lost line of a card ends at the next blank line`() {
    let file = read([Self.td1[0], Self.td1[2], ""] + Self.td1)
    #expect(file.rows.map { $0.draft.machineReadableZone.count } == [2, 3])
    #expect(file.rows.last?.draft.told == [])
  }

  @Test func `A line without end is one problem`() {
    let file = ReadFile(RepeatingByteSource(middle: "P<VNM", repeats: 500_000), format: .mrz)
    #expect(file.rows.map(\.draft.told) == [["row field.invalid"]])
  }
}
