/// Bytes that can be read at any place: a file, or what came over a connection.
///
/// A workbook is read from its end, so a plain stream is not enough.
package protocol ByteSource: AnyObject {
  /// The number of bytes.
  var byteCount: Int { get }

  /// Reads bytes at an offset.
  ///
  /// - Parameters:
  ///   - offset: Where to begin, 0 up to `byteCount`.
  ///   - buffer: Where the bytes go.
  /// - Returns: How many were read, at least one unless the buffer is empty or the source ends at the offset.
  /// - Throws: `ImportError.unreadable`.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int
}

extension ByteSource {
  /// Reads up to `count` bytes at an offset; fewer only where the source ends.
  package func bytes(at offset: Int, count: Int) throws(ImportError) -> [UInt8] {
    let wanted = max(0, min(count, byteCount - offset))
    var bytes = [UInt8](repeating: 0, count: wanted)
    var filled = 0
    while filled < wanted {
      let read = try read(at: offset + filled, intoArray: &bytes, from: filled)
      guard read > 0 else { break }
      filled += read
    }
    bytes.removeLast(wanted - filled)
    return bytes
  }

  /// Reads bytes at an offset into an array from an index to its end.
  func read(at offset: Int, intoArray bytes: inout [UInt8], from index: Int) throws(ImportError) -> Int {
    let result: Result<Int, ImportError> = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(ImportError) in
        try read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[index...]))
      }
    }
    return try result.get()
  }
}

/// Bytes that lie in memory.
package final class MemoryByteSource: ByteSource {
  private let bytes: [UInt8]

  /// Makes a source of these bytes.
  package init(_ bytes: [UInt8]) { self.bytes = bytes }

  package var byteCount: Int { bytes.count }

  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard offset >= 0, offset < bytes.count else { return 0 }
    let count = min(buffer.count, bytes.count - offset)
    bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + count])) }
    return count
  }
}
