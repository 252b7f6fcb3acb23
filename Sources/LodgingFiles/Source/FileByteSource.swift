import Foundation

/// A file on disk, or a pipe that is written to one first.
package final class FileByteSource: ByteSource {
  private let descriptor: Int32
  package let byteCount: Int

  /// Opens a file.
  ///
  /// A pipe is copied to a ``NamelessFile``.
  ///
  /// - Parameters:
  ///   - path: The file's path.
  ///   - limits: The bounds; a longer file or pipe is refused.
  /// - Throws: `ImportError.unreadable`, `.notAFile`, `.tooLarge(.file)`.
  package init(path: String, limits: ImportLimits = .standard) throws(ImportError) {
    let opened = open(path, O_RDONLY | O_CLOEXEC)
    guard opened >= 0 else { throw .unreadable(errno: errno) }
    do throws(ImportError) {
      let status = try Self.status(of: opened)
      switch status.st_mode & S_IFMT {
      case S_IFREG:
        descriptor = opened
        byteCount = Int(status.st_size)
      case S_IFIFO, S_IFSOCK, S_IFCHR:
        (descriptor, byteCount) = try Self.spool(opened, bytesMax: limits.fileBytesMax)
        close(opened)
      default:
        throw .notAFile
      }
    } catch {
      close(opened)
      throw error
    }
    guard byteCount <= limits.fileBytesMax else { throw .tooLarge(.file, row: nil) }
  }

  deinit { close(descriptor) }

  package func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(ImportError) -> Int {
    while true {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
      if count >= 0 { return count }
      guard errno == EINTR else { throw .unreadable(errno: errno) }
    }
  }

  private static func status(of descriptor: Int32) throws(ImportError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(errno: errno) }
    return status
  }

  private static func spool(_ pipe: Int32, bytesMax: Int) throws(ImportError) -> (Int32, Int) {
    guard let file = NamelessFile.make() else { throw .unreadable(errno: errno) }
    do throws(ImportError) {
      var total = 0
      var buffer = [UInt8](repeating: 0, count: 64 << 10)
      while true {
        let count = readBytes(pipe, &buffer, buffer.count)
        if count == 0 { return (file, total) }
        guard count > 0 else {
          if errno == EINTR { continue }
          throw .unreadable(errno: errno)
        }
        total += count
        guard total <= bytesMax else { throw .tooLarge(.file, row: nil) }
        try write(buffer, count: count, to: file)
      }
    } catch {
      close(file)
      throw error
    }
  }

  private static func write(_ buffer: [UInt8], count: Int, to file: Int32) throws(ImportError) {
    var written = 0
    while written < count {
      let step = buffer.withUnsafeBytes { bytes in
        writeBytes(file, UnsafeRawBufferPointer(rebasing: bytes[written..<count]).baseAddress, count - written)
      }
      if step < 0, errno == EINTR { continue }
      guard step > 0 else { throw .unreadable(errno: errno) }
      written += step
    }
  }
}

/// The system's `read`, which the class's own method of that name hides.
private let readBytes: @Sendable (Int32, UnsafeMutableRawPointer?, Int) -> Int = { read($0, $1, $2) }
/// The system's `write`, likewise.
private let writeBytes: @Sendable (Int32, UnsafeRawPointer?, Int) -> Int = { write($0, $1, $2) }
