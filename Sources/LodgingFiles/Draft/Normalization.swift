import Foundation

/// Unicode normalisation of what files hold.
enum Normalization {
  /// The text in NFC: letters and their marks composed, as Vietnamese keyboards on some systems do not write them.
  static func composed(_ text: String) -> String {
    text.utf8.allSatisfy { $0 < 0x80 } ? text : text.precomposedStringWithCanonicalMapping
  }
}
