import LodgingDomain
import Testing

@testable import LodgingSynthetic

@Suite("Demo inputs")
struct DemoInputsTests {
  let inputs = DemoInputs(SyntheticWorld.plan)

  private func lines(_ write: (([UInt8]) -> Void) -> Void) -> [Substring] {
    var bytes: [UInt8] = []
    write { chunk in
      #expect(chunk.last == UInt8(ascii: "\n"))
      #expect(chunk.count < DemoInputs.chunkBytes + 1024)
      bytes += chunk
    }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  }

  @Test("every name and number of the evening is listed, none so short that any file has it")
  func identities() {
    let names = Set(lines(inputs.writeNames))
    let numbers = Set(lines(inputs.writeNumbers))
    for item in SyntheticWorld.items {
      guard let identity = item.event?.identity else { continue }
      if !identity.fullName.isEmpty { #expect(names.contains(identity.fullName[...])) }
      if !identity.documentNumber.isEmpty { #expect(numbers.contains(identity.documentNumber[...])) }
    }
    #expect(names.allSatisfy { $0.utf8.count >= 6 && $0.contains(" ") })
    #expect(numbers.allSatisfy { $0.utf8.count >= 9 })
  }

  @Test("who goes out unsealed is nobody whom any list has")
  func unsealed() throws {
    let guest = DemoItem.unsealedGuest
    #expect((try? PersonalNumber(guest.documentNumber)) != nil, "an event that says all it must, but for the seal")
    for line in lines(inputs.writeNames) + lines(inputs.writeNumbers) {
      #expect(!guest.fullName.contains(line) && !guest.documentNumber.contains(line))
    }
    for line in lines(inputs.writeResidents) {
      #expect(!line.contains(guest.fullName) && !line.contains(guest.documentNumber))
    }
  }

  @Test("residents and establishments have a row each under the header of the interface")
  func tables() {
    let residents = lines(inputs.writeResidents)
    #expect(residents.first == "number,full_name,birth_date,sex,status,document_number,document_expiry")
    #expect(residents.count == SyntheticWorld.country.people.count + 1)
    let establishments = lines(inputs.writeEstablishments)
    #expect(establishments.first == "id,name,kind,commune,remote,rooms,beds,status")
    #expect(establishments.count == SyntheticWorld.country.establishmentCount + 1)
    #expect(establishments.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == 8 })
    #expect(establishments.contains { $0.hasSuffix(",closed") })
  }

  @Test("a sink that throws ends the writing")
  func failure() {
    struct Full: Error {}
    var calls = 0
    #expect(throws: Full.self) {
      try inputs.writeResidents { _ in
        calls += 1
        throw Full()
      }
    }
    #expect(calls == 1)
  }
}
