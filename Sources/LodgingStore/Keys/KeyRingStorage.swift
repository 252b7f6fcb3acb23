import Foundation
import Glibc

/// What tells one version of a file from the next.
struct FileStamp: Equatable {
  var inode: UInt64
  var modified: Int64
  var size: Int64
}

/// Reads and replaces the key ring's file.
struct KeyRingStorage {
  let path: String

  func stamp() throws(KeyRingError) -> FileStamp {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT ? .missing(path: path) : .unavailable(path: path, reason: Self.reason(errno))
    }
    return FileStamp(
      inode: UInt64(status.st_ino), modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec),
      size: Int64(status.st_size))
  }

  func read() throws(KeyRingError) -> (KeyRingFile, FileStamp) {
    let before = try stamp()
    try checkMode()
    guard let data = FileManager.default.contents(atPath: path) else { throw .unavailable(path: path, reason: "cannot be read") }
    guard let file = try? JSONDecoder().decode(KeyRingFile.self, from: data) else { throw .malformed(path: path) }
    guard file.format <= KeyRingFile.formatNewest else { throw .newerFormat(file.format) }
    return (file, before)
  }

  /// Makes the file where it is missing.
  func makeIfMissing(_ make: () -> KeyRingFile) throws(KeyRingError) {
    try withLock { () throws(KeyRingError) in
      guard access(path, F_OK) != 0 else { return }
      try replace(make())
    }
  }

  /// Changes the newest version of the file; it is written only where `body` returns true.
  func change(
    _ body: (inout KeyRingFile) throws(KeyRingError) -> Bool
  ) throws(KeyRingError) -> (Bool, KeyRingFile, FileStamp) {
    try withLock { () throws(KeyRingError) in
      var (file, _) = try read()
      let changed = try body(&file)
      if changed { try replace(file) }
      return (changed, file, try stamp())
    }
  }

  // MARK: Files

  private func checkMode() throws(KeyRingError) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw .unavailable(path: path, reason: Self.reason(errno)) }
    let mode = status.st_mode & 0o777
    guard mode & 0o077 == 0 else { throw .tooOpen(path: path, mode: String(mode, radix: 8)) }
  }

  /// Writes beside the file, synchronises, renames, and synchronises the folder.
  private func replace(_ file: KeyRingFile) throws(KeyRingError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    guard let data = try? encoder.encode(file) else { throw .malformed(path: path) }
    let new = path + ".new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable(path: new, reason: Self.reason(errno)) }
    defer { close(descriptor) }
    let written = data.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard fchmod(descriptor, 0o600) == 0, written == data.count, fsync(descriptor) == 0, rename(new, path) == 0 else {
      let reason = Self.reason(errno)
      unlink(new)
      throw .unavailable(path: path, reason: reason)
    }
    let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    fsync(folder)
    close(folder)
  }

  private func withLock<Result>(_ body: () throws(KeyRingError) -> Result) throws(KeyRingError) -> Result {
    let descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .unavailable(path: path + ".lock", reason: Self.reason(errno)) }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .unavailable(path: path + ".lock", reason: Self.reason(errno)) }
    }
    return try body()
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
