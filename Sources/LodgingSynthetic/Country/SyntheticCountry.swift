public import LodgingDomain

/// A country that does not exist, over the real communes: its residents, and the establishments that lodge them.
///
/// The same seed, sizes and catalogue give the same country on every machine. An establishment takes eight bytes of memory, a resident
/// none.
///
/// ```swift
/// let country = SyntheticCountry(seed: 7, residents: 1_000_000, establishments: 82_000, catalogue: catalogue)
/// print(country.establishment(at: 0).id)  // 01-000001
/// ```
public struct SyntheticCountry: Sendable {
  /// What the country is made from.
  public let seed: UInt64
  /// The residents, alive and dead.
  public let people: SyntheticPeople

  let places: [CommuneProfile]
  private let rows: [Row]
  /// The index of the first establishment of each province, by the province's number.
  private let firstOfProvince: [Int]

  /// The largest country, so that a number within a province fits its identifier.
  public static let establishmentsMax = 900_000

  /// An establishment without what follows from its commune.
  private struct Row: Sendable {
    var place: UInt16
    var rooms: UInt16
    var beds: UInt16
    var kind: EstablishmentKind
    var isClosed: Bool
  }

  /// Makes a country.
  ///
  /// - Parameters:
  ///   - seed: Any number.
  ///   - residents: How many residents; limited to what ``SyntheticPeople`` can make.
  ///   - establishments: How many establishments; limited to 0...``establishmentsMax``.
  ///   - catalogue: The units; every establishment lies in one of its communes.
  public init(seed: UInt64, residents: Int, establishments: Int, catalogue: UnitCatalogue) {
    self.seed = seed
    people = SyntheticPeople(seed: seed, count: residents)
    let places = catalogue.communes.map { CommuneProfile($0, seed: seed) }.sorted { ($0.province, $0.code) < ($1.province, $1.code) }
    let count = places.isEmpty ? 0 : max(0, min(establishments, Self.establishmentsMax))
    let spread = Self.spread(count, over: places, seed: seed)
    rows = spread.indices.map { Self.row(at: $0, place: spread[$0], in: places, seed: seed) }
    var first = [Int](repeating: count, count: 100)
    for (index, place) in spread.enumerated().reversed() { first[Int(places[place].province)] = index }
    firstOfProvince = first
    self.places = places
  }

  /// How many establishments there are.
  public var establishmentCount: Int { rows.count }

  /// The establishment at a place, in constant time.
  ///
  /// - Parameter index: 0 up to, but not including, ``establishmentCount``.
  /// - Returns: The establishment as it is on the evening.
  public func establishment(at index: Int) -> SyntheticEstablishment {
    let row = rows[index]
    let place = places[Int(row.place)]
    let number = index - firstOfProvince[Int(place.province)] + 1
    let digits = String(number)
    let name = EstablishmentNaming.word(for: row.kind) + " " + String(repeating: "0", count: max(0, 6 - digits.utf8.count)) + digits
    return SyntheticEstablishment(
      index: index, id: id(at: index),
      details: EstablishmentDetails(
        name: name, kind: row.kind, commune: place.code, remote: place.isRemote, rooms: UInt32(row.rooms), beds: UInt32(row.beds)),
      status: row.isClosed ? .closed : .open)
  }

  /// The identifier of an establishment, in constant time and without allocating.
  public func id(at index: Int) -> EstablishmentID {
    let province = places[Int(rows[index].place)].province
    return Self.id(province: province, number: index - firstOfProvince[Int(province)] + 1)
  }

  /// An identifier of the same form that no establishment of this country has.
  ///
  /// - Parameter number: Which of them, 0...99,999; others are taken modulo 100,000.
  /// - Returns: An identifier of a province that exists.
  public func unknownID(_ number: Int) -> EstablishmentID {
    let place = places.isEmpty ? 1 : places[abs(number) % places.count].province
    return Self.id(province: place, number: Self.establishmentsMax + abs(number) % 100_000)
  }

  // MARK: What the evening needs of a row, without making a name

  func kind(at index: Int) -> EstablishmentKind { rows[index].kind }
  func rooms(at index: Int) -> Int { Int(rows[index].rooms) }
  func beds(at index: Int) -> Int { Int(rows[index].beds) }
  func isClosed(at index: Int) -> Bool { rows[index].isClosed }
  func place(at index: Int) -> CommuneProfile { places[Int(rows[index].place)] }

  // MARK: Making

  /// The commune of each establishment, in order: the n-th share of the communes' weights, from a start that the seed chooses.
  private static func spread(_ count: Int, over places: [CommuneProfile], seed: UInt64) -> [Int] {
    let total = places.reduce(0) { $0 + $1.weight }
    var random = SyntheticRandom(seed: seed, stream: "country.spread")
    let start = UInt64(random.below(max(1, Int(total))))
    var spread: [Int] = []
    spread.reserveCapacity(count)
    var place = 0
    var reached: UInt64 = places.first?.weight ?? 0
    for index in 0..<count {
      // The position is (index + start / total) shares of total / count.
      let position = (UInt64(index) * total + start) / UInt64(count)
      while position >= reached, place + 1 < places.count {
        place += 1
        reached += places[place].weight
      }
      spread.append(place)
    }
    return spread
  }

  private static func row(at index: Int, place: Int, in places: [CommuneProfile], seed: UInt64) -> Row {
    var random = SyntheticRandom(seed: seed, stream: "establishment.size", index: UInt64(index))
    let isClosed = random.chance(EveningRates.closedEstablishmentsPer100k, of: 100_000)
    let size = EstablishmentSize(isUrban: places[place].isUrban, random: &random)
    return Row(
      place: UInt16(truncatingIfNeeded: place), rooms: UInt16(size.rooms), beds: UInt16(size.beds), kind: size.kind, isClosed: isClosed)
  }

  private static func id(province: UInt8, number: Int) -> EstablishmentID {
    guard let id = EstablishmentNaming.id(province: province, number: number) else {
      preconditionFailure("nine digits and a hyphen are an identifier")
    }
    return id
  }
}
