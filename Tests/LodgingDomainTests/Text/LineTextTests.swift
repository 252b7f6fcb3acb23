import LodgingDomain
import Testing

@Suite("Texts that are shown in a line")
struct LineTextTests {
  @Test("Every control character and every mark that turns the direction of a line is refused, and nothing else")
  func controls() {
    for scalar in (0...0xFFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init) {
      let isControl = scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
      let isRight = LineText.isFit("a\(String(scalar))b") == !isControl && LineText.isFit(String(scalar)) == !isControl
      #expect(isRight, "U+\(String(scalar.value, radix: 16))")
    }
  }

  @Test("What is refused is refused wherever it stands, and letters before and behind it are not")
  func places() {
    for unfit in ["\u{0}", "\u{1F}", "\u{7F}", "\u{80}", "\u{9F}", "\u{61C}", "\u{200E}", "\u{202E}", "\u{2069}"] {
      for (before, behind) in (0..<20).flatMap({ before in (0..<10).map { (before, $0) } }) {
        for letter in ["a", "\u{A0}", "ễ", "Đ", "–", "\u{600}"] {
          let letters = (String(repeating: letter, count: before), String(repeating: letter, count: behind))
          let isRight = !LineText.isFit(letters.0 + unfit + letters.1) && LineText.isFit(letters.0 + letters.1)
          #expect(isRight, "\(before) letters before, \(behind) behind")
        }
      }
    }
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
    #expect(!EstablishmentDetails.isName("Nhà nghỉ \u{202E}A"))
  }

  @Test("Identities with control characters are told which field has them")
  func identity() throws {
    let identity = GuestIdentity(
      fullName: "Nguyen\u{7} Van A", birthDate: try PartialDate(parsing: "05/05/1995"), sex: .male, documentKind: .chipCard,
      documentNumber: "001095000001", address: "Số 1\u{202E}2", note: "a\u{85}b")
    let examination = IdentityExamination(identity, arrivalDay: CivilDate(daysSinceEpoch: 20_777), reason: 1)
    #expect(examination.problems == [Field.fullName, .address, .note].map { FieldProblem($0, .fieldInvalid) })
  }
}
