import LodgingDomain
import Testing

@Suite("What is written about an establishment is read in one place")
struct WrittenEstablishmentTests {
  private func written(_ change: (inout WrittenEstablishment) -> Void = { _ in }) -> WrittenEstablishment {
    var written = WrittenEstablishment(name: "Nhà nghỉ Mẫu", kind: "hotel", commune: "00070", remote: "false", rooms: "12", beds: "20")
    change(&written)
    return written
  }

  private func problems(_ change: (inout WrittenEstablishment) -> Void) -> [FieldProblem] {
    do throws(WrittenEstablishmentError) {
      _ = try EstablishmentDetails(written(change))
      return []
    } catch {
      return error.problems
    }
  }

  @Test("Good details are read, words in any case of letters")
  func reads() throws {
    let details = try EstablishmentDetails(written { ($0.kind, $0.remote) = ("Private-HOST", "TRUE") })
    #expect(details.kind == .privateHost && details.remote && details.rooms == 12 && details.beds == 20)
    #expect(details.commune == CommuneCode("00070"))
    #expect(EstablishmentStatus(name: "Closed") == .closed && EstablishmentStatus(name: "OPEN") == .open)
    #expect(EstablishmentStatus(name: "shut") == nil)
  }

  @Test("Every problem is told at once, in the order of the columns")
  func refuses() {
    let found = problems { $0 = WrittenEstablishment(name: "", kind: "castle", commune: "7", remote: "perhaps", rooms: "-1", beds: "") }
    #expect(
      found == [
        FieldProblem(.name, .fieldMissing), FieldProblem(.kind, .fieldInvalid), FieldProblem(.commune, .fieldInvalid),
        FieldProblem(.remote, .fieldInvalid), FieldProblem(.rooms, .fieldInvalid), FieldProblem(.beds, .fieldMissing),
      ])
  }

  @Test(
    "A name with a control character, of spaces alone or too long is none", arguments: ["\u{1B}[2J", "A\u{7}", "A\nB", "A\u{85}", "  "])
  func names(name: String) {
    #expect(problems { $0.name = name } == [FieldProblem(.name, .fieldInvalid)])
    #expect(problems { $0.name = String(repeating: "a", count: 257) } == [FieldProblem(.name, .fieldInvalid)])
  }
}
