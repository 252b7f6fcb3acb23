/// The lines of a machine-readable zone as bytes of `A-Z 0-9 <`, of the lengths of one format.
struct MachineReadableLines {
  let format: MachineReadableZone.Format
  /// All lines, one behind the other.
  private let bytes: [UInt8]

  /// Splits a text into lines; the text may also be all lines in one, as some readers send it.
  ///
  /// Spaces around lines and empty lines are ignored, lower case is taken as upper case.
  init(utf8 text: UnsafeRawBufferPointer) throws(MachineReadableZoneError) {
    // More than the longest zone with its line ends and spaces around them is no zone; this bounds the work.
    guard text.count <= 512 else { throw .lineCount(0) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var lines: [Range<Int>] = []
    var start = 0
    for end in 0...text.count where end == text.count || text[end] == 0x0A || text[end] == 0x0D {
      let first = bytes.count
      Self.append(text[start..<end], to: &bytes)
      if bytes.count > first { lines.append(first..<bytes.count) }
      start = end + 1
    }
    if lines.count == 1, let format = MachineReadableZone.Format.allCases.first(where: { $0.lineCount * $0.lineLength == bytes.count }) {
      lines = (0..<format.lineCount).map { $0 * format.lineLength..<($0 + 1) * format.lineLength }
    }
    for (index, line) in lines.enumerated() where !bytes[line].allSatisfy(Self.isAllowed) { throw .characterNotAllowed(line: index + 1) }
    switch lines.count {
    case 3: format = .td1
    case 2: format = abs(lines[0].count - 36) < abs(lines[0].count - 44) ? .td2 : .td3
    default: throw .lineCount(lines.count)
    }
    for (index, line) in lines.enumerated() where line.count != format.lineLength { throw .lineLength(line: index + 1) }
    guard bytes[0] != UInt8(ascii: "V") else { throw .visa }
    self.bytes = bytes
  }

  /// The bytes of a line from position `first` to position `last`, counted from 1 as the standard does.
  func field(_ line: Int, _ first: Int, _ last: Int) -> ArraySlice<UInt8> {
    let start = (line - 1) * format.lineLength
    return bytes[start + first - 1..<start + last]
  }

  /// The byte of a line at a position, both counted from 1.
  func byte(_ line: Int, _ position: Int) -> UInt8 {
    bytes[(line - 1) * format.lineLength + position - 1]
  }

  /// Appends a line without the spaces around it.
  private static func append(_ line: Slice<UnsafeRawBufferPointer>, to bytes: inout [UInt8]) {
    guard let first = line.firstIndex(where: { $0 > 0x20 }), let last = line.lastIndex(where: { $0 > 0x20 }) else { return }
    for byte in line[first...last] { bytes.append(byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte - 32 : byte) }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte == MachineReadableZone.filler || (byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z"))
      || (byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"))
  }
}

extension MachineReadableZone {
  /// The character that fills what is empty, `<`.
  static let filler = UInt8(ascii: "<")

  /// The check digit of some characters as an ASCII digit: weights 7, 3, 1, fillers 0, letters from 10, modulo 10 (ICAO 9303 part 3,
  /// section 4.9).
  static func checkDigit(of bytes: some Sequence<UInt8>) -> UInt8 {
    var sum = 0
    var weight = 7
    for byte in bytes {
      let value =
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A")) + 10
        default: 0
        }
      sum += value * weight
      weight = weight == 7 ? 3 : weight == 3 ? 1 : 7
    }
    return UInt8(ascii: "0") + UInt8(sum % 10)
  }

  /// Whether a check digit fits; for a field of fillers only, a filler fits too.
  static func fits(_ digit: UInt8, _ bytes: some Sequence<UInt8>) -> Bool {
    digit == checkDigit(of: bytes) || (digit == filler && bytes.allSatisfy { $0 == filler })
  }
}
