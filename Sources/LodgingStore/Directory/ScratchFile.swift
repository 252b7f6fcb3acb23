import Foundation

/// A file without a name that takes pieces at its end and gives them back.
final class ScratchFile {
  private let file: RawFile
  private(set) var byteCount = 0

  init(folder: String) throws(DirectoryError) {
    file = try RawFile.scratch(in: folder)
  }

  /// Appends a piece and returns where it stands.
  func append(_ bytes: UnsafeRawBufferPointer) throws(DirectoryError) -> Int {
    try file.write(bytes, at: byteCount)
    defer { byteCount += bytes.count }
    return byteCount
  }

  /// Fills a buffer with what was appended.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DirectoryError) {
    try file.read(into: buffer, at: offset)
  }
}
