import LodgingDomain
import Testing

@Suite("Texts that are shown in a line")
struct LineTextTests {
  @Test("Every control character is refused, and nothing else", arguments: 0...0x2FF as ClosedRange<UInt32>)
  func controls(value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    let isControl = scalar.properties.generalCategory == .control
    #expect(LineText.isFit("a\(String(scalar))b") == !isControl)
    #expect(LineText.isFit(String(scalar)) == !isControl)
  }

  @Test("Tabs and line feeds pass where texts of several lines are asked for, a carriage return does not")
  func spacing() {
    #expect(LineText.isFit("a\nb\tc", spacing: true))
    #expect(!LineText.isFit("a\r\nb", spacing: true))
  }

  @Test("Names of establishments are 1 to 256 bytes of such text")
  func names() {
    #expect(!EstablishmentDetails.isName(""))
    #expect(EstablishmentDetails.isName(String(repeating: "a", count: 256)))
    #expect(!EstablishmentDetails.isName(String(repeating: "a", count: 257)))
    #expect(!EstablishmentDetails.isName("Nhà nghỉ \u{1B}[2J"))
  }

  @Test("Identities with control characters are told which field has them")
  func identity() throws {
    let identity = GuestIdentity(
      fullName: "Nguyen\u{7} Van A", birthDate: try PartialDate(parsing: "05/05/1995"), sex: .male, documentKind: .chipCard,
      documentNumber: "001095000001", note: "a\u{85}b")
    let examination = IdentityExamination(identity, arrivalDay: CivilDate(daysSinceEpoch: 20_777), reason: 1)
    #expect(examination.problems == [FieldProblem(.fullName, .fieldInvalid), FieldProblem(.note, .fieldInvalid)])
  }
}
