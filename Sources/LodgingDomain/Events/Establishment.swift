/// The kinds of lodging establishment that owe stay notices.
///
/// Source: Residence Law 68/2020, article 30, as amended by Law 118/2025.
public enum EstablishmentKind: UInt8, CaseIterable, Sendable {
  case hotel = 1
  case guestHouse = 2
  case homestay = 3
  case hospital = 4
  case vehicle = 5
  case privateHost = 6
  case other = 7

  /// The name in files and interfaces.
  public var name: String {
    switch self {
    case .hotel: "hotel"
    case .guestHouse: "guest-house"
    case .homestay: "homestay"
    case .hospital: "hospital"
    case .vehicle: "vehicle"
    case .privateHost: "private-host"
    case .other: "other"
    }
  }

  /// Reads a name; nil for an unknown one.
  public init?(name: some StringProtocol) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }
}

/// What an establishment registers about itself; nothing of it is personal data.
public struct EstablishmentDetails: Hashable, Sendable {
  /// The display name, at most ``nameBytesMax`` bytes.
  public var name: String
  /// The kind of establishment.
  public var kind: EstablishmentKind
  /// The commune it lies in: five digits.
  public var commune: CommuneCode
  /// Whether it lies in a remote area, which doubles the time for foreigners' declarations (Law 47/2014, article 33).
  public var remote: Bool
  /// Rooms to let; 0 where unknown.
  public var rooms: UInt32
  /// Beds to let; 0 where unknown, and then no capacity is judged.
  public var beds: UInt32

  /// The longest name in bytes.
  public static let nameBytesMax = 256

  /// Whether a text can be a name: not empty, not too long, without control characters.
  public static func isName(_ text: String) -> Bool { !text.isEmpty && text.utf8.count <= nameBytesMax && LineText.isFit(text) }

  /// Makes details from their parts.
  public init(name: String, kind: EstablishmentKind, commune: CommuneCode, remote: Bool, rooms: UInt32, beds: UInt32) {
    self.name = name
    self.kind = kind
    self.commune = commune
    self.remote = remote
    self.rooms = rooms
    self.beds = beds
  }
}

/// Whether an establishment may take guests.
public enum EstablishmentStatus: UInt8, Sendable {
  case open = 1
  case closed = 2

  /// The name in files and interfaces.
  public var name: String { self == .open ? "open" : "closed" }

  /// Reads a name, in any case of letters; nil for an unknown one.
  public init?(name: some StringProtocol) {
    switch name.lowercased() {
    case "open": self = .open
    case "closed": self = .closed
    default: return nil
    }
  }
}

/// The five digits of a commune's statistics code.
public struct CommuneCode: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The code as a number, 0...99999.
  public let number: UInt32

  /// Makes a code from its number; nil above 99999.
  public init?(number: UInt32) {
    guard number <= 99_999 else { return nil }
    self.number = number
  }

  /// Reads exactly five digits; nil for anything else.
  ///
  /// Whether the commune exists is the catalogue's to say.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 5, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = UInt32(text)
    else { return nil }
    self.number = number
  }

  /// Orders by number.
  public static func < (left: CommuneCode, right: CommuneCode) -> Bool { left.number < right.number }

  /// Five digits with leading zeros.
  public var description: String {
    let digits = String(number)
    return String(repeating: "0", count: 5 - digits.utf8.count) + digits
  }
}
