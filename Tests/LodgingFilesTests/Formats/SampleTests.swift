import LodgingDomain
import Testing

@testable import LodgingFiles

/// The files of the folder `samples` and what its README says about each row, as far as reading alone can tell.
@Suite struct SampleTests {
  private func told(_ name: String) throws -> [Int: [String]] {
    let file = ReadFile(try sample(name))
    #expect(file.error == nil)
    return Dictionary(uniqueKeysWithValues: file.rows.map { ($0.row, $0.draft.told) })
  }

  @Test func `Citizens' sheet`() throws {
    let told = try told("citizens.csv")
    #expect(told.keys.sorted() == Array(1...23))
    let expected = [
      13: ["document.number document.number-malformed"], 14: ["full_name field.missing", "birth_date field.invalid", "sex field.invalid"],
      15: ["departure time.departure-before-arrival"], 16: ["reason_text field.missing"], 17: ["row field.invalid"],
    ]
    for (row, problems) in told { #expect(problems == expected[row] ?? [], "row \(row)") }
  }

  @Test func `Citizens' sheet in UTF-16`() throws {
    let told = try told("citizens-utf16.csv")
    #expect(told.keys.sorted() == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13])
    let expected = [
      4: ["birth_date field.invalid"], 8: ["birth_date field.invalid", "document.number document.number-malformed"],
      9: ["nationality field.invalid"],
      10: ["document.kind field.invalid"], 11: ["reason field.invalid"], 12: ["arrival field.invalid"], 13: ["birth_date field.invalid"],
    ]
    for (row, problems) in told { #expect(problems == expected[row] ?? [], "row \(row)") }
  }

  @Test func `Foreigners' declaration`() throws {
    let told = try told("foreigners.xml")
    #expect(told.keys.sorted() == Array(1...13))
    let expected = [
      6: ["document.number field.missing"], 7: ["nationality field.invalid"],
      8: ["sex field.invalid", "departure time.departure-before-arrival"],
      9: ["birth_date field.invalid"], 10: ["birth_date field.invalid", "document.number document.number-malformed"],
      12: ["full_name field.invalid"],
    ]
    for (row, problems) in told { #expect(problems == expected[row] ?? [], "row \(row)") }
    #expect(ReadFile(try sample("foreigners.xml")).remarks == [.unknownElement("ghi_chu_rieng")])
  }

  @Test func `Texts of cards`() throws {
    let told = try told("qr.txt")
    #expect(told.keys.sorted() == Array(1...13))
    let expected = [
      6: ["document.number document.number-malformed"], 7: ["birth_date field.invalid"], 9: ["sex field.invalid"],
      10: ["row field.invalid"],
      11: ["row field.invalid"], 12: ["full_name field.invalid", "row field.invalid"],
    ]
    for (row, problems) in told { #expect(problems == expected[row] ?? [], "row \(row)") }
  }

  @Test func `Machine-readable zones`() throws {
    let told = try told("mrz.txt")
    #expect(told.keys.sorted() == Array(1...14))
    let expected = [
      6: ["nationality field.invalid"], 7: ["document.number document.check-digit", "document.mrz document.check-digit"],
      8: ["birth_date document.check-digit", "document.mrz document.check-digit", "birth_date field.invalid"],
      9: ["document.mrz field.invalid"],
      10: ["document.mrz field.invalid"], 13: ["document.mrz field.invalid"],
    ]
    for (row, problems) in told { #expect(problems == expected[row] ?? [], "row \(row)") }
  }

  @Test func `Residents and establishments have their headings, and their bad rows can be read`() throws {
    let residents = try TableReader(
      MemoryByteSource(try sample("residents.csv")),
      headings: ["number", "full_name", "birth_date", "sex", "status", "document_number", "document_expiry"])
    var numbers: [String] = []
    while let row = try residents.next() { numbers.append(try #require(row.fields)[0]) }
    #expect(numbers.count { (try? PersonalNumber($0)) == nil } == 1)
    #expect(Set(numbers).count == numbers.count)
    let establishments = try TableReader(
      MemoryByteSource(try sample("establishments.csv")), headings: ["id", "name", "kind", "commune", "remote", "rooms", "beds", "status"])
    var kinds: [EstablishmentKind?] = []
    while let row = try establishments.next() { kinds.append(EstablishmentKind(name: try #require(row.fields)[2])) }
    #expect(kinds.count == 8)
    #expect(kinds.count { $0 == nil } == 1)
  }

  @Test func `The catalogue of reasons names each number once, in order, and 20 as the other one`() throws {
    let table = try TableReader(
      MemoryByteSource(try repositoryFile("Sources/LodgingService/Resources/stay-reasons/stay-reasons.csv")),
      headings: ["number", "vietnamese", "english"])
    var numbers: [Int] = []
    while let row = try table.next() {
      let fields = try #require(row.fields)
      numbers.append(try #require(Int(fields[0])))
      #expect(!fields[1].isEmpty && !fields[2].isEmpty)
    }
    #expect(numbers == StayReason.numbers.map { Int($0) })
    #expect(StayReason.other.number == 20)
  }
}
