import LodgingDomain
import LodgingTesting
import LodgingWire
import Testing

@testable import LodgingStore

@Suite("Grades of declared persons")
struct ResidentGradingTests {
  private func codes(
    declared: (String, String?, Sex?), recorded: (String, String?, Sex?) = ("Nguyễn Thị Bích Ngọc", "1990-05-04", .female)
  ) throws -> [Code] {
    var random = SeededGenerator(seed: 1)
    var fingerprints = DirectoryFingerprints(key: SipKey.random(using: &random))
    let persons = try [declared, recorded].map { person in
      fingerprints.person(row: 7, name: person.0, birthDate: try person.1.map { try PartialDate(parsing: $0) }, sex: person.2)
    }
    return ResidentGrading.codes(declared: persons[0], recorded: persons[1]).codes
  }

  @Test(
    "names are graded step by step",
    arguments: [
      ("NGUYỄN THỊ BÍCH NGỌC", []), ("  nguyễn  thị bích ngọc ", []), ("Nguyen Thi Bich Ngoc", [.directoryNameAccents]),
      ("Nguyễn Thị Bích Ngóc", [.directoryNameAccents]), ("Ngọc Nguyễn Thị Bích", [.directoryNameOrder]),
      ("Bich Ngoc Thi Nguyen", [.directoryNameOrder]), ("Nguyễn Bích Ngọc", [.directoryNameWordMissing]),
      ("Ngoc Thi Nguyen", [.directoryNameWordMissing]), ("Nguyễn Thị Bích Ngọc Lan", [.directoryNameWordMissing]),
      ("Nguyễn Ngọc", [.directoryNameDiffers]), ("Nguyễn Thị Bích Lan", [.directoryNameDiffers]),
      ("Nguyễn Thị Thị Bích Ngọc", [.directoryNameWordMissing]), ("Nguyễn Nguyễn Ngọc", [.directoryNameDiffers]),
      ("Trần Văn Nam", [.directoryNameDiffers]), ("", []),
    ] as [(String, [Code])])
  func names(declared: String, expected: [Code]) throws {
    #expect(try codes(declared: (declared, "1990-05-04", .female)) == expected)
  }

  @Test(
    "birth dates are judged on what both sides know",
    arguments: [
      ("1990-05-04", "1990-05-04", []), ("1990-05", "1990-05-04", []), ("1990", "1990-05-04", []), ("1990-05-04", "1990", []),
      ("1990-05-04", "1990-05", []), ("1990", "1990-05", []), (nil, "1990-05-04", []),
      ("1990-04-05", "1990-05-04", [.directoryBirthDateSwapped]), ("1991-04-05", "1990-05-04", [.directoryBirthDateDiffers]),
      ("1990-05-05", "1990-05-04", [.directoryBirthDateDiffers]), ("1990-04-04", "1990-05-04", [.directoryBirthDateDiffers]),
      ("1990-04", "1990-05-04", [.directoryBirthDateDiffers]), ("1991", "1990-05-04", [.directoryBirthDateDiffers]),
      ("1990-05-04", "1990-04", [.directoryBirthDateDiffers]), ("1990-12-12", "1990-12-12", []),
    ] as [(String?, String, [Code])])
  func birthDates(declared: String?, recorded: String, expected: [Code]) throws {
    #expect(try codes(declared: ("Lê An", declared, .male), recorded: ("Lê An", recorded, .male)) == expected)
  }

  @Test("the sex differs only where both sides say one")
  func sex() throws {
    let name = "Nguyễn Thị Bích Ngọc"
    #expect(try codes(declared: (name, "1990-05-04", .male)) == [.directorySexDiffers])
    #expect(try codes(declared: (name, "1990-05-04", nil)) == [])
  }

  @Test("everything that differs is said at once")
  func together() throws {
    let found = try codes(declared: ("Nguyen Thi Bich Ngoc", "1990-04-05", .male))
    #expect(found == [.directoryNameAccents, .directoryBirthDateSwapped, .directorySexDiffers])
  }

  @Test("long names keep their grades as long as whole names are compared")
  func longNames() throws {
    let long = "Công Tằng Tôn Nữ Thị Ngọc Bích Lan Anh Thư"
    let turned = "Thư Anh Lan Bích Ngọc Thị Nữ Tôn Tằng Công"
    #expect(try codes(declared: (long, nil, nil), recorded: (long, nil, nil)) == [])
    #expect(
      try codes(declared: ("Cong Tang Ton Nu Thi Ngoc Bich Lan Anh Thu", nil, nil), recorded: (long, nil, nil)) == [.directoryNameAccents])
    #expect(try codes(declared: (turned, nil, nil), recorded: (long, nil, nil)) == [.directoryNameOrder])
    let eight = "Công Tằng Tôn Nữ Thị Ngọc Bích Lan"
    #expect(try codes(declared: ("Công Tằng Tôn Nữ Thị Bích Lan", nil, nil), recorded: (eight, nil, nil)) == [.directoryNameWordMissing])
  }

  @Test("a summary is never the one that matches nothing, and differs where a part differs")
  func summaries() {
    var random = SeededGenerator(seed: 2)
    for _ in 0..<5000 {
      let person = DirectoryBench.person(&random)
      var others = [PersonFingerprints](repeating: person, count: 5)
      others[0].exactName ^= 2
      others[1].birthDay ^= 2
      others[2].birthMonth ^= 0x4000
      others[3].birthYear = 0
      others[4].sex ^= 2
      #expect(PersonSummary.exact(person) != PersonSummary.none)
      for other in others { #expect(PersonSummary.exact(person) != PersonSummary.exact(other)) }
      for other in others.dropFirst() { #expect(PersonSummary.folded(person) != PersonSummary.folded(other)) }
      #expect(PersonSummary.folded(person) == PersonSummary.folded(others[0]))
    }
  }
}
