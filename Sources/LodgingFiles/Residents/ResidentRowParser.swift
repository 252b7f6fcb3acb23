import LodgingDomain
import LodgingWire

/// Turns the fields of a row into a resident, or says which of them prevent it.
struct ResidentRowParser {
  /// What is wrong with the last row.
  private(set) var problems: [Problem] = []

  /// A column with what is wrong with it.
  struct Problem {
    var column: ResidentColumn
    var code: Code
    var hint: DraftProblem.Hint
  }

  /// Calls `body` with the resident of a row, or with nil where ``problems`` says why there is none.
  mutating func withParsed(_ row: borrowing CSVFieldRow, _ body: (borrowing ResidentRow?) throws -> Void) throws {
    problems.removeAll(keepingCapacity: true)
    let number = number(row)
    let birthDate = required(row, .birthDate, ResidentText.partialDate)
    let sex = required(row, .sex, ResidentText.sex)
    let status = required(row, .status, ResidentText.status)
    let document = document(row)
    checkExpiry(row)
    let columns = ResidentColumn.allCases.count
    if row.count > columns { note(.documentExpiry, .fieldInvalid, .columns(found: row.count, expected: columns)) }
    // A document that bears the personal number is no other one.
    let other = document.flatMap { $0.text == number?.digits ? nil : $0 }
    let rest = Rest(number: number, birthDate: birthDate, sex: sex, status: status, document: other)
    let name = row[ResidentColumn.fullName.rawValue]
    guard LodgingWire.Normalization.isQuick(name) else {
      let composed = Array(LodgingWire.Normalization.nfc(String(decoding: name, as: UTF8.self)).utf8)
      return try composed.withUnsafeBytes { try finish(rest, name: $0, body) }
    }
    try finish(rest, name: name, body)
  }

  private mutating func note(_ column: ResidentColumn, _ code: Code, _ hint: DraftProblem.Hint? = nil) {
    problems.append(Problem(column: column, code: code, hint: code == .fieldMissing ? .missing : hint ?? column.hint))
  }

  /// What a row says beside the name, as far as it can be read.
  private struct Rest {
    var number: PersonalNumber?
    var birthDate: PartialDate?
    var sex: Sex?
    var status: ResidentStatus?
    var document: PassportNumber?
  }

  private mutating func finish(
    _ rest: Rest, name: UnsafeRawBufferPointer, _ body: (borrowing ResidentRow?) throws -> Void
  ) throws {
    let hasLetter = name.contains { $0 >= 0x80 || ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z")) }
    if !hasLetter || name.count > GuestName.bytesMax { note(.fullName, name.isEmpty ? .fieldMissing : .fieldInvalid) }
    guard problems.isEmpty, let number = rest.number, let birthDate = rest.birthDate, let sex = rest.sex, let status = rest.status else {
      problems.sort { $0.column.rawValue < $1.column.rawValue }
      return try body(nil)
    }
    try body(
      ResidentRow(
        fullName: name,
        details: ResidentDetails(number: number, birthDate: birthDate, sex: sex, status: status, documentNumber: rest.document)))
  }

  private mutating func number(_ row: borrowing CSVFieldRow) -> PersonalNumber? {
    let field = row[ResidentColumn.number.rawValue]
    guard !field.isEmpty else {
      note(.number, .fieldMissing)
      return nil
    }
    let number = ResidentText.number(field)
    if number == nil { note(.number, .documentNumberMalformed) }
    return number
  }

  private mutating func required<Value>(
    _ row: borrowing CSVFieldRow, _ column: ResidentColumn, _ read: (UnsafeRawBufferPointer) -> Value?
  ) -> Value? {
    let field = row[column.rawValue]
    guard !field.isEmpty else {
      note(column, .fieldMissing)
      return nil
    }
    let value = read(field)
    if value == nil { note(column, .fieldInvalid) }
    return value
  }

  private mutating func document(_ row: borrowing CSVFieldRow) -> PassportNumber? {
    let field = row[ResidentColumn.documentNumber.rawValue]
    guard !field.isEmpty else { return nil }
    let number = field.count > 64 ? nil : try? PassportNumber(String(decoding: field, as: UTF8.self))
    if number == nil { note(.documentNumber, .documentNumberMalformed) }
    return number
  }

  /// The expiry on record is not kept, since expiry is judged on the declared date; but a wrong one is a sign of shifted columns.
  private mutating func checkExpiry(_ row: borrowing CSVFieldRow) {
    let field = row[ResidentColumn.documentExpiry.rawValue]
    if !field.isEmpty, ResidentText.partialDate(field) == nil { note(.documentExpiry, .fieldInvalid) }
  }
}

/// Reads single fields of a resident from bytes.
enum ResidentText {
  /// Twelve digits.
  static func number(_ field: UnsafeRawBufferPointer) -> PersonalNumber? {
    guard field.count == PersonalNumber.length, let value = digits(field) else { return nil }
    return PersonalNumber(value: UInt64(value))
  }

  /// `yyyy`, `yyyy-mm` or `yyyy-mm-dd`.
  static func partialDate(_ field: UnsafeRawBufferPointer) -> PartialDate? {
    let hyphen = UInt8(ascii: "-")
    switch field.count {
    case 4:
      guard let year = digits(field) else { return nil }
      return try? PartialDate(year: year)
    case 7:
      guard field[4] == hyphen, let year = digits(field, 0..<4), let month = digits(field, 5..<7) else { return nil }
      return try? PartialDate(year: year, month: month)
    case 10:
      guard field[4] == hyphen, field[7] == hyphen, let year = digits(field, 0..<4), let month = digits(field, 5..<7),
        let day = digits(field, 8..<10)
      else { return nil }
      return try? PartialDate(year: year, month: month, day: day)
    default:
      return nil
    }
  }

  /// `M` or `F`.
  static func sex(_ field: UnsafeRawBufferPointer) -> Sex? {
    guard field.count == 1 else { return nil }
    switch field[0] | 0x20 {
    case UInt8(ascii: "m"): return .male
    case UInt8(ascii: "f"): return .female
    default: return nil
    }
  }

  /// One of the names of ``ResidentStatus``, in any case of letters.
  static func status(_ field: UnsafeRawBufferPointer) -> ResidentStatus? {
    ResidentStatus.allCases.first { field.elementsEqual(statusNames[Int($0.rawValue)]) { $0 | 0x20 == $1 } }
  }

  private static let statusNames = [[]] + ResidentStatus.allCases.map { Array($0.name.utf8) }

  private static func digits(_ field: UnsafeRawBufferPointer, _ range: Range<Int>) -> Int? {
    digits(UnsafeRawBufferPointer(rebasing: field[range]))
  }

  /// The number that some digits make; nil where there is anything else.
  private static func digits(_ field: UnsafeRawBufferPointer) -> Int? {
    var value = 0
    for byte in field {
      let digit = byte &- UInt8(ascii: "0")
      guard digit <= 9 else { return nil }
      value = value * 10 + Int(digit)
    }
    return value
  }
}
