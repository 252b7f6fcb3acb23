import LodgingFiles

/// Small files that are read as a whole.
package enum InputFile {
  /// The longest text, in bytes.
  private static let textBytesMax = 1 << 20

  /// The bytes of a file of at most so many bytes.
  ///
  /// Throws `ImportError` where it cannot be read, and ``ServiceError/badInput(_:)`` where it is larger.
  package static func bytes(_ path: String, max: Int) throws -> [UInt8] {
    let source = try FileByteSource(path: path)
    guard source.byteCount <= max else { throw ServiceError.badInput("\(path) has \(source.byteCount) bytes; at most \(max) can be") }
    return try source.bytes(at: 0, count: source.byteCount)
  }

  /// The text of a file in UTF-8, of at most a mebibyte.
  ///
  /// Throws what ``bytes(_:max:)`` throws, and `ImportError` where it is no text.
  package static func text(_ path: String) throws -> String {
    let bytes = try bytes(path, max: textBytesMax)
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    throw ImportError.encoding(.damaged, line: bad + 1)
  }
}
