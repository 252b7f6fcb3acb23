/// Texts that are shown in one line of a list or a terminal.
public enum LineText: Sendable {
  /// Whether a text holds no control character, which could move a terminal's cursor or break a line.
  ///
  /// Refused are U+0000 to U+001F and U+007F to U+009F (ISO/IEC 6429, C0 and C1); `spacing` lets tabs and line feeds pass.
  public static func isFit(_ text: String, spacing: Bool = false) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      // C1 controls are 0xC2 followed by 0x80...0x9F in UTF-8.
      if byte < 0x20, !(spacing && (byte == 0x09 || byte == 0x0A)) { return false }
      if byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { return false }
      previous = byte
    }
    return true
  }
}
