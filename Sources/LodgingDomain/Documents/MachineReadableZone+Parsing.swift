extension MachineReadableZone {
  /// Reads a zone.
  ///
  /// Two-digit years are completed by the reference day: a birth lies on or before it, and an expiry lies between the year ten years
  /// before it and the year 89 years after it.
  ///
  /// - Parameters:
  ///   - text: Two or three lines, or all in one; spaces around lines are ignored and lower case is taken as upper case.
  ///   - reference: The day on which the document was shown.
  /// - Throws: `MachineReadableZoneError` for what is no zone at all.
  public init(parsing text: some StringProtocol, reference: CivilDate) throws(MachineReadableZoneError) {
    var copy = String(text)
    let result: Result<MachineReadableZone, MachineReadableZoneError> = copy.withUTF8 { bytes in
      Result { () throws(MachineReadableZoneError) in
        try MachineReadableZone(utf8: UnsafeRawBufferPointer(bytes), reference: reference)
      }
    }
    self = try result.get()
  }

  /// Reads a zone from the bytes of a record, in the same way and without a string in between.
  ///
  /// - Parameters:
  ///   - utf8: Two or three lines, or all in one; spaces around lines are ignored and lower case is taken as upper case.
  ///   - reference: The day on which the document was shown.
  /// - Throws: `MachineReadableZoneError` for what is no zone at all.
  public init(utf8: UnsafeRawBufferPointer, reference: CivilDate) throws(MachineReadableZoneError) {
    let lines = try MachineReadableLines(utf8: utf8)
    var reader = MachineReadableReader(lines: lines, reference: reference)
    self = reader.read()
  }
}

/// Takes the fields out of the lines of one zone.
private struct MachineReadableReader {
  private let lines: MachineReadableLines
  private let reference: CivilDate
  private var failed: Set<MachineReadableZone.Check> = []
  private var unreadable: Set<MachineReadableZone.Field> = []

  private static let filler = MachineReadableZone.filler

  init(lines: MachineReadableLines, reference: CivilDate) {
    self.lines = lines
    self.reference = reference
  }

  mutating func read() -> MachineReadableZone {
    let places = Places(lines.format)
    let code = text(lines.field(1, 1, 2))
    let issuer = text(lines.field(1, 3, 5))
    let number = documentNumber(places)
    let nationality = text(places.nationality(lines))
    let birth = birthDate(places.birth(lines), check: places.birthCheck(lines))
    let sex = sex(places.sex(lines))
    let expiry = expiryDate(places.expiry(lines), check: places.expiryCheck(lines))
    let name = name(places.name(lines))
    let second = lines.format == .td1 ? text(lines.field(2, 19, 29)) : ""
    let personal = personalNumber(issuer: issuer, number: number.bytes, optional: places.optional(lines))
    checkOptionalData()
    require(MachineReadableZone.fits(places.compositeCheck(lines), places.composite(lines)), .composite)
    if code.isEmpty { unreadable.insert(.documentCode) }
    if issuer.isEmpty { unreadable.insert(.issuer) }
    if nationality.isEmpty { unreadable.insert(.nationality) }

    return MachineReadableZone(
      format: lines.format, documentCode: code, issuer: issuer, documentNumber: String(decoding: number.bytes, as: UTF8.self),
      nationalityCode: nationality, birthDate: birth, sex: sex, expiryDate: expiry, primaryName: name.primary,
      secondaryName: name.secondary,
      mayBeTruncated: name.mayBeTruncated, optionalData: text(number.rest), secondOptionalData: second, personalNumber: personal,
      failedChecks: failed.sorted { $0.rawValue < $1.rawValue }, unreadableFields: unreadable.sorted { $0.rawValue < $1.rawValue })
  }

  private mutating func require(_ condition: Bool, _ check: MachineReadableZone.Check) {
    if !condition { failed.insert(check) }
  }

  /// A field as text, trailing fillers left out and the others kept.
  private func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(decoding: trimmed(bytes), as: UTF8.self)
  }

  private func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let last = bytes.lastIndex(where: { $0 != Self.filler }) else { return bytes.prefix(0) }
    return bytes[bytes.startIndex...last]
  }
}

