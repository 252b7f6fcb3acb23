/// A nationality by its ISO 3166-1 alpha-3 code, or by a special code of ICAO 9303 part 3 for persons without one.
///
/// Two bytes. Travel documents write Germany as `D`; it is read as `DEU` and written back as `D` by ``icaoCode``, so that it is one
/// nationality.
public struct Nationality: Hashable, Sendable {
  /// Three letters in five bits each.
  private let packed: UInt16

  /// Viet Nam.
  public static let vietnam = Nationality(packed: pack(UInt8(ascii: "V"), UInt8(ascii: "N"), UInt8(ascii: "M")))
  /// Germany, the country whose ICAO code is not its ISO code.
  public static let germany = Nationality(packed: pack(UInt8(ascii: "D"), UInt8(ascii: "E"), UInt8(ascii: "U")))

  /// Reads a code: ISO 3166-1 alpha-3, a special code of ICAO 9303, or `D` for Germany, with or without trailing `<`.
  ///
  /// Lower case is taken too.
  ///
  /// - Parameter code: One or three letters.
  /// - Throws: `NationalityError`.
  public init(_ code: some StringProtocol) throws(NationalityError) {
    let code = String(code)
    var letters: (UInt8, UInt8, UInt8) = (0, 0, 0)
    var count = 0
    for byte in code.utf8 {
      let letter = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte - 32 : byte
      if letter == UInt8(ascii: "<"), count > 0, code.utf8.count == 3 { continue }
      guard letter >= UInt8(ascii: "A"), letter <= UInt8(ascii: "Z"), count < 3 else { throw .malformed }
      letters = (letters.1, letters.2, letter)
      count += 1
    }
    switch count {
    case 1 where letters.2 == UInt8(ascii: "D"): self = .germany
    case 3:
      let packed = Self.pack(letters.0, letters.1, letters.2)
      guard Self.isKnown(packed) else { throw .unknown }
      self.init(packed: packed)
    default: throw .malformed
    }
  }

  /// Reads a code from the bytes of a record, in the same way and without a string in between.
  ///
  /// - Parameter bytes: One or three letters.
  /// - Throws: `NationalityError`.
  public init(utf8 bytes: UnsafeRawBufferPointer) throws(NationalityError) {
    let isPlain = bytes.count == 3 && bytes.allSatisfy { $0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z") }
    guard isPlain else {
      self = try Nationality(String(decoding: bytes, as: UTF8.self))
      return
    }
    let packed = Self.pack(bytes[0], bytes[1], bytes[2])
    guard Self.isKnown(packed) else { throw .unknown }
    self.init(packed: packed)
  }

  fileprivate init(packed: UInt16) {
    self.packed = packed
  }

  /// The three letters, for example `VNM` or `DEU`.
  public var code: String { withUnsafeBytes(of: letters) { String(decoding: $0, as: UTF8.self) } }

  /// The bytes of ``code``.
  package var letters: InlineArray<3, UInt8> {
    func letter(_ shift: UInt16) -> UInt8 { UInt8(truncatingIfNeeded: packed >> shift & 31) + 64 }
    return [letter(10), letter(5), letter(0)]
  }

  /// The code that travel documents write: `D` for Germany, ``code`` for all others.
  public var icaoCode: String { self == .germany ? "D" : code }

  /// Whether the guest is a citizen of Viet Nam.
  public var isVietnamese: Bool { self == .vietnam }

  /// The kind of guest that a nationality makes.
  public var guestKind: GuestKind { isVietnamese ? .citizen : .foreigner }

  private static func pack(_ first: UInt8, _ second: UInt8, _ third: UInt8) -> UInt16 {
    UInt16(first & 31) << 10 | UInt16(second & 31) << 5 | UInt16(third & 31)
  }
}

extension Nationality: CustomStringConvertible {
  /// The three letters.
  public var description: String { code }
}

/// Why a text is no nationality.
public enum NationalityError: Error, Hashable, Sendable {
  /// It is not one or three letters.
  case malformed
  /// It has the form of a code, but there is no such code.
  case unknown
}

extension Nationality {
  /// One bit for each combination of three letters.
  private static let known: [UInt64] = {
    var bits = [UInt64](repeating: 0, count: 512)
    for code in codes(in: countries).union(special) { bits[Int(code >> 6)] |= 1 << UInt64(code & 63) }
    return bits
  }()

  /// All nationalities that are known, in the order of their codes.
  public static var all: [Nationality] {
    codes(in: countries).union(special).sorted().map(Nationality.init(packed:))
  }

  private static func isKnown(_ packed: UInt16) -> Bool {
    known[Int(packed >> 6)] >> UInt64(packed & 63) & 1 == 1
  }

  private static let special = codes(in: specialCodes)

  private static func codes(in list: String) -> Set<UInt16> {
    Set(
      list.utf8.split(separator: UInt8(ascii: " ")).map {
        pack($0[$0.startIndex], $0[$0.index(after: $0.startIndex)], $0[$0.index($0.startIndex, offsetBy: 2)])
      })
  }

  /// ISO 3166-1 alpha-3, and RKS as passports of Kosovo write it.
  private static let countries = """
    ABW AFG AGO AIA ALA ALB AND ARE ARG ARM ASM ATA ATF ATG AUS AUT AZE BDI BEL BEN BES BFA BGD BGR BHR BHS BIH BLM BLR BLZ BMU BOL BRA BRB BRN \
    BTN BVT BWA CAF CAN CCK CHE CHL CHN CIV CMR COD COG COK COL COM CPV CRI CUB CUW CXR CYM CYP CZE DEU DJI DMA DNK DOM DZA ECU EGY ERI ESH ESP \
    EST ETH FIN FJI FLK FRA FRO FSM GAB GBR GEO GGY GHA GIB GIN GLP GMB GNB GNQ GRC GRD GRL GTM GUF GUM GUY HKG HMD HND HRV HTI HUN IDN IMN IND \
    IOT IRL IRN IRQ ISL ISR ITA JAM JEY JOR JPN KAZ KEN KGZ KHM KIR KNA KOR KWT LAO LBN LBR LBY LCA LIE LKA LSO LTU LUX LVA MAC MAF MAR MCO MDA \
    MDG MDV MEX MHL MKD MLI MLT MMR MNE MNG MNP MOZ MRT MSR MTQ MUS MWI MYS MYT NAM NCL NER NFK NGA NIC NIU NLD NOR NPL NRU NZL OMN PAK PAN PCN \
    PER PHL PLW PNG POL PRI PRK PRT PRY PSE PYF QAT REU RKS ROU RUS RWA SAU SDN SEN SGP SGS SHN SJM SLB SLE SLV SMR SOM SPM SRB SSD STP SUR SVK \
    SVN SWE SWZ SXM SYC SYR TCA TCD TGO THA TJK TKL TKM TLS TON TTO TUN TUR TUV TWN TZA UGA UKR UMI URY USA UZB VAT VCT VEN VGB VIR VNM VUT WLF \
    WSM YEM ZAF ZMB ZWE
    """

  /// ICAO 9303 part 3, section 5: British documents of other status, United Nations, organisations, and persons without a defined
  /// nationality.
  private static let specialCodes = """
    GBD GBN GBO GBP GBS UNA UNK UNO EUE XBA XCC XCE XCO XDC XEC XES XIM XMP XOM XPO XXA XXB XXC XXX
    """
}
