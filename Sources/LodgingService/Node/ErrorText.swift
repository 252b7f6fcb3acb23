import Foundation
import LodgingFiles
import LodgingStore

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
    case is DecodingError: english = "a file that should hold JSON holds something else, or other fields than it should"
    case is CocoaError, is POSIXError: self = ErrorText(system: error)
    case let error as any CustomStringConvertible where !Self.isSystem(error): english = error.description
    default:
      english = "something happened that this program does not expect (\(type(of: error))); report it with the command that you gave"
    }
  }

  /// Errors of Foundation describe themselves in words that help nobody.
  private static func isSystem(_ error: Any) -> Bool { type(of: error) is NSError.Type }

  /// What the system refused: the file or folder, and why.
  private init(system error: any Error) {
    let reason = SystemReason(error)
    english = "\(reason.path ?? "a file or folder") cannot be used: \(reason.words); check the path, the rights and the room on the disk"
    vietnamese =
      "không dùng được \(reason.path ?? "tệp hoặc thư mục"): \(reason.words); kiểm tra đường dẫn, quyền truy cập và dung lượng đĩa"
  }

  /// One line a language, the code first.
  package var lines: [String] {
    [code.map { "\($0): \(english)" } ?? english] + (vietnamese.map { [$0] } ?? [])
  }
}
