import LodgingDomain
import Testing

@testable import LodgingSynthetic

@Suite("Synthetic country")
struct SyntheticCountryTests {
  let country = SyntheticWorld.country
  var all: [SyntheticEstablishment] { (0..<country.establishmentCount).map(country.establishment) }

  @Test("the same seed gives the same establishments, another seed others")
  func deterministic() {
    let again = SyntheticCountry(seed: 7, residents: 0, establishments: 6_000, catalogue: SyntheticWorld.catalogue)
    let other = SyntheticCountry(seed: 8, residents: 0, establishments: 6_000, catalogue: SyntheticWorld.catalogue)
    #expect((0..<6_000).allSatisfy { again.establishment(at: $0) == country.establishment(at: $0) })
    #expect((0..<6_000).contains { other.establishment(at: $0) != country.establishment(at: $0) })
  }

  @Test("every establishment lies in a commune that exists, under the province that its identifier begins with")
  func units() {
    for establishment in all {
      let commune = SyntheticWorld.catalogue.commune(establishment.details.commune)
      #expect(commune?.province.description == establishment.id.description.prefix(2).description)
    }
  }

  @Test("identifiers are unique, at most 15 bytes, and none is one of the unknown ones")
  func identifiers() {
    let ids = Set(all.map(\.id))
    #expect(ids.count == country.establishmentCount)
    #expect(ids.allSatisfy { $0.description.utf8.count <= 15 })
    #expect((0..<500).allSatisfy { !ids.contains(country.unknownID($0)) })
    #expect(country.establishment(at: 0).id.description == "01-000001")
  }

  @Test("sizes are those of the kinds, and every kind occurs")
  func sizes() {
    let byKind = Dictionary(grouping: all, by: \.details.kind)
    #expect(Set(byKind.keys) == Set(EstablishmentKind.allCases))
    let beds: [(EstablishmentKind, ClosedRange<UInt32>)] = [
      (.guestHouse, 5...20), (.hotel, 20...400), (.hospital, 50...1500), (.homestay, 2...8), (.vehicle, 20...40), (.privateHost, 0...4),
    ]
    for (kind, range) in beds { #expect(byKind[kind, default: []].allSatisfy { range.contains($0.details.beds) }) }
    #expect(all.allSatisfy { $0.details.rooms > 0 && $0.details.name.utf8.count <= EstablishmentDetails.nameBytesMax })
    #expect(byKind[.guestHouse, default: []].count > all.count / 3)
  }

  @Test("wards have more establishments than rural communes, remote ones are large rural communes, and a few are closed")
  func spread() {
    let catalogue = SyntheticWorld.catalogue
    let urban = all.filter { catalogue.commune($0.details.commune)?.kind == "Phường" }
    #expect(urban.count > all.count / 2)
    for establishment in all where establishment.details.remote {
      let commune = catalogue.commune(establishment.details.commune)
      #expect(commune?.kind == "Xã")
      #expect(commune?.area ?? 0 >= 200)
    }
    #expect(all.contains { $0.details.remote })
    #expect((1...60).contains(all.count { $0.status == .closed }))
  }

  @Test("a country may be empty, and a small one is spread over the whole country")
  func small() {
    let empty = SyntheticCountry(seed: 7, residents: 0, establishments: 0, catalogue: SyntheticWorld.catalogue)
    #expect(empty.establishmentCount == 0)
    let few = SyntheticCountry(seed: 7, residents: 0, establishments: 40, catalogue: SyntheticWorld.catalogue)
    #expect(Set((0..<40).map { few.establishment(at: $0).id.description.prefix(2) }).count > 10)
  }
}