extension MachineReadableReader {
  /// The document number and what it leaves of the optional data.
  ///
  /// On cards, a number of more than nine characters has a filler for its check digit and goes on in the optional data, where the check
  /// digit follows it.
  private mutating func documentNumber(_ places: Places) -> (bytes: ArraySlice<UInt8>, rest: ArraySlice<UInt8>) {
    let principal = places.number(lines)
    let check = places.numberCheck(lines)
    let optional = places.optional(lines)
    let continuation = optional.prefix { $0 != Self.filler }
    if lines.format != .td3, check == Self.filler, principal.last != Self.filler, continuation.count >= 2 {
      let number = principal + continuation.dropLast()
      require(continuation.last == MachineReadableZone.checkDigit(of: number), .documentNumber)
      return (number, optional.dropFirst(continuation.count + 1))
    }
    require(check == MachineReadableZone.checkDigit(of: principal), .documentNumber)
    let number = trimmed(principal)
    if number.isEmpty { unreadable.insert(.documentNumber) }
    return (number, optional)
  }

  /// A passport's optional data has a check digit of its own.
  private mutating func checkOptionalData() {
    guard lines.format == .td3 else { return }
    require(MachineReadableZone.fits(lines.byte(2, 43), lines.field(2, 29, 42)), .optionalData)
  }

  /// The personal identification number on Vietnamese documents.
  ///
  /// A card holds its last nine digits as the document number and all twelve in the optional data, whose last position is their check
  /// digit.
  private mutating func personalNumber(issuer: String, number: ArraySlice<UInt8>, optional: ArraySlice<UInt8>) -> PersonalNumber? {
    guard issuer == "VNM" else { return nil }
    let digits = optional.prefix(PersonalNumber.length)
    guard let personal = try? PersonalNumber(String(decoding: digits, as: UTF8.self)) else { return nil }
    let tail = optional.dropFirst(PersonalNumber.length)
    guard lines.format == .td1 else { return tail.allSatisfy { $0 == Self.filler } ? personal : nil }
    let check = optional.last ?? Self.filler
    require(check == Self.filler || check == MachineReadableZone.checkDigit(of: optional.dropLast()), .personalNumber)
    require(digits.suffix(9).elementsEqual(number), .personalNumber)
    return personal
  }

  private mutating func sex(_ byte: UInt8) -> Sex? {
    switch byte {
    case UInt8(ascii: "M"): return .male
    case UInt8(ascii: "F"): return .female
    case Self.filler, UInt8(ascii: "X"): return nil
    default:
      unreadable.insert(.sex)
      return nil
    }
  }

