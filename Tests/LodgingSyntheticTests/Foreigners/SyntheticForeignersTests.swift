import LodgingDomain
import Testing

@testable import LodgingSynthetic

@Suite("Synthetic visitors")
struct SyntheticForeignersTests {
  let visitors = SyntheticForeigners(seed: 7)

  @Test("the same seed gives the same visitor, another seed another passport")
  func deterministic() {
    #expect(visitors.person(at: 5, group: 1) == SyntheticForeigners(seed: 7).person(at: 5, group: 1))
    #expect(visitors.person(at: 5, group: 1).passportNumber != SyntheticForeigners(seed: 8).person(at: 5, group: 1).passportNumber)
  }

  @Test("passport numbers are unique and read as passport numbers")
  func passports() throws {
    var numbers: Set<String> = []
    for index in 0..<20_000 {
      let number = visitors.person(at: index, group: 0).passportNumber
      #expect(numbers.insert(number).inserted)
      _ = try PassportNumber(number)
    }
  }

  @Test("all visitors are adult foreigners of many nations, and a group has one nation")
  func nations() {
    let people = (0..<3_000).map { visitors.person(at: $0, group: UInt64($0 / 3)) }
    #expect(Set(people.map(\.nationality)).count == ForeignNames.nations.count)
    #expect(people.allSatisfy { !$0.nationality.isVietnamese && $0.birthDate.age(on: EveningClock.day) >= 18 })
    #expect(people.allSatisfy { $0.passportExpiry > EveningClock.day })
    for group in 0..<1_000 { #expect(Set(people[group * 3..<group * 3 + 3].map(\.nationality)).count == 1) }
  }

  @Test("a passport's zone reads back without a fault")
  func zone() throws {
    for index in 0..<500 {
      let visitor = visitors.person(at: index, group: UInt64(index))
      let zone = try MachineReadableZone(parsing: visitor.machineReadableZone(), reference: EveningClock.day)
      #expect(zone.isValid)
      #expect(zone.documentNumber == visitor.passportNumber)
      #expect(zone.nationality == visitor.nationality)
      #expect(zone.birthDate == PartialDate(visitor.birthDate))
      #expect(zone.fullName == visitor.fullName)
    }
  }

  @Test("a zone that is wrong fails the check of its number", arguments: UInt8(1)...9)
  func wrongZone(by: UInt8) throws {
    let text = visitors.person(at: 3, group: 3).machineReadableZone(wrongBy: by)
    let zone = try MachineReadableZone(parsing: text, reference: EveningClock.day)
    #expect(zone.failedChecks.contains(.documentNumber))
    #expect(zone.unreadableFields.isEmpty)
  }
}
