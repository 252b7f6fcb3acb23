package import Foundation

/// Base64 with the alphabet for URLs and without padding (RFC 4648 section 5, as RFC 7515 section 2 asks).
package enum Base64URL {
  /// The text of some bytes.
  package static func encode(_ bytes: some DataProtocol) -> String {
    String(
      Data(bytes).base64EncodedString().compactMap { character in
        switch character {
        case "+": "-"
        case "/": "_"
        case "=": nil
        default: character
        }
      })
  }

  /// The bytes of a text; nil where it is not exactly what ``encode(_:)`` writes.
  package static func decode(_ text: some StringProtocol) -> Data? {
    var padded = String(
      text.map { character in
        switch character {
        case "-": "+"
        case "_": "/"
        default: character
        }
      })
    padded += String(repeating: "=", count: (4 - padded.utf8.count % 4) % 4)
    // Comparing with the text again refuses other alphabets, padding, line breaks and stray bits in the last character.
    guard let data = Data(base64Encoded: padded), encode(data) == text else { return nil }
    return data
  }
}
