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
    return IdentityExamination(identity, arrivalDay: Self.arrivalDay).problems
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
}
