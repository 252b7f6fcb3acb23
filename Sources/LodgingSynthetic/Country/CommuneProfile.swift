import LodgingDomain

/// What the synthetic country makes of a commune: how many establishments it draws, and of which kinds.
struct CommuneProfile: Sendable {
  let code: CommuneCode
  let province: UInt8
  /// Wards and special zones have more hotels, rural communes more guest houses and homestays.
  let isUrban: Bool
  /// A rural commune over ``remoteAreaMin``: reaching the police takes long.
  let isRemote: Bool
  /// How many establishments it draws in proportion to others.
  let weight: UInt64

  /// The area in square kilometres from which on a rural commune counts as remote.
  private static let remoteAreaMin = 200.0
  /// The area in square kilometres below which a ward counts as a dense one.
  private static let denseAreaMax = 12.0

  init(_ commune: UnitCatalogue.Commune, seed: UInt64) {
    code = commune.code
    province = commune.province.number
    isUrban = commune.kind != "Xã"
    isRemote = !isUrban && commune.area ?? 0 >= Self.remoteAreaMin
    var random = SyntheticRandom(seed: seed, stream: "commune.popularity", index: UInt64(commune.code.number))
    let base: UInt64 =
      switch commune.kind {
      case "Phường": commune.area ?? 0 < Self.denseAreaMax ? 90 : 60
      case "Đặc khu": 150
      default: 14
      }
    // One commune in twenty-five is a resort, one in five is lively.
    let popularity: UInt64 =
      switch random.below(100) {
      case 0..<4: 50
      case 4..<24: 18
      default: 8
      }
    weight = base * popularity * Self.popularity(ofProvince: commune.province.number)
  }

  /// How much a province draws travellers, 10 being ordinary; the large cities, the coast, and the mountains that people visit.
  private static func popularity(ofProvince code: UInt8) -> UInt64 {
    switch code {
    case 79: 20
    case 1: 22
    case 48, 56: 24
    case 22, 68: 20
    case 46, 91, 15, 31: 16
    case 37, 40, 38, 44: 12
    default: 10
    }
  }
}
