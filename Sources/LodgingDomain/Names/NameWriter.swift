/// Writes one form of names into a caller's buffer, without a string in between.
///
/// ASCII and the tabled letters take one look-up a scalar; everything else goes the long way by ``NameScalars``.
struct NameWriter: Sendable {
  /// Writes the canonical form.
  static let canonical = NameWriter(rule: NameScalars.canonical)
  /// Writes the folded form.
  static let folded = NameWriter(rule: NameScalars.folded)

  private let rule: @Sendable (UInt32) -> NameScalars.Action
  /// What U+0000 to U+007F, U+00C0 to U+024F and U+1E00 to U+1EFF become: up to three bytes of UTF-8 from the lowest bits on, and their
  /// count in the highest eight.
  private let table: [UInt32]

  private static let lowStart = 0x80
  private static let highStart = lowStart + 0x250 - 0xC0
  /// In place of a table entry: a word ends.
  private static let separator: UInt32 = 0xFF00_0000
  /// The most bytes that one byte of a name can become.
  private static let growthMax = 3

  private init(rule: @escaping @Sendable (UInt32) -> NameScalars.Action) {
    self.rule = rule
    table = (Array(0..<0x80) + Array(0xC0..<0x250) + Array(0x1E00..<0x1F00)).map { (scalar: UInt32) in
      switch rule(scalar) {
      case .separate: Self.separator
      case .put(let mapped): Self.packed(Self.utf8(mapped))
      case .putPair(let first, let second): Self.packed([first, second])
      case .drop, .uppercase: 0
      }
    }
  }

  private static func packed(_ bytes: [UInt8]) -> UInt32 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) } | UInt32(bytes.count) << 24
  }

  private static func utf8(_ scalar: UInt32) -> [UInt8] {
    Array(String(Character(Unicode.Scalar(scalar) ?? "\u{FFFD}")).utf8)
  }
}

extension NameWriter {
  /// Appends the form of the name in `bytes`, which should be UTF-8; an ill-formed byte counts as U+FFFD.
  func write(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    output.append(addingCapacity: bytes.count * Self.growthMax + 1) { span in
      table.withUnsafeBufferPointer { table in
        var index = 0
        var needsSpace = false
        while index < bytes.count {
          let lead = bytes[index]
          if lead < 0x80 {
            index &+= 1
            Self.put(table[Int(lead)], needsSpace: &needsSpace, to: &span)
            continue
          }
          let (entry, length) = Self.entry(bytes, at: index)
          index &+= length
          if let entry {
            Self.put(table[entry], needsSpace: &needsSpace, to: &span)
          } else {
            put(scalarAt: index - length, length, of: bytes, needsSpace: &needsSpace, to: &span)
          }
        }
      }
    }
  }

  /// The table entry of the scalar that begins at `index` with a byte that is not ASCII, or nil if it has none, and its length.
  private static func entry(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (entry: Int?, length: Int) {
    let lead = bytes[index]
    guard let scalar = scalar(bytes, at: index) else { return (nil, 1) }
    switch scalar {
    case 0xC0..<0x250: return (lowStart + Int(scalar) - 0xC0, 2)
    case 0x1E00..<0x1F00: return (highStart + Int(scalar) - 0x1E00, 3)
    default: return (nil, lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2)
    }
  }

  private static func put(_ packed: UInt32, needsSpace: inout Bool, to span: inout OutputSpan<UInt8>) {
    guard packed != separator else {
      needsSpace = true
      return
    }
    guard packed != 0 else { return }
    endWord(&needsSpace, in: &span)
    span.append(UInt8(truncatingIfNeeded: packed))
    if packed >= 2 << 24 { span.append(UInt8(truncatingIfNeeded: packed >> 8)) }
    if packed >= 3 << 24 { span.append(UInt8(truncatingIfNeeded: packed >> 16)) }
  }

  /// Writes the space before a word, unless the word is the first one.
  private static func endWord(_ needsSpace: inout Bool, in span: inout OutputSpan<UInt8>) {
    if needsSpace, !span.isEmpty { span.append(UInt8(ascii: " ")) }
    needsSpace = false
  }

  /// Writes a scalar that is in no table.
  private func put(
    scalarAt index: Int, _ length: Int, of bytes: UnsafeRawBufferPointer, needsSpace: inout Bool, to span: inout OutputSpan<UInt8>
  ) {
    let scalar = Self.scalar(bytes, at: index) ?? 0xFFFD
    switch rule(scalar) {
    case .separate: needsSpace = true
    case .drop: break
    case .put, .putPair, .uppercase:
      // What is in no table has no other upper case than the standard library's.
      Self.endWord(&needsSpace, in: &span)
      for byte in (Unicode.Scalar(scalar)?.properties.uppercaseMapping ?? "\u{FFFD}").utf8 { span.append(byte) }
    }
  }

  /// The scalar that begins at `index`, whose byte is not ASCII; nil where the bytes are ill-formed.
  private static func scalar(_ bytes: UnsafeRawBufferPointer, at index: Int) -> UInt32? {
    let lead = bytes[index]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
    guard lead >= 0xC2, lead <= 0xF4, index + length <= bytes.count else { return nil }
    var scalar = UInt32(lead) & (0xFF >> UInt32(length + 1))
    for offset in 1..<length {
      let byte = bytes[index + offset]
      guard byte & 0xC0 == 0x80 else { return nil }
      scalar = scalar << 6 | UInt32(byte & 0x3F)
    }
    let least: UInt32 = length == 4 ? 0x10000 : length == 3 ? 0x800 : 0x80
    return scalar >= least && Unicode.Scalar(scalar) != nil ? scalar : nil
  }
}
