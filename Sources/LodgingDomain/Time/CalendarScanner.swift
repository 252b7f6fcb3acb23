/// Reads the parts of dates and times from the front of a text, byte by byte.
///
/// The text is copied into the value, so that no string is touched while it is read; a text too long to be a date is read as an empty one.
struct CalendarScanner {
  private var bytes = InlineArray<64, UInt8>(repeating: 0)
  private var position = 0
  private var end = 0

  init(_ text: some StringProtocol) {
    var copy = String(text)
    self = copy.withUTF8 { CalendarScanner(utf8: UnsafeRawBufferPointer($0)) }
  }

  init(utf8: UnsafeRawBufferPointer) {
    guard utf8.count <= bytes.count else { return }
    withUnsafeMutableBytes(of: &bytes) { $0.copyMemory(from: utf8) }
    end = utf8.count
  }

  var isAtEnd: Bool { position == end }

  func expectEnd() throws(CalendarError) {
    guard isAtEnd else { throw .malformed }
  }

  /// The number of digits at the front.
  func digitCount() -> Int {
    var count = 0
    while position + count < end, Self.isDigit(bytes[position + count]) { count += 1 }
    return count
  }

  mutating func number(digits count: Int) throws(CalendarError) -> Int {
    var value = 0
    for _ in 0..<count {
      guard position < end, Self.isDigit(bytes[position]) else { throw .malformed }
      value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
      position += 1
    }
    return value
  }

  /// Skips one byte if it is `character`, and says whether it did.
  mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func expect(_ character: Unicode.Scalar) throws(CalendarError) {
    guard skip(character) else { throw .malformed }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}

extension CalendarScanner {
  /// `yyyy-MM-dd`.
  mutating func isoDate() throws(CalendarError) -> CivilDate {
    let year = try number(digits: 4)
    try expect("-")
    let month = try number(digits: 2)
    try expect("-")
    let day = try number(digits: 2)
    return try CivilDate(year: year, month: month, day: day)
  }

  /// `dd/MM/yyyy` or `yyyy-MM-dd`, told apart by the length of the first number.
  mutating func date() throws(CalendarError) -> CivilDate {
    guard digitCount() == 2 else { return try isoDate() }
    let day = try number(digits: 2)
    try expect("/")
    let month = try number(digits: 2)
    try expect("/")
    let year = try number(digits: 4)
    return try CivilDate(year: year, month: month, day: day)
  }

  /// `T`, `t` or a space, then `HH:mm[:ss[.fraction]]`.
  mutating func timeAfterSeparator() throws(CalendarError) -> CivilTime {
    guard skip("T") || skip("t") || skip(" ") else { throw .malformed }
    let hour = try number(digits: 2)
    try expect(":")
    let minute = try number(digits: 2)
    guard skip(":") else { return try CivilTime(hour: hour, minute: minute) }
    let second = try number(digits: 2)
    let millisecond = skip(".") ? try fraction() : 0
    return try CivilTime(hour: hour, minute: minute, second: second, millisecond: millisecond)
  }

  /// One or more digits of a fraction of a second, in whole milliseconds, cut off.
  private mutating func fraction() throws(CalendarError) -> Int {
    let count = digitCount()
    guard count > 0 else { throw .malformed }
    var value = try number(digits: min(count, 3))
    for _ in min(count, 3)..<3 { value *= 10 }
    while digitCount() > 0 { _ = try number(digits: 1) }
    return value
  }

  /// `Z`, `z` or `+HH:mm`, `-HH:mm`.
  mutating func zone() throws(CalendarError) -> LocalZone {
    if skip("Z") || skip("z") { return .utc }
    let isNegative = skip("-")
    if !isNegative { try expect("+") }
    let hours = try number(digits: 2)
    try expect(":")
    let minutes = try number(digits: 2)
    guard hours <= 23, minutes <= 59 else { throw .outOfRange(.zone) }
    return LocalZone(offsetMinutes: (isNegative ? -1 : 1) * (hours * 60 + minutes))
  }
}
