extension UnitCatalogue {
  /// Reads a catalogue file: UTF-8, one record a line, fields separated by commas, no quotes.
  ///
  /// ```
  /// edition,1,2025-07-01
  /// province,01,Thành phố Hà Nội,21.0001,105.698
  /// commune,00004,01,Phường Ba Đình,Phường,21.0386,105.838,2.97
  /// former-province,01,Thành phố Hà Nội,01
  /// former-commune,00001,00097,1
  /// ```
  ///
  /// A carriage return before the line feed is ignored. `edition` (number, day in force) comes first; each record comes after those it
  /// refers to; provinces and communes are sorted by code. A former commune that was divided has several lines, of which exactly one ends
  /// in 1, the largest share; the area of a commune may be empty.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: `UnitCatalogueError` with the first line that is wrong; there is no half-read catalogue.
  public init(parsing bytes: [UInt8]) throws(UnitCatalogueError) {
    var reader = UnitCatalogueReader()
    var line = 0
    for terminated in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let record = terminated.last == UInt8(ascii: "\r") ? terminated.dropLast() : terminated
      guard !record.isEmpty else { continue }
      let fields = record.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
      do throws(UnitCatalogueError.Reason) {
        try reader.read(fields)
      } catch {
        throw UnitCatalogueError(line: line, reason: error)
      }
    }
    do throws(UnitCatalogueError.Reason) {
      self = try reader.finish()
    } catch {
      throw UnitCatalogueError(line: line, reason: error)
    }
  }
}

/// Why a catalogue file was refused, and where.
public struct UnitCatalogueError: Error, Hashable, Sendable {
  /// The line, counted from 1; the last one for what is missing in the whole.
  public let line: Int
  /// What is wrong.
  public let reason: Reason

  /// Makes an error from its parts.
  public init(line: Int, reason: Reason) {
    self.line = line
    self.reason = reason
  }

  /// What can be wrong with a catalogue file.
  public enum Reason: Error, Hashable, Sendable {
    /// The first record is not the edition, or there is another edition.
    case edition
    /// The line begins with an unknown word.
    case recordKind
    /// The record has too few or too many fields.
    case fieldCount
    /// A code, date, number or name cannot be read or is out of range.
    case field
    /// The record's code is not greater than the one before, or a former unit is told twice.
    case order
    /// The record refers to a unit that was not told before.
    case unknownUnit
    /// A former commune has no successor with the largest share, or more than one.
    case mainShare
    /// There are no provinces or no communes.
    case empty
  }
}

/// Collects the records of a catalogue file.
private struct UnitCatalogueReader {
  private var edition: UnitCatalogue.Edition?
  private var provinces: [UnitCatalogue.Province] = []
  private var communes: [UnitCatalogue.Commune] = []
  private var formerProvinces: [UnitCatalogue.FormerProvince] = []
  private var successors: [String: [UnitCatalogue.Successor]] = [:]
  private var provinceCodes: Set<ProvinceCode> = []
  private var communeCodes: Set<CommuneCode> = []

  mutating func read(_ fields: [String]) throws(UnitCatalogueError.Reason) {
    guard (edition == nil) == (fields[0] == "edition") else { throw .edition }
    switch fields[0] {
    case "edition": try readEdition(fields)
    case "province": try readProvince(fields)
    case "commune": try readCommune(fields)
    case "former-province": try readFormerProvince(fields)
    case "former-commune": try readFormerCommune(fields)
    default: throw .recordKind
    }
  }

  private mutating func readEdition(_ fields: [String]) throws(UnitCatalogueError.Reason) {
    guard fields.count == 3 else { throw .fieldCount }
    guard let number = Int(fields[1]), number > 0, let inForce = try? CivilDate(parsing: fields[2]) else { throw .field }
    edition = UnitCatalogue.Edition(number: number, inForce: inForce)
  }

  private mutating func readProvince(_ fields: [String]) throws(UnitCatalogueError.Reason) {
    guard fields.count == 5 else { throw .fieldCount }
    guard let code = ProvinceCode(fields[1]), !fields[2].isEmpty else { throw .field }
    if let last = provinces.last, last.code >= code { throw .order }
    provinces.append(
      UnitCatalogue.Province(
        code: code, name: fields[2], latitude: try number(fields[3], in: -90...90), longitude: try number(fields[4], in: -180...180)))
    provinceCodes.insert(code)
  }

  private mutating func readCommune(_ fields: [String]) throws(UnitCatalogueError.Reason) {
    guard fields.count == 8 else { throw .fieldCount }
    guard let code = CommuneCode(fields[1]), let province = ProvinceCode(fields[2]), !fields[3].isEmpty, !fields[4].isEmpty else {
      throw .field
    }
    guard provinceCodes.contains(province) else { throw .unknownUnit }
    if let last = communes.last, last.code >= code { throw .order }
    communes.append(
      UnitCatalogue.Commune(
        code: code, province: province, name: fields[3], kind: fields[4], latitude: try number(fields[5], in: -90...90),
        longitude: try number(fields[6], in: -180...180), area: fields[7].isEmpty ? nil : try number(fields[7], in: 0...1_000_000)))
    communeCodes.insert(code)
  }

  private mutating func readFormerProvince(_ fields: [String]) throws(UnitCatalogueError.Reason) {
    guard fields.count == 4 else { throw .fieldCount }
    guard let code = ProvinceCode(fields[1]), !fields[2].isEmpty, let successor = ProvinceCode(fields[3]) else { throw .field }
    guard provinceCodes.contains(successor) else { throw .unknownUnit }
    if let last = formerProvinces.last, last.code >= code { throw .order }
    formerProvinces.append(UnitCatalogue.FormerProvince(code: code, name: fields[2], successor: successor))
  }

  private mutating func readFormerCommune(_ fields: [String]) throws(UnitCatalogueError.Reason) {
    guard fields.count == 4 else { throw .fieldCount }
    let former = fields[1]
    guard Self.isFormerCode(former), let code = CommuneCode(fields[2]), fields[3] == "0" || fields[3] == "1" else { throw .field }
    guard communeCodes.contains(code) else { throw .unknownUnit }
    let known = successors[former] ?? []
    guard !known.contains(where: { $0.code == code }) else { throw .order }
    let successor = UnitCatalogue.Successor(code: code, isMain: fields[3] == "1")
    successors[former] = successor.isMain ? [successor] + known : known + [successor]
  }

  private static func isFormerCode(_ text: String) -> Bool {
    [3, 5].contains(text.utf8.count) && text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
  }

  private func number(_ text: String, in range: ClosedRange<Double>) throws(UnitCatalogueError.Reason) -> Double {
    guard let value = Double(text), range.contains(value) else { throw .field }
    return value
  }

  func finish() throws(UnitCatalogueError.Reason) -> UnitCatalogue {
    guard let edition else { throw .edition }
    guard !provinces.isEmpty, !communes.isEmpty else { throw .empty }
    for shares in successors.values where shares.count(where: \.isMain) != 1 { throw .mainShare }
    return UnitCatalogue(
      edition: edition, provinces: provinces, communes: communes, formerProvinces: formerProvinces, successors: successors)
  }
}
