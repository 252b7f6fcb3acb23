import Foundation

/// Unicode Normalization Form C (UAX #15), in the one place where the product does it.
///
/// Vietnamese letters have two spellings, composed and decomposed, and files from different systems use both. Whatever is compared,
/// hashed or stored as a text of identity passes through here first.
public enum Normalization: Sendable {
  /// The text in normalization form C.
  ///
  /// A text that consists of characters which no normalization changes, as nearly all are, is returned as it is and nothing is allocated.
  public static func nfc(_ text: String) -> String {
    var copy = text
    let isUnchanged = copy.withUTF8 { isQuick(UnsafeRawBufferPointer($0)) }
    return isUnchanged ? copy : text.precomposedStringWithCanonicalMapping
  }

  /// Whether UTF-8 is in form C for certain; false means that it must be looked at closely.
  ///
  /// True only where every scalar has the property NFC_Quick_Check=Yes and combining class 0, by whole blocks: U+0000 to U+02FF, U+0400 to
  /// U+0482, U+048A to U+052F, U+1E00 to U+1EFF, U+2010 to U+2027, U+4E00 to U+9FFF and U+AC00 to U+D7A3.
  package static func isQuick(_ utf8: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < utf8.count {
      let lead = utf8[index]
      if lead < 0x80 {
        index += 1
      } else if lead < 0xCC {
        index += 2
      } else {
        let length = lead < 0xE0 ? 2 : 3
        guard lead < 0xF0, index + length <= utf8.count else { return false }
        let tail = length == 3 ? UInt32(utf8[index + 1] & 0x3F) << 6 | UInt32(utf8[index + 2] & 0x3F) : UInt32(utf8[index + 1] & 0x3F)
        guard isStable(length == 3 ? UInt32(lead & 0x0F) << 12 | tail : UInt32(lead & 0x1F) << 6 | tail) else { return false }
        index += length
      }
    }
    return true
  }

  private static func isStable(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0x1E00...0x1EFF, 0x400...0x482, 0x48A...0x52F, 0x2010...0x2027, 0x4E00...0x9FFF, 0xAC00...0xD7A3: true
    default: false
    }
  }
}
