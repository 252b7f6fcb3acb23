/// Writes the forms of a name into a caller's buffer, without a string in between.
struct NameWriter {
  private let folds: Bool
  private let start: Int
  private var needsSpace = false

  /// Makes a writer that appends to `output`.
  init(folds: Bool, output: borrowing [UInt8]) {
    self.folds = folds
    start = output.count
  }

  /// Appends a form of the name in `bytes`, which should be UTF-8; an ill-formed byte counts as U+FFFD.
  mutating func write(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte < 0x80 {
        index += 1
        writeASCII(byte, to: &output)
      } else {
        let (scalar, length) = Self.decode(bytes, at: index)
        index += length
        write(scalar, to: &output)
      }
    }
  }

  private mutating func writeASCII(_ byte: UInt8, to output: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): put(byte - 32, to: &output)
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): put(byte, to: &output)
    case 0...0x20, 0x7F: needsSpace = true
    case UInt8(ascii: "-"), UInt8(ascii: ","), UInt8(ascii: "/"), UInt8(ascii: "<"), UInt8(ascii: "_"):
      if folds { needsSpace = true } else { put(byte, to: &output) }
    case UInt8(ascii: "'"), UInt8(ascii: "`"), UInt8(ascii: "."):
      if !folds { put(byte, to: &output) }
    default: put(byte, to: &output)
    }
  }

  private mutating func write(_ scalar: UInt32, to output: inout [UInt8]) {
    switch folds ? NameScalars.folded(scalar) : NameScalars.canonical(scalar) {
    case .separate: needsSpace = true
    case .drop: break
    case .put(let mapped): put(scalar: mapped, to: &output)
    case .putPair(let first, let second):
      put(first, to: &output)
      put(second, to: &output)
    case .uppercase:
      guard let text = Unicode.Scalar(scalar)?.properties.uppercaseMapping else { return }
      for byte in text.utf8 { put(byte, to: &output) }
    }
  }

  private mutating func put(_ byte: UInt8, to output: inout [UInt8]) {
    if needsSpace {
      if output.count > start { output.append(UInt8(ascii: " ")) }
      needsSpace = false
    }
    output.append(byte)
  }

  private mutating func put(scalar: UInt32, to output: inout [UInt8]) {
    if scalar < 0x80 {
      put(UInt8(truncatingIfNeeded: scalar), to: &output)
    } else if scalar < 0x800 {
      put(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6), to: &output)
      output.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    } else {
      put(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12), to: &output)
      output.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
      output.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    }
  }

  /// The scalar that begins at `index`, whose byte is not ASCII, and its length; U+FFFD of length 1 where the bytes are ill-formed.
  private static func decode(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (scalar: UInt32, length: Int) {
    let lead = bytes[index]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, lead <= 0xF4, index + length <= bytes.count else { return (0xFFFD, 1) }
    var scalar = UInt32(lead) & (0xFF >> UInt32(length + 1))
    for offset in 1..<length {
      let byte = bytes[index + offset]
      guard byte & 0xC0 == 0x80 else { return (0xFFFD, 1) }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let least: UInt32 = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80
    guard scalar >= least, Unicode.Scalar(scalar) != nil else { return (0xFFFD, 1) }
    return (scalar, length)
  }
}
