import LodgingDomain
import Testing

@Suite("Examining an identity by itself")
struct IdentityExaminationTests {
  private static let arrivalDay = CivilDate(daysSinceEpoch: 20_777)

  /// What is wrong with a passport whose holder's sex is this one, with or without its machine-readable zone.
  private func problems(sex: Sex?, withZone: Bool) throws -> [FieldProblem] {
    let birth = try PartialDate(parsing: "05/05/1995")
    let content = MachineReadableZone.Content(
      documentCode: "P", issuer: "KOR", documentNumber: "X10000012", nationality: "KOR", primaryName: "Kyunbon", secondaryName: "Minji",
      birthDate: birth, sex: sex, expiryDate: try CivilDate(parsing: "01/01/2030"))
    let zone = MachineReadableZone.td3(content).joined(separator: "\n")
    let identity = GuestIdentity(
      fullName: "KYUNBON MINJI", birthDate: birth, sex: sex, documentKind: .passport, documentNumber: "X10000012",
      machineReadableZone: withZone ? zone : "")
    return IdentityExamination(identity, arrivalDay: Self.arrivalDay, reason: 1).problems
  }

  @Test("A machine-readable zone may leave the sex open")
  func openSex() throws {
    #expect(try problems(sex: nil, withZone: true).isEmpty)
    #expect(try problems(sex: .female, withZone: true).isEmpty)
  }

  @Test("Without a zone the sex is asked for")
  func missingSex() throws {
    #expect(try problems(sex: nil, withZone: false) == [FieldProblem(.sex, .fieldMissing)])
    #expect(try problems(sex: .female, withZone: false).isEmpty)
  }

  @Test(
    "Reason 20 is given in words; no other reason asks for them",
    arguments: [
      (UInt8(20), "", true), (20, " \t\u{A0}\n", true), (20, "Dự hội thảo", false), (20, "x", false), (19, "", false), (1, "", false),
      (0, "", false), (21, "", false), (255, "", false), (1, "Dự hội thảo", false),
    ])
  func reasonInWords(reason: UInt8, text: String, isMissing: Bool) throws {
    let identity = GuestIdentity(
      fullName: "NGUYỄN THỊ MẪU", birthDate: try PartialDate(parsing: "05/05/1990"), sex: .male, documentKind: .chipCard,
      documentNumber: "001090000123", reasonText: text)
    let problems = IdentityExamination(identity, arrivalDay: Self.arrivalDay, reason: reason).problems
    #expect(problems == (isMissing ? [FieldProblem(.reasonText, .fieldMissing)] : []))
  }
}
