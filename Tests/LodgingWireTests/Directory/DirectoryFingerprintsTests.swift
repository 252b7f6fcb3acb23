import LodgingDomain
import LodgingWire
import Testing

@Suite("Directory fingerprints")
struct DirectoryFingerprintsTests {
  private static func fingerprints(_ key: Range<UInt8> = 0..<16) throws -> DirectoryFingerprints {
    DirectoryFingerprints(key: try #require(SipKey(bytes: key)))
  }

  private static func person(
    _ name: String = "Nguyễn Thị Mẫu", row: UInt64 = 7, birth: String? = "1990-03-04", sex: Sex? = .female
  ) throws -> PersonFingerprints {
    var fingerprints = try fingerprints()
    return fingerprints.person(row: row, name: name, birthDate: try birth.map { try PartialDate(parsing: $0) }, sex: sex)
  }

  private static func words(_ person: PersonFingerprints) -> [UInt16] {
    let words = person.words
    return [words.0, words.1, words.2, words.3, words.4, words.5, words.6, words.7]
  }

  @Test("the same person has the same fingerprints, in upper case and with double spaces too")
  func same() throws {
    #expect(try Self.person() == Self.person("NGUYỄN  thị MẪU "))
  }

  @Test("marks change the exact name only")
  func marks() throws {
    let (exact, folded) = (try Self.person(), try Self.person("Nguyen Thi Mau"))
    #expect(exact.exactName != folded.exactName)
    #expect(exact.foldedName == folded.foldedName && exact.sortedName == folded.sortedName)
    #expect(Self.words(exact) == Self.words(folded))
  }

  @Test("another order changes the folded name and leaves the sorted words")
  func order() throws {
    let (first, second) = (try Self.person(), try Self.person("Mẫu Nguyễn Thị"))
    #expect(first.foldedName != second.foldedName)
    #expect(first.sortedName == second.sortedName)
    #expect(Self.words(first) != Self.words(second) && Set(Self.words(first)) == Set(Self.words(second)))
  }

  @Test("words stand in the order of the name, eight of them at most")
  func words() throws {
    let short = Self.words(try Self.person("An Bình"))
    #expect(short[0] != 0 && short[1] != 0 && short[2...].allSatisfy { $0 == 0 })
    #expect(short[0] == Self.words(try Self.person("AN"))[0])
    let long = Self.words(try Self.person("a b c d e f g h i j"))
    #expect(long.allSatisfy { $0 != 0 } && Set(long).count == 8)
  }

  @Test("parts that are not known are 0, and present ones never are")
  func absent() throws {
    #expect(try Self.person("", birth: nil, sex: nil) == PersonFingerprints())
    let year = try Self.person(birth: "1990")
    #expect(year.birthYear != 0 && year.birthMonth == 0 && year.birthDay == 0)
    for row in UInt64(0)..<2000 {
      let person = try Self.person("A", row: row)
      let parts = [
        UInt32(person.birthYear), UInt32(person.birthMonth), UInt32(person.birthDay), UInt32(person.sex), UInt32(person.words.0),
      ]
      #expect((parts + [person.exactName, person.foldedName, person.sortedName]).allSatisfy { $0 != 0 })
    }
  }

  @Test("a swapped day and month can be seen")
  func swapped() throws {
    let (first, second) = (try Self.person(birth: "1990-03-04"), try Self.person(birth: "1990-04-03"))
    #expect(first.birthDay == second.birthMonth && first.birthMonth == second.birthDay && first.birthDay != first.birthMonth)
  }

  @Test("equal names of two rows, and equal persons under two keys, do not look alike")
  func bound() throws {
    let (first, second) = (try Self.person(row: 7), try Self.person(row: 8))
    #expect(first.exactName != second.exactName && first.sortedName != second.sortedName && first.birthYear != second.birthYear)
    #expect(Set(Self.words(first)).isDisjoint(with: Set(Self.words(second)).subtracting([0])))
    var other = try Self.fingerprints(1..<17)
    let number = try PersonalNumber("001190000001")
    var fingerprints = try Self.fingerprints()
    #expect(fingerprints.rowKey(of: number) != other.rowKey(of: number))
    #expect(fingerprints.rowKey(of: number) != fingerprints.rowKey(ofDocument: number.digits), "the tables are apart")
  }

  @Test("spaces, hyphens and case of a document's number do not matter")
  func documentNumbers() throws {
    var fingerprints = try Self.fingerprints()
    let expected = fingerprints.rowKey(ofDocument: "B1234567")
    for spelling in ["b1234567", "B 123 4567", "B-1234567", "B.1234567"] { #expect(fingerprints.rowKey(ofDocument: spelling) == expected) }
    #expect(fingerprints.rowKey(ofDocument: "B1234568") != expected)
  }

  @Test("one document gives one value whichever paper carries the personal number, and each month another")
  func sameDocument() throws {
    let (key, other) = (try #require(SipKey(bytes: 0..<16)), try #require(SipKey(bytes: 1..<17)))
    func value(_ kind: DocumentKind, _ nationality: Nationality = .vietnam, _ number: String = "001190000001", in key: SipKey) -> UInt64 {
      DirectoryFingerprints.sameDocument(kind: kind, nationality: nationality, number: number, key: key)
    }
    let expected = value(.chipCard, in: key)
    for kind in [DocumentKind.identityCard, .identificationNotice, .oldCard] { #expect(value(kind, in: key) == expected) }
    #expect(value(.passport, .germany, "C01X00T47", in: key) == value(.passport, .germany, "c01x 00t47", in: key))
    #expect(value(.passport, .germany, "C01X00T47", in: key) != value(.passport, try Nationality("FRA"), "C01X00T47", in: key))
    #expect(value(.passport, .vietnam, "B1234567", in: key) != value(.drivingLicence, .vietnam, "B1234567", in: key))
    #expect(value(.chipCard, in: other) != expected)
  }
}
