/// Texts that are shown in one line of a list or a terminal.
public enum LineText: Sendable {
  /// Whether a text holds nothing that could move a terminal's cursor, break a line, or show a line in another order than its letters'.
  ///
  /// Refused are U+0000 to U+001F and U+007F to U+009F (ISO/IEC 6429, C0 and C1), and the marks that turn the direction of text
  /// (Unicode UAX #9, `Bidi_Control`); `spacing` lets tabs and line feeds pass.
  public static func isFit(_ text: String, spacing: Bool = false) -> Bool {
    var copy = text
    return copy.withUTF8 { isFit($0, spacing) }
  }

  private static func isFit(_ utf8: UnsafeBufferPointer<UInt8>, _ spacing: Bool) -> Bool {
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
