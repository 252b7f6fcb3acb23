public import LodgingDomain

/// A resident who does not exist, complete enough for a row of `residents.csv`.
public struct SyntheticResident: Hashable, Sendable {
  /// The place in the population, from 0.
  public let index: Int
  /// The personal number as a number of at most twelve digits; ``number`` has the leading zeros.
  public let numberValue: UInt64
  /// The birth date; of some elderly residents only the year, or year and month.
  public let birthDate: PartialDate
  /// The sex.
  public let sex: Sex
  /// What the register says of the resident.
  public let status: ResidentStatus
  /// The passport's letter and eight digits, packed; nil where the resident has none.
  let passport: UInt64?
  /// The passport's last day; only where there is one.
  public let documentExpiry: CivilDate?
  /// Which words make the name.
  let name: SyntheticName

  /// The personal number, twelve digits.
  public var number: String {
    var bytes: [UInt8] = []
    appendNumber(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The full name, family name first, in Unicode NFC.
  public var fullName: String {
    var bytes: [UInt8] = []
    appendName(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The number of the passport, unique in the population; nil where the resident has none.
  public var documentNumber: String? {
    guard passport != nil else { return nil }
    var bytes: [UInt8] = []
    appendDocumentNumber(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The words of a synthetic name as places in the lists.
struct SyntheticName: Hashable, Sendable {
  var isMale: Bool
  var family: UInt8
  var middle: UInt8
  var given: UInt8
}

extension SyntheticResident {
  /// The first line of `residents.csv`, without its line feed.
  public static let csvHeader = "number,full_name,birth_date,sex,status,document_number,document_expiry"

  /// Appends the resident's line of `residents.csv`, line feed included.
  ///
  /// - Parameter bytes: Where the line goes, as UTF-8. Nothing else is allocated.
  public func appendCSVLine(to bytes: inout [UInt8]) {
    appendNumber(to: &bytes)
    bytes.append(UInt8(ascii: ","))
    appendName(to: &bytes)
    bytes.append(UInt8(ascii: ","))
    Self.append(birthDate.year, birthDate.month, birthDate.day, to: &bytes)
    bytes.append(UInt8(ascii: ","))
    bytes.append(sex == .male ? UInt8(ascii: "M") : UInt8(ascii: "F"))
    bytes.append(UInt8(ascii: ","))
    Self.append(status.csvName, to: &bytes)
    bytes.append(UInt8(ascii: ","))
    appendDocumentNumber(to: &bytes)
    bytes.append(UInt8(ascii: ","))
    if let documentExpiry { Self.append(documentExpiry.year, documentExpiry.month, documentExpiry.day, to: &bytes) }
    bytes.append(UInt8(ascii: "\n"))
  }

  private func appendNumber(to bytes: inout [UInt8]) {
    Self.append(digits: 12, of: numberValue, to: &bytes)
  }

  private func appendName(to bytes: inout [UInt8]) {
    NameTable.families[Int(name.family)].append(to: &bytes)
    bytes.append(UInt8(ascii: " "))
    (name.isMale ? NameTable.maleMiddles : NameTable.femaleMiddles)[Int(name.middle)].append(to: &bytes)
    bytes.append(UInt8(ascii: " "))
    (name.isMale ? NameTable.maleGivens : NameTable.femaleGivens)[Int(name.given)].append(to: &bytes)
  }

  private func appendDocumentNumber(to bytes: inout [UInt8]) {
    guard let passport else { return }
    bytes.append(UInt8(ascii: "P") + UInt8(truncatingIfNeeded: passport / 100_000_000))
    Self.append(digits: 8, of: passport % 100_000_000, to: &bytes)
  }

  private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  private static func append(_ year: Int, _ month: Int?, _ day: Int?, to bytes: inout [UInt8]) {
    append(digits: 4, of: UInt64(year), to: &bytes)
    guard let month else { return }
    bytes.append(UInt8(ascii: "-"))
    append(digits: 2, of: UInt64(month), to: &bytes)
    guard let day else { return }
    bytes.append(UInt8(ascii: "-"))
    append(digits: 2, of: UInt64(day), to: &bytes)
  }

  private static func append(digits count: Int, of value: UInt64, to bytes: inout [UInt8]) {
    let start = bytes.count
    for _ in 0..<count { bytes.append(UInt8(ascii: "0")) }
    var rest = value
    for place in stride(from: start + count - 1, through: start, by: -1) {
      bytes[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}

extension ResidentStatus {
  fileprivate var csvName: StaticString {
    switch self {
    case .alive: "alive"
    case .deceased: "deceased"
    case .revoked: "revoked"
    case .lost: "lost"
    }
  }
}

/// The lists of names as bytes, made once.
private enum NameTable {
  struct Word: Sendable {
    let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    func append(to target: inout [UInt8]) { target.append(contentsOf: bytes) }
  }

  static let families = NameLists.families.map { Word($0.0) }
  static let maleMiddles = NameLists.maleMiddles.map(Word.init)
  static let femaleMiddles = NameLists.femaleMiddles.map(Word.init)
  static let maleGivens = NameLists.maleGivens.map(Word.init)
  static let femaleGivens = NameLists.femaleGivens.map(Word.init)
}
