import Foundation

/// Why the system refused something, in the system's own words and not in Foundation's, which name no reason.
package struct SystemReason: Hashable, Sendable {
  /// The file or folder, where the error names one.
  package let path: String?
  /// The reason.
  package let words: String

  /// Reads an error of Foundation, of the system or of a file that could not be made.
  package init(_ error: any Error) {
    if let error = error as? OwnerOnlyError {
      (path, words) = (error.path, error.reason)
      return
    }
    let error = error as NSError
    path = error.userInfo[NSFilePathErrorKey] as? String ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
    let number = Self.number(of: error) ?? Self.number(of: error.code) ?? path.flatMap { Self.number(at: $0) }
    words = number.map { String(cString: strerror($0)) } ?? Self.words(of: error.code)
  }

  /// What the system says of a file or folder now; nil where it is there and can be written.
  private static func number(at path: String) -> Int32? { access(path, W_OK) == 0 ? nil : errno }

  /// The system's own number of an error, which Foundation keeps below its own.
  private static func number(of error: NSError) -> Int32? {
    if error.domain == NSPOSIXErrorDomain { return Int32(error.code) }
    return (error.userInfo[NSUnderlyingErrorKey] as? NSError).flatMap { number(of: $0) }
  }

  /// The cases that Foundation tells by itself.
  private static func number(of code: Int) -> Int32? {
    switch CocoaError.Code(rawValue: code) {
    case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
    case .fileReadNoPermission, .fileWriteNoPermission: EACCES
    case .fileWriteFileExists: EEXIST
    case .fileWriteOutOfSpace: ENOSPC
    case .fileWriteVolumeReadOnly: EROFS
    default: nil
    }
  }

  private static func words(of code: Int) -> String {
    switch CocoaError.Code(rawValue: code) {
    case .fileReadInapplicableStringEncoding, .fileReadCorruptFile: "it is no text in UTF-8"
    default: "the system refused it (\(code))"
    }
  }
}
