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
  private static let entryBytes = MemoryLayout<UInt32>.size

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
  /// The most bytes that the form of a name of so many bytes takes while it is written.
  static func bytesMax(of count: Int) -> Int { growthMax * count + entryBytes }

  /// Appends the form of the name in `bytes`, which should be UTF-8; an ill-formed byte counts as U+FFFD.
  func write(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    output.append(addingCapacity: Self.bytesMax(of: bytes.count)) { span in
      span.withUnsafeMutableBufferPointer { buffer, count in
        count += write(bytes, to: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...]))
      }
    }
  }

  /// Writes the form to the front of `output`, which has room for ``bytesMax(of:)``, and returns the count of its bytes.
  func write(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutableRawBufferPointer) -> Int {
    precondition(output.count >= Self.bytesMax(of: bytes.count), "no room for a name")
    return table.withUnsafeBufferPointer { table in
      var form = Form(output)
      var index = 0
      while index < bytes.count {
        let lead = bytes[index]
        if lead < 0x80 {
          form.put(table[Int(lead)])
          index &+= 1
          continue
        }
        let (entry, length) = Self.entry(bytes, at: index)
        if let entry { form.put(table[entry]) } else { put(Self.scalar(bytes, at: index) ?? 0xFFFD, in: &form) }
        index &+= length
      }
      return form.count
    }
  }

  /// The form of one name as far as it is written; there is room for all of it.
  private struct Form {
    private let output: UnsafeMutableRawBufferPointer
    private(set) var count = 0
    private var needsSpace = false

    init(_ output: UnsafeMutableRawBufferPointer) { self.output = output }

    /// Writes an entry of the table.
    @inline(__always)
    mutating func put(_ entry: UInt32) {
      guard entry != NameWriter.separator else { return endWord() }
      guard entry != 0 else { return }
      beginLetter()
      // The entry's highest byte is written too and overwritten by what follows.
      output.storeBytes(of: entry.littleEndian, toByteOffset: count, as: UInt32.self)
      count &+= Int(entry >> 24)
    }

    /// Writes a byte of a letter that is in no table.
    mutating func append(_ byte: UInt8) {
      output[count] = byte
      count &+= 1
    }

    mutating func endWord() { needsSpace = true }

    /// Writes the space before a word, unless the word is the first one.
    @inline(__always)
    mutating func beginLetter() {
      guard needsSpace else { return }
      needsSpace = false
      if count > 0 { append(UInt8(ascii: " ")) }
    }
  }

  /// The table entry of the scalar that begins at `index` with a byte that is not ASCII, or nil if it has none, and its length.
  @inline(__always)
  private static func entry(_ bytes: UnsafeRawBufferPointer, at index: Int) -> (entry: Int?, length: Int) {
    let lead = bytes[index]
    let left = bytes.count &- index
    // U+00C0 to U+023F: nearly all letters with one mark.
    if lead >= 0xC3, lead <= 0xC8, left >= 2, bytes[index &+ 1] & 0xC0 == 0x80 {
      return (lowStart &+ Int(lead &- 0xC3) << 6 &+ Int(bytes[index &+ 1] & 0x3F), 2)
    }
    // U+1E00 to U+1EFF: Vietnamese letters with two.
    if lead == 0xE1, left >= 3, bytes[index &+ 1] & 0xFC == 0xB8, bytes[index &+ 2] & 0xC0 == 0x80 {
      return (highStart &+ Int(bytes[index &+ 1] & 3) << 6 &+ Int(bytes[index &+ 2] & 0x3F), 3)
    }
    guard let scalar = scalar(bytes, at: index) else { return (nil, 1) }
    if scalar >= 0xC0, scalar < 0x250 { return (lowStart + Int(scalar) - 0xC0, 2) }
    return (nil, lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2)
  }

  /// Writes a scalar that is in no table.
  @inline(never)
  private func put(_ scalar: UInt32, in form: inout Form) {
    switch rule(scalar) {
    case .separate: form.endWord()
    case .drop: break
    case .put, .putPair, .uppercase:
      // What is in no table has no other upper case than the standard library's.
      form.beginLetter()
      for byte in (Unicode.Scalar(scalar)?.properties.uppercaseMapping ?? "\u{FFFD}").utf8 { form.append(byte) }
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
