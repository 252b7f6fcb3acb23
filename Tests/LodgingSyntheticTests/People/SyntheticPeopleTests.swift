import LodgingDomain
import Testing

@testable import LodgingSynthetic

@Suite("Synthetic people")
struct SyntheticPeopleTests {
  let people = SyntheticPeople(seed: 7, count: 100_000)

  @Test("the same seed gives the same person, whatever the count and the order of asking")
  func deterministic() {
    let larger = SyntheticPeople(seed: 7, count: 100_000_000)
    for index in [99_999, 0, 5, 31_337] { #expect(people.person(at: index) == larger.person(at: index)) }
    #expect(people.person(at: 0) != SyntheticPeople(seed: 8, count: 1).person(at: 0))
  }

  @Test("the lines of a seed stay what they are")
  func golden() {
    var bytes = Array((SyntheticResident.csvHeader + "\n").utf8)
    for index in 0..<4 { SyntheticPeople(seed: 7, count: 4).person(at: index).appendCSVLine(to: &bytes) }
    #expect(
      String(decoding: bytes, as: UTF8.self) == """
        number,full_name,birth_date,sex,status,document_number,document_expiry
        033312934714,Quàng Thảo Đào,2012-09-20,F,alive,,
        046215307593,Nguyễn Mạnh Thiện,2015-11-16,M,alive,,
        091086947390,Hoàng Khánh Quân,1986-05-04,M,alive,P65296821,2028-01-26
        001202673254,Thái Trọng Luân,2002-07-02,M,alive,,

        """)
  }

  @Test("no personal number and no passport is given twice")
  func unique() {
    var numbers: Set<UInt64> = []
    var passports: Set<String> = []
    for index in 0..<people.count {
      let person = people.person(at: index)
      #expect(numbers.insert(person.numberValue).inserted)
      if let passport = person.documentNumber { #expect(passports.insert(passport).inserted) }
    }
    #expect((people.count / 9...people.count / 7).contains(passports.count))
  }

  @Test("serial numbers of one place, sex and year stay below a million, so that numbers are unique up to the largest population")
  func serials() {
    #expect(SyntheticPeople.serialMax < 1_000_000)
  }

  @Test("a permutation takes every place once", arguments: [0, 1, UInt64.max])
  func permutation(seed: UInt64) {
    let permutation = FeistelPermutation(halfBits: 5, seed: seed, stream: "test")
    #expect(Set((0..<1024).map { permutation($0) }) == Set(0..<1024))
  }

  @Test("a weighted choice shares out all entries and leaves nobody out")
  func weights() {
    let choice = RankedChoice(weights: [1000, 1, 1, 0, 500])
    #expect(choice.choices.count == 256)
    #expect(choice.shares.reduce(0, +) == 256)
    #expect(choice.shares[1] == 1)
    #expect(choice.shares[3] == 0)
    #expect(choice.shares[0] > choice.shares[4])
    for entry in 0..<256 { #expect(Int(choice.ranks[entry]) < choice.shares[Int(choice.choices[entry])]) }
  }

  @Test("numbers say the person's sex and year of birth, with a domestic place of registration")
  func structure() {
    let places = Set(BirthPlaces.all.map(\.code))
    #expect(places.count == 63)
    for index in 0..<20_000 {
      let person = people.person(at: index)
      let digits = Array(person.number)
      #expect(digits.count == 12)
      #expect(UInt64(String(digits[0..<3])).map(places.contains) == true)
      let year = person.birthDate.year
      let expected = (year < 2000 ? 0 : 2) + (person.sex == .male ? 0 : 1)
      #expect(digits[3].wholeNumberValue == expected)
      #expect(Int(String(digits[4...5])) == year % 100)
    }
  }

  @Test("names are two or more words in composed form")
  func names() {
    for index in 0..<20_000 {
      let name = people.person(at: index).fullName
      #expect(name.split(separator: " ").count >= 3)
      #expect(!name.unicodeScalars.contains { (0x0300...0x036F).contains($0.value) })
      #expect(name.unicodeScalars.count < name.utf8.count + 1)
    }
  }

  @Test("every status, partial birth dates and expired passports occur, each in a small share")
  func variety() {
    var statuses: [ResidentStatus: Int] = [:]
    var partial = 0
    var expired = 0
    for index in 0..<people.count {
      let person = people.person(at: index)
      statuses[person.status, default: 0] += 1
      if person.birthDate.precision != .day { partial += 1 }
      if let expiry = person.documentExpiry, expiry.year < SyntheticPeople.referenceYear { expired += 1 }
      #expect((person.documentExpiry == nil) == (person.documentNumber == nil))
    }
    for status in ResidentStatus.allCases { #expect(statuses[status, default: 0] > 0) }
    #expect(statuses[.alive, default: 0] > people.count * 9 / 10)
    #expect((1...people.count / 20).contains(partial))
    #expect((1...people.count / 20).contains(expired))
  }

  @Test("a count outside the limits is limited")
  func limits() {
    #expect(SyntheticPeople(seed: 1, count: -1).count == 0)
    #expect(SyntheticPeople(seed: 1, count: .max).count == SyntheticPeople.countMax)
  }
}
