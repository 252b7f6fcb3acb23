public import LodgingDomain

/// An establishment that does not exist, complete enough for a row of `establishments.csv`.
public struct SyntheticEstablishment: Hashable, Sendable {
  /// The place in the country, from 0.
  public let index: Int
  /// The identifier: the province and a number within it, for example `01-000123`; at most 15 bytes.
  public let id: EstablishmentID
  /// What it registers about itself; the name is its kind and number, nobody's name.
  public let details: EstablishmentDetails
  /// Whether it still takes guests on the evening; a few closed the same afternoon.
  public let status: EstablishmentStatus
}

extension SyntheticEstablishment {
  /// The first line of `establishments.csv`, without its line feed.
  public static let csvHeader = "id,name,kind,commune,remote,rooms,beds,status"

  /// Appends the establishment's line of `establishments.csv`, line feed included, as UTF-8.
  public func appendCSVLine(to bytes: inout [UInt8]) {
    let line =
      "\(id),\(details.name),\(details.kind.name),\(details.commune),\(details.remote),\(details.rooms),\(details.beds),\(status.name)\n"
    bytes.append(contentsOf: line.utf8)
  }
}

/// The identifiers of synthetic establishments.
enum EstablishmentNaming {
  /// The identifier of a number within a province.
  static func id(province: UInt8, number: Int) -> EstablishmentID? {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 9) { text in
      text[0] = UInt8(ascii: "0") + province / 10 % 10
      text[1] = UInt8(ascii: "0") + province % 10
      text[2] = UInt8(ascii: "-")
      var rest = number
      for place in stride(from: 8, through: 3, by: -1) {
        text[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      }
      return try? EstablishmentID(utf8: UnsafeRawBufferPointer(text))
    }
  }

  /// What establishments of a kind are called, before their number.
  static func word(for kind: EstablishmentKind) -> String {
    switch kind {
    case .hotel: "Khách sạn"
    case .guestHouse: "Nhà nghỉ"
    case .homestay: "Homestay"
    case .hospital: "Bệnh viện"
    case .vehicle: "Xe giường nằm"
    case .privateHost: "Nhà dân"
    case .other: "Cơ sở lưu trú"
    }
  }
}
