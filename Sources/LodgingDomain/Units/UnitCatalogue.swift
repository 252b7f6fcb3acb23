/// The administrative units of one edition: provinces, communes, and what became of the units before them.
///
/// It is read from the project's data file and replaced by another file when units change; nothing of it is a constant of the program.
public struct UnitCatalogue: Sendable {
  /// Which edition this is.
  public let edition: Edition
  /// The provinces in the order of their codes.
  public let provinces: [Province]
  /// The communes in the order of their codes.
  public let communes: [Commune]
  /// The provinces of the time before, in the order of their codes.
  public let formerProvinces: [FormerProvince]

  private let provinceIndex: [ProvinceCode: Int]
  private let communeIndex: [CommuneCode: Int]
  private let communesOfProvince: [ProvinceCode: [CommuneCode]]
  private let formerProvinceIndex: [ProvinceCode: Int]
  private let successors: [String: [Successor]]
  private let positions: [SpherePoint]

  /// Which edition of the units a catalogue holds.
  public struct Edition: Hashable, Sendable {
    /// Counts up with each correction of the file.
    public let number: Int
    /// The day from which these units are in force.
    public let inForce: CivilDate

    /// Makes an edition from its parts.
    public init(number: Int, inForce: CivilDate) {
      self.number = number
      self.inForce = inForce
    }
  }

  /// A province or centrally run city.
  public struct Province: Hashable, Sendable {
    /// The statistics code.
    public let code: ProvinceCode
    /// The full name.
    public let name: String
    /// Degrees north, of the centre.
    public let latitude: Double
    /// Degrees east, of the centre.
    public let longitude: Double
  }

  /// A commune, ward or special zone.
  public struct Commune: Hashable, Sendable {
    /// The statistics code.
    public let code: CommuneCode
    /// The province it belongs to.
    public let province: ProvinceCode
    /// The full name with its kind.
    public let name: String
    /// The kind in Vietnamese: `Phường`, `Xã` or `Đặc khu`.
    public let kind: String
    /// Degrees north, of the centre.
    public let latitude: Double
    /// Degrees east, of the centre.
    public let longitude: Double
    /// Square kilometres, or nil where the source has none.
    public let area: Double?
  }

  /// A province of the time before.
  public struct FormerProvince: Hashable, Sendable {
    /// The old code, which personal identification numbers go on using.
    public let code: ProvinceCode
    /// The old name.
    public let name: String
    /// The province that took it in.
    public let successor: ProvinceCode
  }

  /// A commune that took in a former one, or a part of it.
  public struct Successor: Hashable, Sendable {
    /// The new commune.
    public let code: CommuneCode
    /// Whether the largest share went to it.
    public let isMain: Bool
  }

  /// Builds the look-ups; the reader has checked that everything refers to what is there.
  init(
    edition: Edition, provinces: [Province], communes: [Commune], formerProvinces: [FormerProvince], successors: [String: [Successor]]
  ) {
    self.edition = edition
    self.provinces = provinces
    self.communes = communes
    self.formerProvinces = formerProvinces
    self.successors = successors
    provinceIndex = Dictionary(uniqueKeysWithValues: provinces.enumerated().map { ($1.code, $0) })
    communeIndex = Dictionary(uniqueKeysWithValues: communes.enumerated().map { ($1.code, $0) })
    formerProvinceIndex = Dictionary(uniqueKeysWithValues: formerProvinces.enumerated().map { ($1.code, $0) })
    communesOfProvince = Dictionary(grouping: communes, by: \.province).mapValues { $0.map(\.code) }
    positions = communes.map { SpherePoint(latitude: $0.latitude, longitude: $0.longitude) }
  }
}

extension UnitCatalogue {
  /// The province of a code, or nil.
  public func province(_ code: ProvinceCode) -> Province? {
    provinceIndex[code].map { provinces[$0] }
  }

  /// The commune of a code, or nil.
  public func commune(_ code: CommuneCode) -> Commune? {
    communeIndex[code].map { communes[$0] }
  }

  /// The codes of a province's communes in order; empty for an unknown province.
  public func communes(of province: ProvinceCode) -> [CommuneCode] {
    communesOfProvince[province] ?? []
  }

  /// The name of a unit; nil for unknown ones and for establishments, which a catalogue does not know.
  public func name(of unit: UnitCode) -> String? {
    switch unit {
    case .nation: "Việt Nam"
    case .province(let code): province(code)?.name
    case .commune(let code): commune(code)?.name
    case .establishment: nil
    }
  }

  /// The next wider unit; nil for the nation, for unknown units and for establishments, whose commune the register knows.
  public func parent(of unit: UnitCode) -> UnitCode? {
    switch unit {
    case .nation, .establishment: nil
    case .province(let code): provinceIndex[code].map { _ in .nation }
    case .commune(let code): commune(code).map { .province($0.province) }
    }
  }

  /// The next narrower units in order: provinces of the nation, communes of a province; empty for all others.
  public func children(of unit: UnitCode) -> [UnitCode] {
    switch unit {
    case .nation: provinces.map { .province($0.code) }
    case .province(let code): communes(of: code).map { .commune($0) }
    case .commune, .establishment: []
    }
  }

  /// The former province of an old code, with its successor, or nil.
  public func formerProvince(_ code: ProvinceCode) -> FormerProvince? {
    formerProvinceIndex[code].map { formerProvinces[$0] }
  }

  /// The communes that took in a former one, the largest share first; empty for an unknown one.
  ///
  /// Old and new codes overlap: a code that exists in both editions need not mean the same area.
  ///
  /// - Parameter code: The five digits of the old commune, or the three digits of a former island district without communes.
  /// - Returns: The communes, of which exactly the first one is the main one.
  public func successors(ofFormerCommune code: some StringProtocol) -> [Successor] {
    successors[String(code)] ?? []
  }

  /// The great-circle distance between the centres of two communes.
  ///
  /// The same on every machine: it uses no mathematics library.
  ///
  /// - Parameters:
  ///   - first: A commune.
  ///   - second: Another one.
  /// - Returns: Kilometres on a sphere of radius 6,371.0088 km, or nil if either is unknown.
  public func distance(from first: CommuneCode, to second: CommuneCode) -> Double? {
    guard let first = communeIndex[first], let second = communeIndex[second] else { return nil }
    return positions[first].distance(to: positions[second])
  }
}
