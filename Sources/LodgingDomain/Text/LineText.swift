/// Texts that are shown in one line of a list or a terminal.
public enum LineText: Sendable {
  /// Whether a text holds nothing that could move a terminal's cursor, break a line, or show a line in another order than its letters'.
  ///
  /// Refused are U+0000 to U+001F and U+007F to U+009F (ISO/IEC 6429, C0 and C1), and the marks that turn the direction of text
  /// (Unicode UAX #9, `Bidi_Control`); `spacing` lets tabs and line feeds pass.
  public static func isFit(_ text: String, spacing: Bool = false) -> Bool {
    var copy = text
    return copy.withUTF8 { isFit(utf8: UnsafeRawBufferPointer($0), spacing: spacing) }
  }

  /// The same of a text's UTF-8, which is well formed.
  package static func isFit(utf8: UnsafeRawBufferPointer, spacing: Bool = false) -> Bool {
    guard mayBeUnfit(utf8) else { return true }
    // The last three bytes.
    var window: UInt32 = 0
    for byte in utf8 {
      window = (window << 8 | UInt32(byte)) & 0xFF_FFFF
      if byte < 0x20, !(spacing && (byte == 0x09 || byte == 0x0A)) { return false }
      if byte == 0x7F { return false }
      // Only the last byte of a letter in UTF-8 can end a pattern of these.
      if byte >= 0x80, byte < 0xC0, isMark(window) { return false }
    }
    return true
  }

  /// Whether there is a byte with which something unfit begins; there is none in nearly all texts.
  private static func mayBeUnfit(_ utf8: UnsafeRawBufferPointer) -> Bool {
    guard utf8.count >= 8 else { return utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xD8 || $0 == 0xE2 } }
    var index = 0
    while index &+ 8 < utf8.count {
      if mayBeUnfit(utf8.loadUnaligned(fromByteOffset: index, as: UInt64.self)) { return true }
      index &+= 8
    }
    // The last eight bytes, some of which may have been looked at.
    return mayBeUnfit(utf8.loadUnaligned(fromByteOffset: utf8.count &- 8, as: UInt64.self))
  }

  /// The same of eight bytes.
  @inline(__always)
  private static func mayBeUnfit(_ bytes: UInt64) -> Bool {
    guard !isPlain(bytes) else { return false }
    let (ones, highBits): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    /// Has a byte's highest bit set where the byte is 0, and may have others set above it.
    func zeros(_ bytes: UInt64) -> UInt64 { (bytes &- ones) & ~bytes }
    let controls = (bytes &- ones &* 0x20) & ~bytes
    let leads = zeros(bytes ^ ones &* 0xC2) | zeros(bytes ^ ones &* 0xD8) | zeros(bytes ^ ones &* 0xE2)
    return (controls | zeros(bytes ^ ones &* 0x7F) | leads) & highBits != 0
  }

  /// Whether all of eight bytes are U+0020 to U+007E.
  private static func isPlain(_ bytes: UInt64) -> Bool {
    let (ones, highBits): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x8080_8080_8080_8080)
    // A byte's highest bit is set by U+007F plus one, and stays set in 128 plus the byte minus U+0020.
    return (bytes | (bytes &+ ones)) & highBits == 0 && ((bytes | highBits) &- ones &* 0x20) & highBits == highBits
  }

  /// Whether three bytes of UTF-8 end in a control character of C1 or in a mark of direction.
  private static func isMark(_ bytes: UInt32) -> Bool {
    switch bytes {
    // U+200E and U+200F, U+202A to U+202E, U+2066 to U+2069.
    case 0xE2_808E, 0xE2_808F, 0xE2_80AA...0xE2_80AE, 0xE2_81A6...0xE2_81A9: true
    // U+0080 to U+009F and U+061C, whatever stands before.
    default: (0xC280...0xC29F).contains(bytes & 0xFFFF) || bytes & 0xFFFF == 0xD89C
    }
  }
}
