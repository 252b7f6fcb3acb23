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

  /// Calls `body` with the UTF-8 of the text in normalization form C, which is valid only inside the call.
  static func withNFC(_ text: String, _ body: (UnsafeRawBufferPointer) -> Void) {
    var copy = text
    let isUnchanged = copy.withUTF8 { utf8 in
      guard isQuick(UnsafeRawBufferPointer(utf8)) else { return false }
      body(UnsafeRawBufferPointer(utf8))
      return true
    }
    guard !isUnchanged else { return }
    copy = text.precomposedStringWithCanonicalMapping
    copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
  }

  /// Whether bytes are well-formed UTF-8 in form C for certain; false means that they must be looked at closely.
  ///
  /// True only where every scalar has the property NFC_Quick_Check=Yes and combining class 0, by whole blocks: U+0000 to U+02FF, U+0400 to
  /// U+0482, U+048A to U+052F, U+1E00 to U+1EFF, U+2010 to U+2027, U+4E00 to U+9FFF and U+AC00 to U+D7A3.
  package static func isQuick(_ utf8: UnsafeRawBufferPointer) -> Bool {
    let count = utf8.count
    var index = 0
    while index < count {
      // ASCII is passed over up to eight bytes at a time.
      if index &+ 8 <= count {
        let word = UInt64(littleEndian: utf8.loadUnaligned(fromByteOffset: index, as: UInt64.self)) & 0x8080_8080_8080_8080
        index &+= word.trailingZeroBitCount >> 3
        if word == 0 { continue }
      }
      let lead = utf8[index]
      if lead < 0x80 {
        index &+= 1
        continue
      }
      let length = lead < 0xE0 ? 2 : 3
      guard lead >= 0xC2, lead < 0xF0, index &+ length <= count, utf8[index &+ 1] & 0xC0 == 0x80 else { return false }
      if lead >= 0xCC {
        var scalar = UInt32(lead & (length == 2 ? 0x1F : 0x0F)) << 6 | UInt32(utf8[index &+ 1] & 0x3F)
        if length == 3 {
          // Behind E0 stands nothing of these blocks, unless it is written longer than it may be.
          guard lead > 0xE0, utf8[index &+ 2] & 0xC0 == 0x80 else { return false }
          scalar = scalar << 6 | UInt32(utf8[index &+ 2] & 0x3F)
        }
        guard isStable(scalar) else { return false }
      }
      index &+= length
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