  private mutating func name(_ field: ArraySlice<UInt8>) -> (primary: String, secondary: String, mayBeTruncated: Bool) {
    if field.contains(where: { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) { unreadable.insert(.name) }
    let separator = field.indices.dropLast().first { field[$0] == Self.filler && field[$0 + 1] == Self.filler }
    let primary = words(field[..<(separator ?? field.endIndex)])
    let secondary = words(field[(separator ?? field.endIndex)...])
    if primary.isEmpty { unreadable.insert(.name) }
    return (primary, secondary, field.last != Self.filler)
  }

  private func words(_ bytes: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count)
    var needsSpace = false
    for byte in bytes {
      if byte == Self.filler {
        needsSpace = !text.isEmpty
      } else {
        if needsSpace { text.append(UInt8(ascii: " ")) }
        needsSpace = false
        text.append(byte)
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension MachineReadableReader {
  private mutating func birthDate(_ field: ArraySlice<UInt8>, check: UInt8) -> PartialDate? {
    require(MachineReadableZone.fits(check, field), .birthDate)
    guard let parts = dateParts(field) else {
      unreadable.insert(.birthDate)
      return nil
    }
    guard let shortYear = parts.year else { return nil }
    // The latest century in which the date exists and does not lie after the reference day.
    let century = reference.year / 100 * 100
    for year in [century + shortYear, century - 100 + shortYear] where year >= 1 {
      if let date = try? PartialDate(year: year, month: parts.month, day: parts.day), date.earliest <= reference { return date }
    }
    unreadable.insert(.birthDate)
    return nil
  }

  private mutating func expiryDate(_ field: ArraySlice<UInt8>, check: UInt8) -> CivilDate? {
    require(MachineReadableZone.fits(check, field), .expiryDate)
    if field.allSatisfy({ $0 == Self.filler }) { return nil }
    if let parts = dateParts(field), let shortYear = parts.year, let month = parts.month, let day = parts.day {
      let first = reference.year - 10
      let year = first + (shortYear - first % 100 + 100) % 100
      if let date = try? CivilDate(year: year, month: month, day: day) { return date }
    }
    unreadable.insert(.expiryDate)
    return nil
  }

  /// Year, month and day of `yyMMdd`; fillers stand for what is unknown, which may be the day, day and month, or all.
  private func dateParts(_ field: ArraySlice<UInt8>) -> (year: Int?, month: Int?, day: Int?)? {
    guard let parts = try? (year: pair(field, 0), month: pair(field, 2), day: pair(field, 4)) else { return nil }
    guard parts.day == nil || parts.month != nil, parts.month == nil || parts.year != nil else { return nil }
    return parts
  }

  /// Two digits of a field, or nil for two fillers.
  private func pair(_ field: ArraySlice<UInt8>, _ offset: Int) throws(CalendarError) -> Int? {
    let (first, second) = (field[field.startIndex + offset], field[field.startIndex + offset + 1])
    if first == Self.filler, second == Self.filler { return nil }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard digits.contains(first), digits.contains(second) else { throw .malformed }
    return Int(first - digits.lowerBound) * 10 + Int(second - digits.lowerBound)
  }
}

/// Where the fields of a format stand; lines and positions are counted from 1 as the standard does.
private struct Places {
  private let format: MachineReadableZone.Format

  init(_ format: MachineReadableZone.Format) {
    self.format = format
  }

  func number(_ lines: MachineReadableLines) -> ArraySlice<UInt8> {
    format == .td1 ? lines.field(1, 6, 14) : lines.field(2, 1, 9)
  }

  func numberCheck(_ lines: MachineReadableLines) -> UInt8 {
    format == .td1 ? lines.byte(1, 15) : lines.byte(2, 10)
  }

  func nationality(_ lines: MachineReadableLines) -> ArraySlice<UInt8> {
    format == .td1 ? lines.field(2, 16, 18) : lines.field(2, 11, 13)
  }

  func birth(_ lines: MachineReadableLines) -> ArraySlice<UInt8> {
    format == .td1 ? lines.field(2, 1, 6) : lines.field(2, 14, 19)
  }

  func birthCheck(_ lines: MachineReadableLines) -> UInt8 {
    format == .td1 ? lines.byte(2, 7) : lines.byte(2, 20)
  }

  func sex(_ lines: MachineReadableLines) -> UInt8 {
    format == .td1 ? lines.byte(2, 8) : lines.byte(2, 21)
  }

  func expiry(_ lines: MachineReadableLines) -> ArraySlice<UInt8> {
    format == .td1 ? lines.field(2, 9, 14) : lines.field(2, 22, 27)
  }

  func expiryCheck(_ lines: MachineReadableLines) -> UInt8 {
    format == .td1 ? lines.byte(2, 15) : lines.byte(2, 28)
  }

  func optional(_ lines: MachineReadableLines) -> ArraySlice<UInt8> {
    switch format {
    case .td1: lines.field(1, 16, 30)
    case .td2: lines.field(2, 29, 35)
    case .td3: lines.field(2, 29, 42)
    }
  }

  func name(_ lines: MachineReadableLines) -> ArraySlice<UInt8> {
    format == .td1 ? lines.field(3, 1, 30) : lines.field(1, 6, format.lineLength)
  }

  func composite(_ lines: MachineReadableLines) -> [UInt8] {
    switch format {
    case .td1: Array(lines.field(1, 6, 30) + lines.field(2, 1, 7) + lines.field(2, 9, 15) + lines.field(2, 19, 29))
    case .td2: Array(lines.field(2, 1, 10) + lines.field(2, 14, 20) + lines.field(2, 22, 35))
    case .td3: Array(lines.field(2, 1, 10) + lines.field(2, 14, 20) + lines.field(2, 22, 43))
    }
  }

  func compositeCheck(_ lines: MachineReadableLines) -> UInt8 {
    format == .td1 ? lines.byte(2, 30) : lines.byte(2, format.lineLength)
  }
}
