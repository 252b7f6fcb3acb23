import Foundation

/// Writes a directory file from front to back, block by block with a checksum each; the header comes last.
final class DirectoryOutput {
  private let file: RawFile
  private let key: DirectoryFileKey
  private let buffer: UnsafeMutableRawBufferPointer
  /// Bytes in the buffer.
  private var pending = 0
  /// Where the buffer's first byte belongs.
  private var written = DirectoryLimits.pageBytes
  private var checksums: [UInt64] = []
  /// The folder of the file.
  let folder: String

  /// The longest piece that one call may append in place.
  private static let pieceBytesMax = 4096

  /// Makes a new file.
  init(folder: String, name: String, key: DirectoryFileKey) throws(DirectoryError) {
    self.folder = folder
    self.key = key
    file = try RawFile(path: "\(folder)/\(name)", flags: O_RDWR | O_CREAT | O_TRUNC)
    buffer = .allocate(byteCount: DirectoryLimits.blockBytes + Self.pieceBytesMax, alignment: 64)
  }

  deinit { buffer.deallocate() }

  /// Where the next byte goes.
  var offset: Int { written + pending }

  /// Appends a piece of at most 4096 bytes that `body` writes in place.
  func append(byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) throws(DirectoryError) {
    if let start = buffer.baseAddress { body(start + pending) }
    pending += byteCount
    if pending >= DirectoryLimits.blockBytes { try writeBlock() }
  }

  /// Appends zeros up to a multiple of the page.
  func align() throws(DirectoryError) {
    let rest = offset % DirectoryLimits.pageBytes
    guard rest > 0 else { return }
    let count = DirectoryLimits.pageBytes - rest
    try append(byteCount: count) { $0.initializeMemory(as: UInt8.self, repeating: 0, count: count) }
  }

  /// Maps what has been appended so far, in its final place.
  func map() throws(DirectoryError) -> FileMapping {
    try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<pending]), at: written)
    return try file.map(byteCount: offset)
  }

  /// Writes the checksums and the header, and waits for the disk.
  ///
  /// - Parameter header: The header; the fields about checksums are filled in.
  /// - Returns: The size of the file in bytes.
  /// - Throws: `DirectoryError.system`.
  func finish(_ header: DirectoryHeader) throws(DirectoryError) -> Int {
    try align()
    if pending > 0 { try writeBlock() }
    var header = header
    header.sumsOffset = UInt64(written)
    let sums = checksums.map(\.littleEndian)
    header.sumOfSums = sums.withUnsafeBytes { key.checksum($0) }
    try write(sums, at: written)
    try write(header.page(key: key), at: 0)
    try file.sync()
    return header.fileBytes
  }

  private func write<Element: BitwiseCopyable>(_ values: [Element], at offset: Int) throws(DirectoryError) {
    let result: Result<Void, DirectoryError> = values.withUnsafeBytes { bytes in
      Result { () throws(DirectoryError) in try file.write(bytes, at: offset) }
    }
    try result.get()
  }

  private func writeBlock() throws(DirectoryError) {
    let count = min(pending, DirectoryLimits.blockBytes)
    let block = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    checksums.append(key.checksum(block))
    try file.write(block, at: written)
    written += count
    pending -= count
    if pending > 0, let start = buffer.baseAddress { start.copyMemory(from: start + count, byteCount: pending) }
  }
}
