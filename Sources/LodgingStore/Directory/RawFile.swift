import Foundation

/// An open file by its descriptor, with errors that name the operation; it closes itself.
final class RawFile {
  let descriptor: Int32
  /// The file's name without its folder, for errors.
  let name: String
  private var isLocked = false

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - flags: Flags of `open(2)`; close-on-exec is added.
  /// - Throws: `DirectoryError.system`.
  init(path: String, flags: Int32) throws(DirectoryError) {
    name = URL(fileURLWithPath: path).lastPathComponent
    descriptor = open(path, flags | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(operation: "open", file: name, errno: errno) }
  }

  deinit { if isLocked { closeLocked(descriptor) } else { close(descriptor) } }

  /// Makes a file without a name, which the system frees when it is closed, however the process ends.
  static func scratch(in folder: String) throws(DirectoryError) -> RawFile {
    let path = "\(folder)/scratch-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let file = try RawFile(path: path, flags: O_RDWR | O_CREAT | O_EXCL)
    guard unlink(path) == 0 else { throw .system(operation: "unlink", file: file.name, errno: errno) }
    return file
  }

  /// The size and what tells one generation of a file from the next.
  func status() throws(DirectoryError) -> FileStamp {
    guard let stamp = FileStamp.of(descriptor: descriptor) else { throw failure("fstat") }
    return stamp
  }

  /// Writes all bytes at an offset.
  func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(DirectoryError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("write") }
      written += count
    }
  }

  /// Fills a buffer from an offset; where the file ends first, `DirectoryError.truncated`.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(DirectoryError) {
    var filled = 0
    while filled < buffer.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure("read") }
      guard count > 0 else { throw .truncated(file: name, bytes: offset + filled, expected: offset + buffer.count) }
      filled += count
    }
  }

  /// Waits until everything written is on the disk.
  func sync() throws(DirectoryError) {
    guard fsync(descriptor) == 0 else { throw failure("fsync") }
  }

  /// Takes the file's lock for this process; `DirectoryError.busy` where another one has it.
  func lock() throws(DirectoryError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw errno == EWOULDBLOCK ? .busy : failure("flock")
    }
    isLocked = true
  }

  /// Maps the first bytes of the file for reading.
  func map(byteCount: Int) throws(DirectoryError) -> FileMapping {
    guard let address = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0), address != MAP_FAILED else { throw failure("mmap") }
    return FileMapping(bytes: UnsafeRawBufferPointer(start: address, count: byteCount))
  }

  private func failure(_ operation: String) -> DirectoryError {
    .system(operation: operation, file: name, errno: errno)
  }

  /// What the system says of an error number.
  static func text(ofErrno number: Int32) -> String {
    String(cString: strerror(number))
  }
}

/// A file in memory, read-only; unmaps itself.
///
/// `@unchecked Sendable`: the bytes are never written through the mapping, and files of the directory do not change once they have their
/// name.
final class FileMapping: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
