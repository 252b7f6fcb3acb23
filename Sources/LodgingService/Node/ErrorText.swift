import Foundation
import LodgingFiles

/// What an error says to the person at the terminal: what is wrong and what to do, without a word of personal data.
package struct ErrorText: Hashable, Sendable {
  /// The stable code, where an establishment may see the error.
  package var code: String?
  /// The text in English.
  package var english: String
  /// The text in Vietnamese, where an establishment may see the error.
  package var vietnamese: String?

  /// The words for an error.
  package init(_ error: any Error) {
    switch error {
    case let error as ImportError: (code, english, vietnamese) = (error.name, error.english, error.vietnamese)
    case is CocoaError, is POSIXError: english = error.localizedDescription
    case is DecodingError: english = "a file that should hold JSON holds something else, or other fields than it should"
    default: english = "\(error)"
    }
  }

  /// One line a language, the code first.
  package var lines: [String] {
    [code.map { "\($0): \(english)" } ?? english] + (vietnamese.map { [$0] } ?? [])
  }
}
