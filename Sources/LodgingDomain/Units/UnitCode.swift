/// The two digits of a province's statistics code.
public struct ProvinceCode: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The code as a number, 0 to 99.
  public let number: UInt8

  /// Takes a number; nil above 99.
  public init?(number: UInt8) {
    guard number <= 99 else { return nil }
    self.number = number
  }

  /// Reads exactly two digits; nil for anything else.
  ///
  /// Whether the province exists is the catalogue's to say.
  public init?(_ text: some StringProtocol) {
    var scanner = CalendarScanner(text)
    guard let number = try? scanner.number(digits: 2), scanner.isAtEnd else { return nil }
    self.number = UInt8(number)
  }

  /// Orders by number.
  public static func < (left: ProvinceCode, right: ProvinceCode) -> Bool { left.number < right.number }

  /// Two digits with a leading zero.
  public var description: String {
    var text = ""
    text.appendDigits(Int(number), width: 2)
    return text
  }
}

/// A unit of the hierarchy that occupancy and alerts are reported by.
public enum UnitCode: Hashable, Sendable {
  /// The whole country, written `VN`.
  case nation
  /// A province or centrally run city, written as two digits.
  case province(ProvinceCode)
  /// A commune, ward or special zone, written as five digits.
  case commune(CommuneCode)
  /// One establishment, written `e:` and its identifier.
  case establishment(EstablishmentID)

  /// The levels, from the widest to the narrowest; raw values are part of stored data.
  public enum Level: UInt8, Hashable, Comparable, Sendable, CaseIterable {
    /// The whole country.
    case nation = 0
    /// Provinces.
    case province = 1
    /// Communes.
    case commune = 2
    /// Establishments.
    case establishment = 3

    /// Orders from wide to narrow.
    public static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
  }

  /// Reads a code.
  ///
  /// - Parameter text: `VN`, two digits, five digits, or `e:` and an establishment's identifier.
  /// - Throws: `UnitCodeError`.
  public init(_ text: some StringProtocol) throws(UnitCodeError) {
    if text == "VN" {
      self = .nation
    } else if text.utf8.starts(with: "e:".utf8) {
      guard let establishment = try? EstablishmentID(text.dropFirst(2)) else { throw .malformed }
      self = .establishment(establishment)
    } else if let province = ProvinceCode(text) {
      self = .province(province)
    } else if let commune = CommuneCode(text) {
      self = .commune(commune)
    } else {
      throw .malformed
    }
  }

  /// The level of the unit.
  public var level: Level {
    switch self {
    case .nation: .nation
    case .province: .province
    case .commune: .commune
    case .establishment: .establishment
    }
  }
}

extension UnitCode: CustomStringConvertible {
  /// The code as it is written in files and interfaces.
  public var description: String {
    switch self {
    case .nation: "VN"
    case .province(let code): code.description
    case .commune(let code): code.description
    case .establishment(let id): "e:\(id)"
    }
  }
}

extension UnitCode: Comparable {
  /// Orders by level, then by code.
  public static func < (left: UnitCode, right: UnitCode) -> Bool {
    switch (left, right) {
    case (.province(let left), .province(let right)): left < right
    case (.commune(let left), .commune(let right)): left < right
    case (.establishment(let left), .establishment(let right)): left < right
    default: left.level < right.level
    }
  }
}

/// Why a text is no unit code.
public enum UnitCodeError: Error, Hashable, Sendable {
  /// It has none of the four forms.
  case malformed
}
